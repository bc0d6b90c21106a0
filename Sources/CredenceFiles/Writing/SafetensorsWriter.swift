package import Foundation

/// Writes safetensors files piece by piece.
package enum SafetensorsWriter {
  /// The numbers start at a multiple of this many bytes, and so does none of them across its own size.
  static let alignment = 64

  /// Writes arrays and metadata; the file appears when it is complete.
  ///
  /// - Throws: `FileError.unwritable`.
  package static func write(
    _ arrays: [OutgoingArray], metadata: [String: String], to url: URL
  ) throws {
    // Wider numbers first: then each array starts at a multiple of its numbers' size.
    let arrays = arrays.sorted { ($1.element.size, $0.name) < ($0.element.size, $1.name) }
    let file = try AtomicFile(url)
    let header = try header(arrays, metadata)
    var length = UInt64(header.count).littleEndian
    try file.write(withUnsafeBytes(of: &length) { Data($0) })
    try file.write(header)
    for array in arrays {
      let start = file.count
      try array.forEachPiece { try file.write($0) }
      precondition(file.count - start == array.byteCount)
    }
    try file.finish()
  }

  private static func header(
    _ arrays: [OutgoingArray], _ metadata: [String: String]
  ) throws -> Data {
    var entries: [String] = []
    if !metadata.isEmpty {
      let pairs = try metadata.sorted { $0.key < $1.key }.map {
        "\(try quoted($0.key)):\(try quoted($0.value))"
      }
      entries.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for array in arrays {
      let end = offset + array.byteCount
      let type = StoredArray.Element.safetensorsNames[array.element] ?? ""
      let shape = array.shape.map { "\($0)" }.joined(separator: ",")
      entries.append(
        "\(try quoted(array.name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Data("{\(entries.joined(separator: ","))}".utf8)
    let padding = (alignment - (8 + header.count) % alignment) % alignment
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: padding))
    return header
  }

  private static func quoted(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(text), as: UTF8.self)
  }
}
