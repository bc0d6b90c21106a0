import CredenceFiles
package import Foundation

extension ModelRecord {
  /// The keys that say what a model is, in the published order; those of measurements follow.
  public static let staticKeys = [
    "arch_family", "arch", "model_id", "training_data", "source", "eval_batch_size", "num_params",
    "extra_annotations",
  ]

  /// Reads a description that a user wrote.
  ///
  /// - Parameters:
  ///   - data: JSON with some of `staticKeys`.
  ///   - file: Its name in errors.
  /// - Throws: `ArtifactError.badMetadata`, also for a key of another name; `FileError`.
  package mutating func readStatic(_ data: Data, file: String) throws {
    if let unknown = try Self.entries(data, file: file).keys.sorted()
      .first(where: { !Self.staticKeys.contains($0) })
    {
      throw ArtifactError.badMetadata(
        file: file, key: unknown,
        problem: "is none of \(Self.staticKeys.joined(separator: ", "))")
    }
    let (accuracies, seconds) = (accuracies, seconds)
    try read(data, file: file)
    self.accuracies = accuracies
    self.seconds = seconds
  }

  /// Takes over what another record says of the model itself; measurements and the batch's size stay.
  package mutating func refresh(from other: Self) {
    modelID = other.modelID
    if !other.architectureFamily.isEmpty { architectureFamily = other.architectureFamily }
    if !other.architecture.isEmpty { architecture = other.architecture }
    if !other.trainingData.isEmpty { trainingData = other.trainingData }
    if !other.source.isEmpty { source = other.source }
    if other.parameterCount > 0 { parameterCount = other.parameterCount }
    extraAnnotations = other.extraAnnotations
  }

  /// Writes the description into the folder of a model; keys of other programs in a file that is there stay.
  ///
  /// - Throws: `FileError`.
  package func write(toFolder folder: URL) throws {
    let url = folder.appending(path: Self.fileName)
    var others: [String: JSONValue] = [:]
    if FileManager.default.fileExists(atPath: url.path) {
      others = try Self.entries(MappedFile.bytes(of: url), file: url.relativePath)
    }
    let file = try AtomicFile(url)
    try file.write(Data(try metadata(with: others).utf8))
    try file.finish()
  }

  /// The published JSON: one line, keys in the published order.
  func metadata(with others: [String: JSONValue] = [:]) throws -> String {
    var entries: [(key: String, value: String)] = [
      ("arch_family", try Self.quoted(architectureFamily)), ("arch", try Self.quoted(architecture)),
      ("model_id", try Self.quoted(modelID)), ("training_data", try Self.quoted(trainingData)),
      ("source", try Self.quoted(source)), ("eval_batch_size", "\(batchSize)"),
      ("num_params", "\(parameterCount)"),
      (
        "extra_annotations",
        "[\(try extraAnnotations.map(Self.quoted).joined(separator: ", "))]"
      ),
    ]
    entries += accuracies.map { ($0.key, "\($0.percent)") }
    if let seconds { entries.append(("preds_comp_time", "\(seconds)")) }
    let known = Set(entries.map(\.key))
    for (key, value) in others.sorted(by: { $0.key < $1.key })
    where !known.contains(key) && !Self.isMeasured(key) {
      if let text = value.text { entries.append((key, text)) }
    }
    return "{"
      + (try entries.map { "\(try Self.quoted($0.key)): \($0.value)" })
      .joined(separator: ", ") + "}"
  }

  /// Whether a value of this key is kept in the record, so that none of an earlier file is to stay.
  private static func isMeasured(_ key: String) -> Bool {
    key == "preds_comp_time" || isAccuracy(key)
  }

  private static func quoted(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(text), as: UTF8.self)
  }
}

extension ModelRecord {
  /// A model that the publication lacks: its name, and the kind of network where a published model is of that kind.
  ///
  /// Networks whose names start with the same letters are of one kind: `mobilenetv1_050` is like `mobilenetv2_100`.
  ///
  /// - Parameters:
  ///   - modelID: What to call the model.
  ///   - architecture: What the catalog of architectures calls the network; empty where it is not known.
  public init(modelID: String, architecture: String) {
    let alike = PublishedModel.ofKind(architecture)
    self.init(
      folder: Self.folderName(of: modelID), modelID: modelID,
      architectureFamily: alike?.architectureFamily ?? "",
      architecture: alike?.architecture ?? architecture, trainingData: "", source: "",
      parameterCount: 0)
  }
}

extension PublishedModel {
  /// A published model of the same kind of network; `nil` where there is none.
  static func ofKind(_ architecture: String) -> Self? {
    func letters(_ name: String) -> Substring {
      // Networks that TensorFlow has trained are called so in front.
      (name.hasPrefix("tf_") ? name.dropFirst(3) : name[...]).prefix { !$0.isNumber && $0 != "_" }
    }
    let kind = letters(architecture)
    guard kind.count > 2 else { return nil }
    return all.first { $0.catalogName == architecture }
      ?? all.first { letters($0.catalogName) == kind }
  }
}
