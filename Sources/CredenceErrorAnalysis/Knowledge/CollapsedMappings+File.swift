import CredenceFiles
public import Foundation

extension CollapsedMappings {
  /// Reads overlapping classes of the user's own: a JSON object from each target to the predictions that count as right, by number or identifier.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError.badEntry` naming the target.
  public init(contentsOf url: URL, classes: ClassList) throws {
    let file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    guard let object = (try? JSONDecoder().decode(JSONValue.self, from: data))?.object else {
      throw FileError.malformed(file: file, format: "JSON", problem: "it is no object")
    }
    func index(_ value: JSONValue?) -> Int32? {
      if let text = value?.string { return classes.index(ofID: text) ?? number(Int(text)) }
      return number(value?.integer)
    }
    func number(_ value: Int?) -> Int32? {
      value.flatMap { $0 >= 0 && $0 < classes.count ? Int32($0) : nil }
    }
    var predictions: [Int32: [Int32]] = [:]
    for (key, value) in object {
      let list = (value.array ?? [value]).map(index)
      guard let target = index(.string(key)), !list.contains(nil) else {
        throw ErrorAnalysisError.badEntry(
          file: file, entry: "‘\(key)’", problem: "it is no class, or not all it lists are")
      }
      predictions[target, default: []] += list.compactMap { $0 }
    }
    self.init(predictions)
  }
}
