import CredencePredictions
import FileSupport
import Foundation
import Testing

@Suite struct PredictionReaderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A safetensors file of arrays of zeros: name, type and shape.
  private func file(_ arrays: [(String, String, [Int])], name: String = "f.safetensors") throws
    -> URL
  {
    var header: [String] = []
    var offset = 0
    for (name, type, shape) in arrays {
      let size = type.hasSuffix("64") ? 8 : type.hasSuffix("32") ? 4 : type.hasSuffix("16") ? 2 : 1
      let end = offset + shape.reduce(size, *)
      header.append(
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(offset),\(end)]}"
      )
      offset = end
    }
    return try folder.file(
      name, safetensors("{\(header.joined(separator: ","))}", Data(count: offset)))
  }

  private var path: String { folder.url.appendingPathComponent("f.safetensors").relativePath }

  private func kind(_ set: PredictionSet) -> String {
    switch set.output {
    case .logits: "logits"
    case .probabilities: "probabilities"
    case .scores: "scores"
    case .topK: "top-k"
    case .decisions: "decisions"
    }
  }

  @Test func `reads every part of a set`() throws {
    let result = try read(fixture("safetensors/full.safetensors"))
    let set = result.set
    #expect(result.warnings == [])
    #expect(kind(set) == "logits")
    #expect(set.scoreMatrix?.row(1) == [8, 9, 10, 11])
    #expect(set.labels == [0, 3, -1])
    #expect(set.embeddings?.scalarType == .float16)
    #expect(set.embeddings?.row(2) == [18, 19])
    #expect(set.head?.weight.rowCount == 4)
    #expect(set.head?.bias == [0, 0, 0, 0])
    #expect(set.uncertainties == ["entropy": [0, 1, 2]])
    #expect(set.memberLogits.map { $0.row(0) } == [[-2, -1, 0, 1], [-1, 0, 1, 2]])
    #expect(set.softLabels?.row(2) == [0.25, 0.25, 0.25, 0.25])
    #expect(
      set.multiLabels.map { labels in (0..<3).map { Array(labels[$0]) } } == [[0, 1], [], [3]])
    #expect(set.sampleIDs.map { ids in (0..<3).map { ids[$0] } } == ["a", "ć", "🐈"])
    #expect(set.metadata.model == "net/small")
    #expect(set.metadata.dataset == "d")
    #expect(set.metadata.split == "test")
    #expect(set.metadata.classNames == ["a", "b", "c", "ć"])
    #expect(set.metadata.other == ["note": "x"])
  }

  @Test func `reads top-k lists and decisions`() throws {
    let top = try read(fixture("safetensors/top.safetensors")).set
    guard case .topK(let list) = top.output else {
      Issue.record("not top-k")
      return
    }
    #expect(list.indices == [2, 0, 1, 2])
    #expect(list.values.row(1) == [0.75, 0.125])
    guard
      case .decisions(let decisions) = try read(fixture("safetensors/decisions.safetensors")).set
        .output
    else {
      Issue.record("not decisions")
      return
    }
    #expect(decisions.predictions == [2, 0])
    #expect(decisions.confidences == [0.5, 0.25])
  }

  @Test(arguments: [
    ("logits", "logits"), ("Logit", "logits"), ("probs", "probabilities"),
    ("y_prob", "probabilities"), ("softmax", "probabilities"), ("predictions", "probabilities"),
    ("y-proba", "probabilities"),
  ])
  func `knows the usual names of outputs`(_ name: String, _ expected: String) throws {
    #expect(try kind(read(file([(name, "F32", [2, 3])])).set) == expected)
  }

  @Test(arguments: [
    "label", "labels", "target", "targets", "y", "y_true", "ground_truth", "true_label",
  ])
  func `knows the usual names of labels`(_ name: String) throws {
    for type in ["I64", "I32", "U8", "BOOL", "F32"] {
      let set = try read(file([("logits", "F32", [2, 3]), (name, type, [2])])).set
      #expect(set.labels == [0, 0])
    }
  }

  @Test(arguments: [
    ("pred", "conf"), ("pred_label", "confidence"), ("top1", "confidences"),
    ("predictions", "scores"),
  ])
  func `knows the usual names of decisions`(_ prediction: String, _ confidence: String) throws {
    let url = try file([(prediction, "I32", [2]), (confidence, "F32", [2, 1])])
    #expect(try kind(read(url).set) == "decisions")
  }

  @Test(arguments: [
    ("top5preds", "top5probs"), ("topk_indices", "topk_values"), ("top5", "top5_probs"),
  ])
  func `knows the usual names of top-k lists`(_ indices: String, _ values: String) throws {
    let url = try file([
      (indices, "I64", [2, 1]), (values, "F32", [2, 1]), ("features", "F16", [2, 7]),
    ])
    let set = try read(url).set
    #expect(kind(set) == "top-k")
    #expect(set.embeddings?.columnCount == 7)
  }

  @Test func `knows uncertainties by their prefix`() throws {
    let url = try file([
      ("logits", "F32", [2, 3]), ("uncertainty.MaxLogit", "F32", [2]),
      ("Uncertainty_b", "F64", [2, 1]), ("uncertainty", "I32", [2]),
    ])
    #expect(
      try read(url).set.uncertainties == [
        "MaxLogit": [0, 0], "b": [0, 0], "uncertainty": [0, 0],
      ])
  }

  @Test(arguments: ["scores", "outputs", "preds", "y_score"])
  func `asks for the kind that a name leaves open`(_ name: String) throws {
    let url = try file([(name, "F32", [2, 3])])
    #expect(predictionError { _ = try read(url) } == .undeclaredKind(file: path, array: name))
    for expected in OutputKind.allCases {
      #expect(try kind(read(url, ReadOptions(kind: expected)).set) == expected.rawValue)
    }
    #expect(try kind(read(url, ReadOptions(map: [name: "scores"])).set) == "scores")
  }

  @Test func `prefers logits and takes the declared kind`() throws {
    let url = try file([
      ("probs", "F32", [2, 3]), ("logits", "F32", [2, 3]), ("scores", "F32", [2, 3]),
    ])
    let result = try read(url)
    #expect(kind(result.set) == "logits")
    #expect(
      result.warnings == [
        "‘probs’ [2, 3] F32 was not needed.", "‘scores’ [2, 3] F32 was not needed.",
      ])
    #expect(try kind(read(url, ReadOptions(kind: .probabilities)).set) == "probabilities")
    #expect(try kind(read(url, ReadOptions(kind: .scores)).set) == "scores")
    #expect(
      try kind(read(url, ReadOptions(map: ["probs": "probabilities"])).set) == "probabilities")
  }

  @Test func `answers beside the scores they follow from are passed over silently`() throws {
    let whole = try file([
      ("top1", "I64", [2]), ("top5", "I64", [2, 2]), ("probs", "F32", [2, 3]),
    ])
    let result = try read(whole)
    #expect(kind(result.set) == "probabilities" && result.warnings == [])
  }

  @Test func `takes the user's word for a single matrix of any name`() throws {
    let url = try file([("arr_0", "F32", [2, 3]), ("arr_1", "I64", [2])])
    #expect(
      predictionError { _ = try read(url) }
        == .noOutput(
          file: path, found: ["‘arr_0’ [2, 3] F32", "‘arr_1’ [2] I64"],
          suggestion:
            "Say what it is: --map arr_0=logits, --map arr_0=probabilities or --map arr_0=scores."))
    let result = try read(url, ReadOptions(kind: .logits))
    #expect(kind(result.set) == "logits")
    #expect(
      result.warnings == [
        "‘arr_1’ [2] I64 was left out: its name is not known (--map arr_1=ROLE)."
      ])
    let mapped = try read(
      fixture("npz/positional.npz"), ReadOptions(map: ["arr_0": "logits", "arr_1": "labels"]))
    #expect(mapped.set.labels == [0, 3, 1])
    #expect(mapped.warnings == [])
  }

  @Test func `settles nothing between two equal candidates`() throws {
    let url = try file([("logits", "F32", [2, 3]), ("y", "I64", [2]), ("label", "I64", [2])])
    #expect(
      predictionError { _ = try read(url) }
        == .ambiguousRole(file: path, role: "labels", arrays: ["y", "label"]))
    #expect(try read(url, ReadOptions(map: ["y": "ignore"])).set.labels != nil)
    #expect(try read(url, ReadOptions(map: ["y": "labels"])).set.labels != nil)
  }

  @Test func `refuses mappings that can't be followed`() throws {
    let url = try file([("logits", "F32", [2, 3])])
    #expect(
      predictionError { _ = try read(url, ReadOptions(map: ["x": "logits"])) }
        == .noSuchArray(file: path, name: "x", found: ["logits"]))
    let error = predictionError { _ = try read(url, ReadOptions(map: ["logits": "logit"])) }
    guard case .unknownRole("logit", let known)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(known.contains("top_k.values"))
  }

  @Test func `refuses shapes and types that no name can have`() throws {
    func error(_ arrays: [(String, String, [Int])]) throws -> PredictionFileError? {
      let url = try file(arrays)
      return predictionError { _ = try read(url) }
    }
    #expect(
      try error([("logits", "F32", [2])])
        == .wrongShape(
          file: path, array: "‘logits’ [2] F32", role: "logits",
          expected: "a [samples, classes] matrix of floating-point numbers"))
    #expect(
      try error([("logits", "F32", [2, 3]), ("labels", "I64", [2, 3])])
        == .wrongShape(
          file: path, array: "‘labels’ [2, 3] I64", role: "labels",
          expected: "one class index per sample, [samples] "
            + "(a distribution over classes has the role soft_labels)"))
    #expect(
      try error([("predictions", "F32", [2])])
        == .wrongShape(
          file: path, array: "‘predictions’ [2] F32", role: "predictions or the probabilities",
          expected: "one class index per sample, [samples], as integers"))
    #expect(
      try error([("predictions", "I64", [2])])
        == .incomplete(file: path, role: "predictions", missing: "confidences"))
    #expect(
      try error([("top5preds", "I64", [2, 5])])
        == .incomplete(file: path, role: "top_k.indices", missing: "top_k.values"))
    #expect(
      try error([("logits", "F32", [2, 3]), ("head.bias", "F32", [3])])
        == .incomplete(file: path, role: "head.bias", missing: "head.weight"))
  }

  @Test func `refuses sets that do not fit together, naming the file`() throws {
    func error(_ arrays: [(String, String, [Int])]) throws -> PredictionFileError? {
      let url = try file(arrays)
      return predictionError { _ = try read(url) }
    }
    #expect(
      try error([("logits", "F32", [0, 3])]) == .invalid(file: path, error: .noSamples))
    #expect(
      try error([("logits", "F32", [2, 0])])
        == .invalid(
          file: path, error: .missing(what: "classes", reason: "The matrix has no columns.")))
    #expect(
      try error([("logits", "F32", [2, 3]), ("labels", "I64", [3])])
        == .invalid(
          file: path,
          error: .countMismatch(what: "labels", count: 3, other: "samples", otherCount: 2)))
    #expect(try read(file([("logits", "F32", [2, 1])])).set.classCount == 1)
    #expect(
      try error([("logits", "F32", [2, 1]), ("head.weight", "F32", [1 << 40, 0])])
        == .invalid(
          file: path, error: .missing(what: "features", reason: "The head has no columns.")))
    #expect(
      try error([("logits", "F32", [2, 1]), ("member_logits", "F32", [1 << 40, 0, 0])])
        == .invalid(
          file: path,
          error: .missing(
            what: "member logits", reason: "The array is [1099511627776, 0, 0].")))
  }

  @Test func `names the row of a label that is none`() throws {
    let logits = (
      #"{"logits":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#,
      Data(count: 24)
    )
    let integers = try folder.file(
      "f.safetensors",
      safetensors(
        logits.0 + #""labels":{"dtype":"I64","shape":[2],"data_offsets":[24,40]}}"#,
        logits.1 + bytes([2, 3] as [Int64])))
    #expect(
      predictionError { _ = try read(integers) }
        == .invalid(
          file: path, error: .labelOutOfRange(role: "labels", row: 1, label: 3, classes: 3)))
    let floats = try folder.file(
      "f.safetensors",
      safetensors(
        logits.0 + #""labels":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}}"#,
        logits.1 + bytes([2, 0.5] as [Float])))
    #expect(
      predictionError { _ = try read(floats) }
        == .invalid(file: path, error: .notAClass(role: "labels", row: 1, value: 0.5)))
  }

  @Test func `tells what a lone array is by the file's name`() throws {
    let data = try Data(contentsOf: fixture("npy/version1-logits.npy"))
    #expect(try kind(read(folder.file("resnet-test-logits.npy", data)).set) == "logits")
    #expect(try kind(read(folder.file("a.probs.npy", data)).set) == "probabilities")
    let unknown = try folder.file("a.npy", data)
    #expect(
      predictionError { _ = try read(unknown) }
        == .noOutput(
          file: unknown.relativePath, found: ["‘a’ [3, 4] F32"],
          suggestion: "Say what it is: --map a=logits, --map a=probabilities or --map a=scores."))
    #expect(try kind(read(unknown, ReadOptions(kind: .scores)).set) == "scores")
  }

  private static let known = ".safetensors, .npz, .npy and .csv; labels also from .txt"

  @Test func `refuses paths that are no files and unknown extensions`() throws {
    func error(_ path: String) -> FileError? {
      fileError { _ = try PredictionReader.read(PredictionSource(argument: path)) }
    }
    #expect(
      error("/absent/x.npz")
        == .unreadable(file: "/absent/x.npz", reason: "There is no such file."))
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("d.npz"), withIntermediateDirectories: true)
    let path = folder.url.appendingPathComponent("d.npz").path
    #expect(error(path) == .unreadable(file: path, reason: "This is a folder."))
    #expect(error("a.pkl") == .unknownFormat(file: "a.pkl", known: Self.known))
    let empty = try folder.file("e.npz", Data())
    #expect(
      fileError { _ = try read(empty) }
        == .malformed(
          file: empty.relativePath, format: "ZIP",
          problem: "it does not start with the mark of that format"))
  }
}
