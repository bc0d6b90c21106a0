import CredenceFiles
public import Foundation

extension ClassList {
  /// Reads classes in the order of the networks' outputs.
  ///
  /// - `.json`: a list of names; the published `labels_map.json`, an object from numbers to names; or the published
  ///   `imagenet_wnet_id_to_target.json`, an object from identifiers to numbers.
  /// - `.csv`: the columns `name` and, if there is one, `id` or `wnid`.
  /// - Other text: one class a line, a WordNet identifier and a space before the names where it has one.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError` naming the class.
  public init(contentsOf url: URL) throws {
    let file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    switch url.pathExtension.lowercased() {
    case "json": try self.init(json: data, file: file)
    case "csv": try self.init(csv: data, file: file)
    default: try self.init(text: data, file: file)
    }
  }

  private init(json data: Data, file: String) throws {
    let value: JSONValue
    do {
      value = try JSONDecoder().decode(JSONValue.self, from: data)
    } catch {
      throw FileError.malformed(file: file, format: "JSON", problem: "it can't be parsed")
    }
    var names: [String] = []
    if let list = value.array {
      for (index, entry) in list.enumerated() {
        guard let name = entry.string else {
          throw ErrorAnalysisError.badEntry(
            file: file, entry: "class \(index)", problem: "it is no text")
        }
        names.append(name)
      }
    } else if let entries = value.object, entries.values.allSatisfy({ $0.integer != nil }) {
      names = entries.sorted { ($0.value.integer ?? 0) < ($1.value.integer ?? 0) }.map(\.key)
      for (index, name) in names.enumerated() where entries[name]?.integer != index {
        throw ErrorAnalysisError.badEntry(
          file: file, entry: "‘\(name)’", problem: "the numbers must be 0 to \(names.count - 1)")
      }
    } else if let entries = value.object {
      for index in 0..<entries.count {
        guard let name = entries["\(index)"]?.string else {
          throw ErrorAnalysisError.badEntry(
            file: file, entry: "class \(index)", problem: "it is missing, or is no text")
        }
        names.append(name)
      }
    } else {
      throw FileError.malformed(
        file: file, format: "JSON", problem: "it is neither a list nor an object")
    }
    try self.init(lines: names, file: file)
  }

  private init(csv data: Data, file: String) throws {
    let table = try TextTable(data, file: file)
    guard let names = table.column("name") else {
      throw ErrorAnalysisError.mismatch(file: file, problem: "it has no column ‘name’")
    }
    let ids = table.column("wnid") ?? table.column("id") ?? names
    try self.init(
      ids: table.rows.map { $0[ids] }, descriptions: table.rows.map { $0[names] }, source: file)
  }

  private init(text data: Data, file: String) throws {
    guard let text = String(validating: data, as: UTF8.self) else {
      throw FileError.malformed(file: file, format: "text", problem: "it is not UTF-8")
    }
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    while lines.last?.isEmpty == true { lines.removeLast() }
    try self.init(lines: lines.map(String.init), file: file)
  }

  /// One class a line.
  private init(lines: [String], file: String) throws {
    // Two of ImageNet's classes have the same names, so its names alone do not tell them apart.
    let imageNet = try Self.imageNet()
    if lines == imageNet.descriptions || lines == imageNet.ids {
      self = imageNet
      return
    }
    var ids: [String] = []
    var descriptions: [String] = []
    for line in lines {
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      if let id = parts.first, WordNet.offset(ofID: id) != nil {
        ids.append(id)
        descriptions.append(parts.count > 1 ? parts[1] : id)
      } else {
        ids.append(line)
        descriptions.append(line)
      }
    }
    try self.init(ids: ids, descriptions: descriptions, source: file)
  }
}
