import CredenceFiles
public import Foundation

/// Finds nouns by names such as `dog.n.01`: WordNet's `index.noun`.
public struct NounIndex: Sendable {
  private let data: Data
  private let file: String

  /// Opens the index, plain or compressed.
  ///
  /// - Parameter url: WordNet's folder, its `data.noun` or `index.noun`.
  /// - Throws: `FileError`, also where there is none.
  public init(at url: URL) throws {
    guard let index = WordNet.file("index.noun", at: url) else {
      throw FileError.unreadable(
        file: url.relativePath, reason: "There is no index.noun in this folder.")
    }
    file = index.relativePath
    let bytes = try MappedFile.bytes(of: index)
    data = GZIP.isCompressed(bytes) ? try GZIP.decompressed(bytes, file: file) : bytes
  }

  /// Opens the index of the WordNet that an analysis uses.
  ///
  /// - Throws: `ErrorAnalysisError.missing` where there is no WordNet; `FileError`.
  public init(opening inputs: ErrorAnalysisInputs) throws {
    try self.init(at: KnowledgePlaces(inputs).require(.wordNet))
  }

  /// The offset of a noun.
  ///
  /// - Parameter name: `lemma.n.NN`, the sense counted from 1, such as `dog.n.01`.
  /// - Returns: The offset in `data.noun`.
  /// - Throws: `ErrorAnalysisError.unknown` with the lemma's senses for a name that is none; `FileError`.
  public func offset(of name: String) throws -> Int {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let hasSense = parts.count >= 3 && parts[parts.count - 2] == "n"
    let lemma = (hasSense ? parts.dropLast(2).joined(separator: ".") : name).lowercased()
      .replacing(" ", with: "_")
    let offsets = try offsets(of: lemma)
    let sense = hasSense ? Int(parts[parts.count - 1]) : nil
    guard let sense, sense >= 1, sense <= offsets.count else {
      throw ErrorAnalysisError.unknown(
        kind: "noun", name: name,
        known: offsets.indices.map { "\(lemma).n.\($0 < 9 ? "0" : "")\($0 + 1)" })
    }
    return offsets[sense - 1]
  }

  /// The offsets of a lemma's senses in their order; none where there is no such lemma.
  ///
  /// - Throws: `FileError.malformed` for a damaged line.
  public func offsets(of lemma: String) throws -> [Int] {
    let key = Array((lemma + " ").utf8)
    return try data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
      var start = 0
      while start < bytes.count {
        let end =
          bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        if bytes[start..<end].starts(with: key) {
          return try self.offsets(
            line: String(decoding: bytes[start..<end], as: UTF8.self))
        }
        start = end + 1
      }
      return []
    }
  }

  /// The offsets of a line: `lemma n senses pointers symbol* senses tagged offset*`.
  private func offsets(line: String) throws -> [Int] {
    let fields = line.split(separator: " ")
    let damaged = FileError.malformed(
      file: file, format: "WordNet index", problem: "the line of ‘\(fields[0])’ is damaged")
    guard fields.count > 4, let count = Int(fields[2]), count > 0, count <= fields.count - 4
    else { throw damaged }
    let offsets = fields.suffix(count).compactMap { Int($0) }
    guard offsets.count == count else { throw damaged }
    return offsets
  }
}
