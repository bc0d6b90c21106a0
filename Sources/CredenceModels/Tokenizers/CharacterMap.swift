import Foundation

/// SentencePiece's table of what texts are replaced by before they are cut: a trie of the texts, and the replacements one after another.
///
/// The trie is the double array of the library Darts. Every step is checked against its length, so a damaged table is refused or replaces wrongly, no more.
struct CharacterMap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  /// Understands the bytes of `precompiled_charsmap`; `nil` for bytes that are none.
  init?(_ data: Data) {
    guard data.count > 4, data.count <= 1 << 24 else { return nil }
    let bytes = [UInt8](data)
    func word(_ offset: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }
    let size = Int(word(0))
    guard size > 0, size % 4 == 0, size <= bytes.count - 4 else { return nil }
    units = (0..<size / 4).map { word(4 + 4 * $0) }
    replacements = Array(bytes[(4 + size)...])
  }

  /// The text with all that the table knows replaced, always the longest match.
  func applied(to text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if let match = longestMatch(bytes[position...]) {
        result += replacement(at: match.value)
        position += match.length
      } else {
        var end = position + 1
        while end < bytes.count, bytes[end] & 0xc0 == 0x80 { end += 1 }
        result += bytes[position..<end]
        position = end
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private func longestMatch(_ bytes: ArraySlice<UInt8>) -> (length: Int, value: Int)? {
    var found: (length: Int, value: Int)?
    var node = offset(units[0])
    for (length, byte) in bytes.enumerated() {
      node ^= Int(byte)
      guard units.indices.contains(node) else { break }
      let unit = units[node]
      // A leaf's mark is no label.
      guard unit & (1 << 31 | 0xff) == UInt32(byte) else { break }
      node ^= offset(unit)
      guard units.indices.contains(node) else { break }
      if unit >> 8 & 1 == 1 { found = (length + 1, Int(units[node] & 0x7fff_ffff)) }
    }
    return found
  }

  private func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & (1 << 9)) >> 6) }

  /// The bytes up to the next zero.
  private func replacement(at start: Int) -> ArraySlice<UInt8> {
    guard start < replacements.count else { return [] }
    return replacements[start...].prefix { $0 != 0 }
  }
}
