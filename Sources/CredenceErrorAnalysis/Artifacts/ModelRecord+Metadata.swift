import CredenceFiles
public import Foundation

extension ModelRecord {
  /// The name of the description in the folder of a model.
  public static let fileName = "metadata.json"

  /// Reads the description in the folder of a model; of a folder without one only the name is known, or what the publication says of it.
  ///
  /// - Throws: `ArtifactError.badMetadata`; `FileError`.
  public init(folder url: URL) throws {
    let file = url.appending(path: Self.fileName)
    let name = url.standardizedFileURL.lastPathComponent
    self.init(folder: name)
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    try read(MappedFile.bytes(of: file), file: file.relativePath)
  }

  /// What is known of the model that a file of predictions belongs to: the description beside it, or its name alone.
  ///
  /// - Parameters:
  ///   - file: A file of predictions in any format.
  ///   - model: What the file calls the model.
  /// - Throws: `ArtifactError.badMetadata`; `FileError`.
  init(of file: URL, named model: String) throws {
    let parent = file.deletingLastPathComponent()
    if FileManager.default.fileExists(atPath: parent.appending(path: Self.fileName).path) {
      try self.init(folder: parent)
    } else {
      self.init(folder: Self.folderName(of: model))
      modelID = model
    }
  }

  /// What is known of a model by its folder's name: what the publication says, or nothing.
  private init(folder: String) {
    if let published = PublishedModel[folder] {
      self.init(published)
      return
    }
    self.init(
      folder: folder, modelID: folder.replacing("--", with: "/"), architectureFamily: "",
      architecture: "", trainingData: "", source: "", parameterCount: 0)
  }

  /// The name of a model's folder: `/` becomes `--`.
  public static func folderName(of modelID: String) -> String {
    modelID.replacing("/", with: "--")
  }

  /// Takes over what a description says.
  ///
  /// - Parameters:
  ///   - data: JSON with the published keys; what is missing stays as it is.
  ///   - file: Its name in errors.
  /// - Throws: `ArtifactError.badMetadata` for an entry of another kind.
  mutating func read(_ data: Data, file: String) throws {
    let entries = try Self.entries(data, file: file)
    func bad(_ key: String, _ problem: String) -> ArtifactError {
      .badMetadata(file: file, key: key, problem: problem)
    }
    func text(_ key: String, _ target: inout String) throws {
      guard let value = entries[key], value != .null else { return }
      guard let string = value.string else { throw bad(key, "must be text") }
      target = string
    }
    func count(_ key: String, _ target: inout Int) throws {
      guard let value = entries[key], value != .null else { return }
      guard let integer = value.integer, integer >= 0 else {
        throw bad(key, "must be a whole number from 0")
      }
      target = integer
    }
    try text("arch_family", &architectureFamily)
    try text("arch", &architecture)
    try text("model_id", &modelID)
    try text("training_data", &trainingData)
    try text("source", &source)
    try count("eval_batch_size", &batchSize)
    try count("num_params", &parameterCount)
    if let value = entries["extra_annotations"], value != .null {
      let texts = value.array?.compactMap(\.string)
      guard let texts, texts.count == value.array?.count else {
        throw bad("extra_annotations", "must be a list of texts")
      }
      extraAnnotations = texts
    }
    if let value = entries["preds_comp_time"], value != .null {
      guard let number = value.number, number.isFinite, number >= 0 else {
        throw bad("preds_comp_time", "must be a number of seconds from 0")
      }
      seconds = number
    }
    accuracies = try entries.keys.filter(Self.isAccuracy).sorted {
      ($0 != Self.top1Key, $0) < ($1 != Self.top1Key, $1)
    }.compactMap { key in
      guard let value = entries[key], value != .null else { return nil }
      guard let percent = value.number, percent >= 0, percent <= 100 else {
        throw bad(key, "must be from 0 to 100 per cent")
      }
      return Accuracy(key: key, percent: percent)
    }
  }

  /// The key of the accuracy on all classes.
  static let top1Key = "top1_val_acc"

  private static func isAccuracy(_ key: String) -> Bool { key.contains("val_acc") }

  private static func entries(_ data: Data, file: String) throws -> [String: JSONValue] {
    let value: JSONValue
    do {
      value = try JSONDecoder().decode(JSONValue.self, from: data)
    } catch {
      throw FileError.malformed(file: file, format: "JSON", problem: error.localizedDescription)
    }
    guard let entries = value.object else {
      throw FileError.malformed(file: file, format: "JSON", problem: "it is no object")
    }
    return entries
  }
}

private func < (_ a: (Bool, String), _ b: (Bool, String)) -> Bool {
  a.0 == b.0 ? a.1 < b.1 : !a.0
}
