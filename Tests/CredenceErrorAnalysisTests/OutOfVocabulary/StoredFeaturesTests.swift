import CredenceErrorAnalysis
import CredenceFiles
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct StoredFeaturesTests {
  private func features(_ values: [Float] = [1, 0, 0.5, -2, 3, 4]) throws -> StoredFeatures {
    try StoredFeatures(
      names: ["a/1.png", "b/ü.png", "c"], dimension: 2, values: values, model: "ViT-L/14",
      precision: "float16", source: "made")
  }

  @Test func `what is written is read`() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("clip_image_features.safetensors")
    let written = try features()
    try written.write(to: url)
    let read = try StoredFeatures(contentsOf: url)
    #expect(read.names == written.names && read.values == written.values)
    #expect(read.dimension == 2 && read.model == "ViT-L/14" && read.precision == "float16")
    #expect(Array(read[1]) == [0.5, -2])
  }

  @Test func `vectors are divided by their lengths`() throws {
    let unit = try features([3, 4, 0, 0, 1e20, 0]).normalized()
    #expect(unit == [0.6, 0.8, 0, 0, 1, 0])
  }

  @Test func `of a file with several data sets only one is read`() throws {
    let images = GoldenErrors.set.url("clip/image_features.npz")
    let all = try StoredFeatures(contentsOf: images)
    let some = try StoredFeatures(contentsOf: images, dataset: "imagenet-a")
    #expect(all.names.count == 400 && some.names.count == 100)
    #expect(Set(some.names).isSubset(of: all.names))
    let row = try #require(all.names.firstIndex(of: some.names[5]))
    #expect(Array(all[row]) == Array(some[5]))
  }

  @Test func `sizes, names and numbers that are wrong are refused`() throws {
    #expect(throws: ErrorAnalysisError.self) { try features([1, 2]) }
    #expect(throws: ErrorAnalysisError.self) { try features([1, 2, 3, .nan, 5, 6]) }
    #expect(throws: ErrorAnalysisError.self) { try features([1, 2, 3, 4, 5, .infinity]) }
    #expect(throws: ErrorAnalysisError.self) {
      try StoredFeatures(
        names: ["a", "a"], dimension: 1, values: [1, 2], model: "", source: "made")
    }
  }

  @Test func `files that are damaged are refused`() throws {
    let folder = try TemporaryFolder()
    let header =
      #"{"features":{"dtype":"F32","shape":[1,2],"data_offsets":[16,24]},"names.offsets":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"names.bytes":{"dtype":"U8","shape":[1],"data_offsets":[24,25]}}"#
    func read(_ offsets: [Int64]) throws -> StoredFeatures {
      let content = bytes(offsets) + bytes([Float(1), 2]) + Data("a".utf8)
      return try StoredFeatures(
        contentsOf: folder.file("f.safetensors", safetensors(header, content)))
    }
    #expect(try read([0, 1]).names == ["a"])
    for offsets: [Int64] in [[0, 2], [1, 1], [0, -1], [-1, 1]] {
      #expect(throws: ErrorAnalysisError.self) { try read(offsets) }
    }
    let other = try folder.file("f.csv", "a,1\n")
    #expect(throws: FileError.self) { try StoredFeatures(contentsOf: other) }
  }

  @Test func `images and prompts without features are named`() throws {
    let knowledge = try GoldenErrors.knowledge("imagenet-a")
    let stage = try #require(knowledge.outOfVocabulary)
    let images = try StoredFeatures(
      contentsOf: GoldenErrors.set.url("clip/image_features.npz"), dataset: "imagenet")
    let texts = try StoredFeatures(contentsOf: GoldenErrors.set.url("clip/text_features.npz"))
    func make(_ images: StoredFeatures, _ texts: StoredFeatures) throws -> OutOfVocabularyStage {
      try OutOfVocabularyStage(
        samples: knowledge.samples, vocabulary: stage.vocabulary,
        superclasses: knowledge.superclasses, neighbors: stage.neighbors, images: images,
        texts: texts)
    }
    #expect(
      throws: ErrorAnalysisError.missingFeatures(
        kind: "images", count: 100, total: 100, example: knowledge.samples.files[0],
        file: images.source)
    ) { try make(images, texts) }
    let mine = try StoredFeatures(
      contentsOf: GoldenErrors.set.url("clip/image_features.npz"), dataset: "imagenet-a")
    let one = try StoredFeatures(
      names: ["A photo of a tench"], dimension: mine.dimension,
      values: Array(repeating: 1, count: mine.dimension), model: "", source: "one prompt")
    #expect(try make(mine, one).missingPrompts.count == 9929)
    let wide = try StoredFeatures(
      names: ["x"], dimension: 3, values: [1, 2, 3], model: "", source: "wide")
    #expect(throws: ErrorAnalysisError.self) { try make(mine, wide) }
  }
}
