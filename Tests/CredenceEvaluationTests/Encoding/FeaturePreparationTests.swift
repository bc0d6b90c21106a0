import CredenceData
import CredenceErrorAnalysis
import CredenceEvaluation
import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import FileSupport
import Foundation
import Testing

@Suite struct FeaturePreparationTests {
  private let folder: TemporaryFolder
  private let checkpoint: ImageTextCheckpoint

  private static let classes = ["tabby", "siamese", "collie", "oak"]
  private static let files = ["collie/1.png", "oak/2.png", "tabby/3.png", "tabby/4.png"]

  init() throws {
    folder = try TemporaryFolder()
    let weights = folder.url.appending(path: "small.pt")
    try SmallImageTextModel.write(to: weights)
    checkpoint = try ImageTextCheckpoint(contentsOf: weights)
    let data = folder.url.appending(path: "artefacts/pets")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    try Data(Self.classes.joined(separator: "\n").utf8).write(
      to: data.appending(path: "classes.txt"))
    let hierarchy = """
      {"tabby": ["cat"], "siamese": ["cat"], "collie": ["dog"], "oak": ["tree"],
       "cat": ["animal"], "dog": ["animal"], "puma": ["cat"]}
      """
    try Data(hierarchy.utf8).write(to: data.appending(path: "hierarchy.json"))
    let scalars = Self.files.map { file in
      Array(file.unicodeScalars.map(\.value)) + Array(repeating: 0, count: 16 - file.count)
    }
    try NPZWriter.write(
      [
        OutgoingArray(
          "sample_files", scalars.flatMap { $0 }, element: .uint32, shape: [4, 16]
        ).asText(16),
        OutgoingArray("targets", [Int64(2), 3, 0, 0], element: .int64),
      ], to: data.appending(path: "samples_info.npz"))
    for (index, file) in Self.files.enumerated() { try picture(index, "val/\(file)") }
    for (index, name) in Self.classes.enumerated() {
      for number in 0..<3 { try picture(10 * index + number, "train/\(name)/t\(number).png") }
    }
  }

  /// Writes a picture of its own.
  private func picture(_ seed: Int, _ name: String) throws {
    let url = folder.url.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    var generator = SplitMix64(seed: UInt64(seed))
    let pixels = (0..<24 * 20 * 3).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    try ImageEncoder.png(PixelImage(width: 24, height: 20, pixels: pixels)).write(to: url)
  }

  private func preparation(images: String = "val") -> FeaturePreparation {
    var inputs = ErrorAnalysisInputs()
    inputs.artefacts = folder.url.appending(path: "artefacts").path
    inputs.dataset = "pets"
    var preparation = FeaturePreparation(
      inputs, images: folder.url.appending(path: images).path)
    preparation.loading.batchSize = 3
    return preparation
  }

  private func artefact(_ name: String) -> URL {
    folder.url.appending(path: "artefacts/\(name)")
  }

  @Test func `everything is made, found again, and goes on after an interruption`() throws {
    var preparation = self.preparation()
    preparation.training = .images(folder.url.appending(path: "train").path)
    var results: [EncodingResult] = []
    preparation.finished = { results.append($0) }
    let settings = InferenceSettings()
    let files = try preparation.run(checkpoint, settings)
    #expect(
      files.map(\.lastPathComponent) == [
        "clip_text_features.safetensors", "clip_image_features.safetensors",
        "train_clip_embeddings.npz", "valid_clip_knn.npz",
      ])
    #expect(results.map(\.count).suffix(2) == [4, 12] && results.allSatisfy { !$0.isReused })
    let images = try StoredFeatures(
      contentsOf: artefact("pets/clip_image_features.safetensors"))
    #expect(images.names == Self.files && images.dimension == 6)
    #expect(images.precision == "float32" && images.model == "small.pt")
    try compare(images)
    let texts = try StoredFeatures(contentsOf: artefact("clip_text_features.safetensors"))
    #expect(texts.names.contains("A photo of a puma"))
    let metadata = try Safetensors(
      contentsOf: artefact("pets/clip_image_features.safetensors")
    ).metadata
    #expect(metadata["weights_sha256"]?.count == 64)
    #expect(metadata["preprocessing"]?.contains("\"inputSize\":[3,16,16]") == true)
    let table = try NPZ(contentsOf: artefact("pets/valid_clip_knn.npz"))
    #expect(try table.array("topk_train_indices")?.shape == [4, 12])

    // The same run again makes nothing.
    results = []
    _ = try preparation.run(checkpoint, settings)
    #expect(results.allSatisfy { $0.isReused } && results.count == 3)

    // What a killed run left: two rows and a part of the third.
    let file = artefact("pets/clip_image_features.safetensors")
    let whole = try Data(contentsOf: file)
    let partial = file.appendingPathExtension("partial")
    try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
    try Data((metadata["credence.run"] ?? "").utf8).write(to: partial.appending(path: "run.json"))
    try bytes(Array(images.values.prefix(15))).write(to: partial.appending(path: "rows.float32"))
    try FileManager.default.removeItem(at: file)
    results = []
    _ = try preparation.run(checkpoint, settings)
    #expect(results.map(\.resumedCount)[1] == 2 && !results[1].isReused)
    // Images in other batches differ in the last digits at most.
    let again = try StoredFeatures(contentsOf: file)
    #expect(zip(again.values, images.values).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(try Data(contentsOf: file).count == whole.count)
    #expect(!FileManager.default.fileExists(atPath: partial.path))
  }

  /// Compares features with those of the network itself, image by image.
  private func compare(_ features: StoredFeatures) throws {
    let (network, _) = try checkpoint.network()
    let preprocessor = try Preprocessor(checkpoint.preprocessing, format: .float32)
    for (row, name) in Self.files.enumerated() {
      var pixels = [Float](repeating: 0, count: preprocessor.elementCount)
      try pixels.withUnsafeMutableBytes { memory in
        try preprocessor.prepare(
          .file(folder.url.appending(path: "val/\(name)").path), name: name,
          into: #require(memory.baseAddress))
      }
      let expected: [Float] = try withInference {
        try network.imageFeatures(
          Tensor(pixels, shape: [1, 16, 16, 3]).permuted([0, 3, 1, 2])
        ).values()
      }
      for (found, number) in zip(features[row], expected) {
        #expect(abs(found - number) < 1e-5)
      }
    }
  }

  @Test func `files of other weights or in other precision are not replaced unasked`() throws {
    var preparation = self.preparation()
    var notices: [String] = []
    preparation.notice = { notices.append($0) }
    let files = try preparation.run(checkpoint, InferenceSettings())
    #expect(files.count == 2)
    #expect(notices.contains { $0.contains("--train-embeddings") })
    let error = #expect(throws: EncodingError.self) {
      try preparation.run(checkpoint, InferenceSettings(elementType: .bfloat16))
    }
    guard case .otherRun(_, ["the precision"])? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    let other = folder.url.appending(path: "other.pt")
    try SmallImageTextModel.write(to: other, seed: 2)
    let second = try ImageTextCheckpoint(contentsOf: other)
    #expect(throws: EncodingError.self) { try preparation.run(second, InferenceSettings()) }
    preparation.overwrites = true
    _ = try preparation.run(second, InferenceSettings(elementType: .bfloat16))
    let images = try StoredFeatures(
      contentsOf: artefact("pets/clip_image_features.safetensors"))
    #expect(images.precision == "bfloat16" && images.model == "other.pt")
  }

  @Test func `training embeddings of other weights are refused before anything is encoded`() throws
  {
    var preparation = self.preparation()
    preparation.training = .images(folder.url.appending(path: "train").path)
    _ = try preparation.run(checkpoint, InferenceSettings())
    let other = folder.url.appending(path: "other.pt")
    try SmallImageTextModel.write(to: other, seed: 2)
    let second = try ImageTextCheckpoint(contentsOf: other)
    preparation.training = .usual
    preparation.overwrites = true
    let embeddings = artefact("train_clip_embeddings.npz")
    #expect(throws: EncodingError.otherWeights(file: embeddings.relativePath)) {
      try preparation.run(second, InferenceSettings())
    }
    let images = artefact("pets/clip_image_features.safetensors")
    #expect(try StoredFeatures(contentsOf: images).model == "small.pt")
    // Embeddings of another program do not say what made them.
    try FileManager.default.removeItem(at: embeddings.appendingPathExtension("run.json"))
    #expect(try preparation.run(second, InferenceSettings()).count == 3)
  }

  @Test func `missing images and foreign folders are named before anything is encoded`() throws {
    try FileManager.default.removeItem(at: folder.url.appending(path: "val/oak/2.png"))
    let val = folder.url.appending(path: "val").path
    #expect(
      throws: EncodingError.missingImages(folder: val, count: 1, total: 4, first: "oak/2.png")
    ) { try self.preparation().run(checkpoint, InferenceSettings()) }
    try picture(1, "val/oak/2.png")
    try picture(9, "train/birch/1.png")
    let train = folder.url.appending(path: "train").path
    var preparation = self.preparation()
    preparation.training = .images(train)
    #expect(
      throws: EncodingError.unknownClassFolder(folder: train, name: "birch", classes: 4)
    ) { try preparation.run(checkpoint, InferenceSettings()) }
    #expect(
      !FileManager.default.fileExists(atPath: artefact("clip_text_features.safetensors").path))
  }
}

extension OutgoingArray {
  /// The same bytes as text of some characters.
  fileprivate func asText(_ length: Int) -> OutgoingArray {
    OutgoingArray(
      name, shape: Array(shape.dropLast()), element: .text(length), forEachPiece: forEachPiece)
  }
}
