import CredenceErrorAnalysis
import CredenceFiles
import CredencePredictions
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct ModelPredictionsTests {
  private static let golden = GoldenSet("errors")

  private struct Decision: Decodable { let top1: Int32 }

  @Test(arguments: ["imagenet", "imagenet-a"])
  func `reads every model of the golden tree`(dataset: String) throws {
    let folder = Self.golden.folder.appending(path: "artefacts/\(dataset)")
    let samples = try SampleList(
      contentsOf: Self.golden.url("artefacts/\(dataset)/samples_info.npz"))
    #expect(samples.count == (dataset == "imagenet" ? 300 : 100))
    let expected = try JSONDecoder().decode(
      [String: [String: Decision]].self,
      from: Self.golden.data("expected/error_types_\(dataset).json"))
    let models = try ModelPredictions.models(in: folder)
    #expect(models.map(\.lastPathComponent) == expected.keys.sorted())
    for url in models {
      let name = url.lastPathComponent
      _ = Self.golden.url("artefacts/\(dataset)/\(name)/preds.npz")
      _ = Self.golden.url("artefacts/\(dataset)/\(name)/metadata.json")
      let predictions = try ModelPredictions(contentsOf: url, samples: samples)
      #expect(predictions.top1.count == samples.count)
      for (file, decision) in expected[name] ?? [:] {
        let row = try #require(samples.row(of: file))
        #expect(predictions.top1[row] == decision.top1)
      }
      let record = predictions.record
      #expect(record.folder == name)
      #expect(record.modelID == name.replacing("--", with: "/"))
      let percent = try #require(record.accuracies.first { $0.key == "top1_val_acc" }?.percent)
      let correct = zip(predictions.top1, samples.targets).count { $0 == $1 }
      #expect(abs(percent - 100 * Double(correct) / Double(samples.count)) < 1e-9)
    }
  }

  @Test func `takes over everything that a description says`() throws {
    let record = try ModelRecord(
      folder: Self.golden.folder.appending(path: "artefacts/imagenet/facebook--vgg_base_10"))
    #expect(
      record
        == ModelRecord(
          folder: "facebook--vgg_base_10", modelID: "facebook/vgg_base_10",
          architectureFamily: "cnn", architecture: "vgg", trainingData: "LAION-2B (2.3B)",
          source: "huggingface",
          extraAnnotations: ["Self-Supervised Learning", "CLIP Training"],
          parameterCount: 55_001_370, batchSize: 64,
          accuracies: [.init(key: "top1_val_acc", percent: 76.33333333333333)],
          seconds: 288.641))
  }

  // MARK: - Trees of two classes

  private let samples: SampleList

  init() throws {
    samples = try SampleList(
      files: ["a/1", "a/2", "b/3"], targets: [0, 0, 1], classCount: 3, file: "list")
  }

  private func folder(_ arrays: [OutgoingArray]) throws -> URL {
    let folder = try TemporaryFolder().url
    try NPZWriter.write(arrays, to: folder.appending(path: "preds.npz"))
    return folder
  }

  private func top1(_ values: [Int64]) -> OutgoingArray {
    OutgoingArray("top1", values, element: .int64)
  }

  private func error(_ url: URL) -> ArtifactError? {
    do {
      _ = try ModelPredictions(contentsOf: url, samples: samples)
      return nil
    } catch { return error as? ArtifactError }
  }

  @Test func `does not look at the probabilities`() throws {
    // Their type is one that no reader here takes.
    let folder = try folder([
      top1([2, 0, 1]),
      OutgoingArray("probs", shape: [3, 1], element: .bfloat16) { try $0(Data(count: 6)) },
    ])
    let predictions = try ModelPredictions(contentsOf: folder, samples: samples)
    #expect(predictions.top1 == [2, 0, 1])
    #expect(predictions.record.modelID == folder.lastPathComponent)
  }

  @Test func `a class out of range names file and row`() throws {
    for value in [Int64(3), -1, .max, .min] {
      let folder = try folder([top1([2, 0, value])])
      #expect(
        error(folder)
          == .classOutOfRange(
            file: folder.appending(path: "preds.npz").relativePath, array: "top1", row: 2,
            value: Int(value), classCount: 3))
    }
  }

  @Test func `other numbers of samples and other shapes are refused`() throws {
    let short = try folder([top1([2, 0])])
    #expect(
      error(short)
        == .sampleCount(
          file: short.appending(path: "preds.npz").relativePath, found: 2, expected: 3))
    let square = try folder([OutgoingArray("top1", [1, 2, 0], element: .int64, shape: [3, 1])])
    guard case .wrongArray(_, "top1", "whole numbers of shape [3, 1]", _) = error(square) else {
      Issue.record("\(String(describing: error(square)))")
      return
    }
    let fractions = try folder([OutgoingArray("top1", [0.0, 1, 2])])
    guard case .wrongArray(_, "top1", _, _) = error(fractions) else {
      Issue.record("\(String(describing: error(fractions)))")
      return
    }
    let other = try folder([OutgoingArray("top5", [Int64(1)], element: .int64)])
    #expect(
      error(other)
        == .missingArray(
          file: other.appending(path: "preds.npz").relativePath, name: "top1", found: ["top5"]))
  }

  @Test func `a file cut short anywhere is refused`() throws {
    let folder = try folder([top1([2, 0, 1])])
    let file = folder.appending(path: "preds.npz")
    let data = try Data(contentsOf: file)
    for count in 0..<data.count {
      try data.prefix(count).write(to: file)
      let found = fileError { _ = try ModelPredictions(contentsOf: folder, samples: samples) }
      #expect(found?.errorDescription?.contains("preds.npz") == true, "\(count) bytes")
    }
  }

  @Test func `a folder without predictions, or with several, is refused`() throws {
    let folder = try TemporaryFolder()
    #expect(error(folder.url) == .noPredictions(folder: folder.url.relativePath))
    _ = try folder.file("a.csv", "x")
    _ = try folder.file("b.csv", "x")
    #expect(
      error(folder.url)
        == .severalPredictions(folder: folder.url.relativePath, files: ["a.csv", "b.csv"]))
  }

  @Test(arguments: [
    "{\"num_params\": -1}", "{\"arch\": 3}", "{\"top1_val_acc\": 101}",
    "{\"extra_annotations\": [1]}", "{\"preds_comp_time\": \"long\"}",
  ])
  func `a wrong entry of a description is named`(json: String) throws {
    let folder = try folder([top1([2, 0, 1])])
    try Data(json.utf8).write(to: folder.appending(path: "metadata.json"))
    guard case .badMetadata(_, let key, _) = error(folder) else {
      Issue.record("\(String(describing: error(folder)))")
      return
    }
    #expect(json.contains("\"\(key)\""))
  }

  // MARK: - Files of predictions

  private func write(
    _ output: PredictionSet.Output, labels: [Int32]?, ids: [String]?
  ) throws -> URL {
    let url = try TemporaryFolder().url.appending(path: "model.safetensors")
    var metadata = PredictionMetadata()
    metadata.model = "lab/model"
    try PredictionSet(
      output, labels: labels, sampleIDs: ids.map { try SampleIDs($0) }, metadata: metadata
    ).write(to: url, format: .safetensors)
    return url
  }

  private let logits: [[Float]] = [[0, 5, 1], [7, 7, 0], [0, 0, 2]]

  @Test(arguments: [["b/3", "a/1", "a/2"], ["val/x/3", "val/y/1", "2"]])
  func `a file of predictions is matched by names`(ids: [String]) throws {
    let url = try write(.logits(Matrix(rows: logits)), labels: [1, 0, 0], ids: ids)
    let predictions = try ModelPredictions(contentsOf: url, samples: samples)
    // Of equal logits the first counts.
    #expect(predictions.top1 == [0, 2, 1])
    #expect(predictions.record.modelID == "lab/model")
    #expect(predictions.record.folder == "lab--model")
  }

  @Test func `a file without names must have the list's rows`() throws {
    let url = try write(.logits(Matrix(rows: logits)), labels: nil, ids: nil)
    #expect(try ModelPredictions(contentsOf: url, samples: samples).top1 == [1, 0, 2])
    let short = try write(.logits(Matrix(rows: [logits[0]])), labels: nil, ids: nil)
    #expect(
      error(short) == .sampleCount(file: short.relativePath, found: 1, expected: 3))
  }

  @Test func `missing samples and other labels are named`() throws {
    let missing = try write(
      .logits(Matrix(rows: logits)), labels: nil, ids: ["a/1", "b/3", "b/4"])
    #expect(
      error(missing) == .missingSample(file: missing.relativePath, name: "a/2", row: 1))
    let other = try write(
      .logits(Matrix(rows: logits)), labels: [0, 0, 2], ids: ["a/1", "a/2", "b/3"])
    #expect(
      error(other)
        == .otherLabel(file: other.relativePath, name: "b/3", row: 2, found: 2, expected: 1))
  }

  @Test func `numbers that are not finite are named`() throws {
    let url = try write(
      .logits(Matrix(rows: [logits[0], [.nan, 1, 2], logits[2]])), labels: nil, ids: nil)
    #expect(
      error(url)
        == .notFinite(file: url.relativePath, array: "the matrix of classes", row: 1))
  }
}
