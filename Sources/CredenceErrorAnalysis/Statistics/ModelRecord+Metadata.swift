import CredenceFiles
public import Foundation

extension ModelRecord {
  /// The largest file that is read; published ones have 300 bytes.
  private static let byteLimit = 1 << 20

  /// Reads a model's `metadata.json` with the published keys.
  ///
  /// `model_id`, `arch`, `arch_family`, `training_data`, `source` and `num_params` are needed. `extra_annotations`,
  /// `eval_batch_size`, `preds_comp_time` and the accuracies may be missing, as they are before predictions are made.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - folder: The folder's name; that of the file's own folder unless given.
  /// - Throws: `FileError`, or `ErrorStatisticsError.badMetadata` naming the key.
  public init(metadata url: URL, folder: String? = nil) throws {
    let file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    guard data.count <= Self.byteLimit else {
      throw FileError.malformed(
        file: file, format: "JSON", problem: "metadata of \(data.count) bytes is too long")
    }
    try self.init(
      metadata: data, file: file,
      folder: folder ?? url.deletingLastPathComponent().standardizedFileURL.lastPathComponent)
  }

  /// Reads the content of a `metadata.json`.
  ///
  /// - Parameters:
  ///   - data: UTF-8 text.
  ///   - file: Its name in errors.
  ///   - folder: The name of the model's folder.
  /// - Throws: `FileError`, or `ErrorStatisticsError.badMetadata` naming the key.
  public init(metadata data: Data, file: String, folder: String) throws {
    guard let object = try? JSONDecoder().decode([String: JSONValue].self, from: data) else {
      throw FileError.malformed(
        file: file, format: "JSON", problem: "it is no object with named values")
    }
    let reader = MetadataReader(file: file, object: object)
    var accuracies: [Accuracy] = []
    for key in object.keys where key.hasPrefix(Self.top1Key) {
      guard let percent = try reader.percent(key) else { continue }
      accuracies.append(Accuracy(key: key, percent: percent))
    }
    // JSON has no order: the main accuracy, then those among fewer classes.
    accuracies.sort { ($0.key.count, $0.key) < ($1.key.count, $1.key) }
    self.init(
      folder: folder, modelID: try reader.text("model_id"),
      architectureFamily: try reader.text("arch_family"),
      architecture: try reader.text("arch"), trainingData: try reader.text("training_data"),
      source: try reader.text("source"), extraAnnotations: try reader.texts("extra_annotations"),
      parameterCount: try reader.count("num_params"),
      batchSize: object["eval_batch_size"] == nil ? 0 : try reader.count("eval_batch_size"),
      accuracies: accuracies, seconds: try reader.seconds("preds_comp_time"),
      multiLabelPercent: try reader.percent("multi_label_val_acc"))
  }
}

/// The values of a metadata file, each of the kind that its key asks for.
private struct MetadataReader {
  let file: String
  let object: [String: JSONValue]

  func text(_ key: String) throws(ErrorStatisticsError) -> String {
    guard let text = object[key]?.string, !text.isEmpty else {
      throw bad(key, expected: "a text")
    }
    return text
  }

  func texts(_ key: String) throws(ErrorStatisticsError) -> [String] {
    guard let value = object[key], value != .null else { return [] }
    let texts = value.array?.map(\.string)
    guard let texts, !texts.contains(nil) else { throw bad(key, expected: "a list of texts") }
    return texts.compactMap { $0 }
  }

  func count(_ key: String) throws(ErrorStatisticsError) -> Int {
    guard let count = object[key]?.number.flatMap({ Int(exactly: $0) }), count >= 0 else {
      throw bad(key, expected: "a whole number, 0 or more")
    }
    return count
  }

  func percent(_ key: String) throws(ErrorStatisticsError) -> Double? {
    guard let value = object[key], value != .null else { return nil }
    guard let percent = value.number, (0...100).contains(percent) else {
      throw bad(key, expected: "a number from 0 to 100, in per cent")
    }
    return percent
  }

  func seconds(_ key: String) throws(ErrorStatisticsError) -> Double? {
    guard let value = object[key], value != .null else { return nil }
    guard let seconds = value.number, seconds >= 0, seconds.isFinite else {
      throw bad(key, expected: "a number of seconds")
    }
    return seconds
  }

  private func bad(_ key: String, expected: String) -> ErrorStatisticsError {
    let text = object[key]?.text.map { $0.count > 60 ? $0.prefix(60) + "…" : $0 }
    return .badMetadata(file: file, key: key, found: text, expected: expected)
  }
}
