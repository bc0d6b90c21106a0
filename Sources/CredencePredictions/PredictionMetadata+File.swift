import Foundation

extension PredictionMetadata {
  /// The key whose value is the version of the file's layout.
  static let formatKey = "credence.format"
  /// The version that is written, and the only one that is read.
  static let formatVersion = "1"

  /// Metadata from the texts of a file; keys without a meaning go to `other`.
  ///
  /// - Throws: `FileError` for a layout of another version, and for class names that are no JSON array.
  init(_ texts: [String: String], file: String) throws(FileError) {
    self.init()
    var rest = texts
    if let version = rest.removeValue(forKey: Self.formatKey), version != Self.formatVersion {
      throw .unsupported(
        file: file, what: "predictions in version \(version) of the format",
        instead: "Use a newer Credence; this one reads version \(Self.formatVersion).")
    }
    model = rest.removeValue(forKey: "model") ?? ""
    dataset = rest.removeValue(forKey: "dataset") ?? ""
    split = rest.removeValue(forKey: "split") ?? ""
    preprocessing = rest.removeValue(forKey: "preprocessing") ?? ""
    producer = rest.removeValue(forKey: "producer") ?? ""
    weightsSHA256 = rest.removeValue(forKey: "weights_sha256") ?? ""
    if let names = rest.removeValue(forKey: "class_names") {
      guard let names = try? JSONDecoder().decode([String].self, from: Data(names.utf8)) else {
        throw .malformed(
          file: file, format: "prediction", problem: "‘class_names’ is not a JSON array of texts")
      }
      classNames = names
    }
    other = rest
  }

  /// The texts that a file keeps, empty ones left out.
  func texts() throws -> [String: String] {
    var texts = other
    texts[Self.formatKey] = Self.formatVersion
    let fields = [
      "model": model, "dataset": dataset, "split": split, "preprocessing": preprocessing,
      "producer": producer, "weights_sha256": weightsSHA256,
    ]
    for (key, value) in fields where !value.isEmpty { texts[key] = value }
    if !classNames.isEmpty {
      texts["class_names"] = String(decoding: try JSONEncoder().encode(classNames), as: UTF8.self)
    }
    return texts
  }
}
