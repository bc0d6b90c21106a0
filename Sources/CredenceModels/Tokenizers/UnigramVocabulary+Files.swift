import CredenceFiles
import Foundation

extension UnigramVocabulary {
  /// How many pieces a vocabulary may have.
  private static let greatestCount = 2_000_000

  /// Reads `spiece.model`, or else `tokenizer.json`.
  ///
  /// - Returns: `nil` for a folder with neither.
  /// - Throws: `TokenizerError`, `FileError`.
  static func read(folder: URL) throws -> Self? {
    let model = folder.appending(path: "spiece.model")
    if FileManager.default.fileExists(atPath: model.path) {
      return try Self(sentencePiece: MappedFile.bytes(of: model), file: model.relativePath)
    }
    let file = folder.appending(path: "tokenizer.json")
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    return try Self(tokenizerFile: MappedFile.bytes(of: file), file: file.relativePath)
  }

  // MARK: - spiece.model

  /// Reads the protocol buffer of SentencePiece: pieces in field 1, the trainer's settings in field 2, the normalizer's in field 3.
  ///
  /// - Throws: `TokenizerError`.
  init(sentencePiece data: Data, file: String) throws(TokenizerError) {
    guard data.count <= 1 << 26 else {
      throw .malformed(file: file, problem: "there are \(data.count) bytes")
    }
    let damaged = TokenizerError.malformed(
      file: file, problem: "the bytes are no SentencePiece model, or are cut short")
    var rows: [Row] = []
    var unknown = 0
    var mapBytes = Data()
    guard let fields = ProtocolBuffer.fields([UInt8](data)[...]) else { throw damaged }
    for field in fields {
      guard case .bytes(let bytes) = field.value, (1...3).contains(field.number) else { continue }
      guard let inner = ProtocolBuffer.fields(bytes) else { throw damaged }
      switch field.number {
      case 1:
        let (row, isUnknown) = Self.row(inner)
        if isUnknown { unknown = rows.count }
        rows.append(row)
        guard rows.count <= Self.greatestCount else { throw damaged }
      case 2: try Self.checkTrainer(inner, file: file)
      default:
        for case (2, .bytes(let bytes)) in inner.map({ ($0.number, $0.value) }) {
          mapBytes = Data(bytes)
        }
      }
    }
    try self.init(rows, unknown: unknown, map: Self.map(mapBytes, file: file), file: file)
  }

  private static func row(_ fields: [ProtocolBuffer.Field]) -> (row: Row, isUnknown: Bool) {
    var row = Row(text: "", score: 0, isNormal: true)
    var kind: UInt64 = 1
    for field in fields {
      switch (field.number, field.value) {
      case (1, .bytes(let bytes)): row.text = String(decoding: bytes, as: UTF8.self)
      case (2, .word(let bits)): row.score = Float(bitPattern: bits)
      case (3, .integer(let value)): kind = value
      default: continue
      }
    }
    row.isNormal = kind == 1
    return (row, kind == 2)
  }

  private static func checkTrainer(
    _ fields: [ProtocolBuffer.Field], file: String
  ) throws(TokenizerError) {
    for field in fields {
      guard case .integer(let value) = field.value else { continue }
      // The kind of model, where 1 is a unigram's, and whether what is unknown becomes bytes.
      if field.number == 3, value != 1 {
        throw .unsupported(file: file, what: "another kind of model than unigrams")
      }
      if field.number == 35, value != 0 {
        throw .unsupported(file: file, what: "bytes for what is unknown")
      }
    }
  }

  private static func map(_ bytes: Data, file: String) throws(TokenizerError) -> CharacterMap? {
    guard !bytes.isEmpty else { return nil }
    guard let map = CharacterMap(bytes) else {
      throw .malformed(file: file, problem: "the table of replaced characters is damaged")
    }
    return map
  }

  // MARK: - tokenizer.json

  /// Reads the file of the tokenizers library.
  ///
  /// - Throws: `TokenizerError`.
  init(tokenizerFile data: Data, file: String) throws(TokenizerError) {
    guard data.count <= 1 << 26,
      let top = (try? JSONDecoder().decode(JSONValue.self, from: data))?.object,
      let model = top["model"]?.object
    else { throw .malformed(file: file, problem: "there is no JSON of the expected form") }
    let type = model["type"]?.string ?? ""
    guard type == "Unigram" else {
      throw .unsupported(file: file, what: "the type ‘\(type)’ where unigrams are expected")
    }
    guard model["byte_fallback"]?.bool != true else {
      throw .unsupported(file: file, what: "bytes for what is unknown")
    }
    guard let entries = model["vocab"]?.array, entries.count <= Self.greatestCount,
      let unknown = model["unk_id"]?.integer
    else { throw .malformed(file: file, problem: "‘vocab’ or ‘unk_id’ is absent") }
    let added = top["added_tokens"]?.array?.compactMap { $0.object?["id"]?.integer } ?? []
    let marks = Set(added)
    var rows: [Row] = []
    for (index, entry) in entries.enumerated() {
      guard let pair = entry.array, pair.count == 2, let text = pair[0].string,
        let score = pair[1].number
      else {
        throw .malformed(file: file, problem: "entry \(index) of ‘vocab’ is no text with a number")
      }
      rows.append(Row(text: text, score: Float(score), isNormal: !marks.contains(index)))
    }
    var bytes = Data()
    if let text = Self.precompiled(top["normalizer"], depth: 0) {
      guard let decoded = Data(base64Encoded: text) else {
        throw .malformed(file: file, problem: "the table of replaced characters is damaged")
      }
      bytes = decoded
    }
    try self.init(rows, unknown: unknown, map: Self.map(bytes, file: file), file: file)
  }

  /// The table among nested normalizers.
  private static func precompiled(_ value: JSONValue?, depth: Int) -> String? {
    guard let fields = value?.object, depth < 8 else { return nil }
    if fields["type"]?.string == "Precompiled" { return fields["precompiled_charsmap"]?.string }
    return fields["normalizers"]?.array?.lazy.compactMap { precompiled($0, depth: depth + 1) }.first
  }
}

/// The wire format of protocol buffers, as far as needed.
enum ProtocolBuffer {
  enum Value {
    case integer(UInt64)
    case word(UInt32)
    case bytes(ArraySlice<UInt8>)
    /// Eight bytes, which nothing here needs.
    case wide
  }

  struct Field {
    let number: Int
    let value: Value
  }

  /// The fields of a message; `nil` for bytes that are none.
  static func fields(_ bytes: ArraySlice<UInt8>) -> [Field]? {
    var rest = bytes
    var fields: [Field] = []
    while !rest.isEmpty {
      guard let tag = integer(&rest), tag >> 3 > 0, tag >> 3 < 1 << 29 else { return nil }
      let value: Value
      switch tag & 7 {
      case 0:
        guard let number = integer(&rest) else { return nil }
        value = .integer(number)
      case 1:
        guard rest.count >= 8 else { return nil }
        rest = rest.dropFirst(8)
        value = .wide
      case 2:
        guard let length = integer(&rest), length <= UInt64(rest.count) else { return nil }
        value = .bytes(rest.prefix(Int(length)))
        rest = rest.dropFirst(Int(length))
      case 5:
        guard rest.count >= 4 else { return nil }
        let word = rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        value = .word(word)
        rest = rest.dropFirst(4)
      default: return nil
      }
      fields.append(Field(number: Int(tag >> 3), value: value))
    }
    return fields
  }

  private static func integer(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      result |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return result }
    }
    return nil
  }
}
