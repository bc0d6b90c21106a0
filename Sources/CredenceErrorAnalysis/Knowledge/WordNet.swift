import CredenceFiles
public import Foundation

/// Reads WordNet 3.0's noun files.
///
/// A noun's identifier on ImageNet, such as `n02084071`, is its offset in the file that WordNet publishes. The lines carry
/// that offset themselves, so a file that holds some of the nouns only is read as well.
public enum WordNet {
  /// Where the package wordnet-base puts its files.
  public static let standardFolder = "/usr/share/wordnet"

  /// The identifier of an offset: `n` and eight digits.
  public static func id(ofOffset offset: Int) -> String {
    let digits = "\(offset)"
    return "n" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// The offset of an identifier; `nil` for text of another form.
  public static func offset(ofID id: String) -> Int? {
    let text = id.utf8
    guard text.count == 9, text.first == UInt8(ascii: "n") else { return nil }
    var value = 0
    for byte in text.dropFirst() {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  /// The file of a name, such as `data.noun`, in a folder, plain or compressed; or the path itself where it is a file.
  package static func file(_ name: String, at path: URL) -> URL? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder) else {
      return nil
    }
    let folder = isFolder.boolValue ? path : path.deletingLastPathComponent()
    if !isFolder.boolValue, path.lastPathComponent.hasPrefix(name) { return path }
    return [name, "\(name).gz"].map { folder.appendingPathComponent($0) }.first {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }

  /// The nouns of `data.noun`, plain or compressed.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError.badEntry` naming the line.
  public static func nouns(contentsOf url: URL) throws -> LabelHierarchy {
    var data = try MappedFile.bytes(of: url)
    if GZIP.isCompressed(data) { data = try GZIP.decompressed(data, file: url.relativePath) }
    return try nouns(data, file: url.relativePath)
  }

  /// The nouns of a file that is in memory.
  ///
  /// - Throws: `ErrorAnalysisError.badEntry` naming the line.
  package static func nouns(
    _ data: Data, file: String
  ) throws(ErrorAnalysisError) -> LabelHierarchy {
    let result = data.withUnsafeBytes { bytes in
      Result<[LabelHierarchy.Concept], ErrorAnalysisError> {
        () throws(ErrorAnalysisError) -> [LabelHierarchy.Concept] in
        var concepts: [LabelHierarchy.Concept] = []
        // The published lines have about 190 bytes.
        concepts.reserveCapacity(bytes.count / 150)
        var line = WordNetLine(bytes, file: file)
        while line.next() {
          // The license is indented by two spaces.
          if line.isIndented { continue }
          concepts.append(try line.concept())
        }
        return concepts
      }
    }
    let concepts = try result.get()
    guard !concepts.isEmpty else {
      throw .badEntry(file: file, entry: "line 1", problem: "the file holds no nouns")
    }
    return try LabelHierarchy(concepts: concepts, source: file)
  }
}

/// Walks over the lines of `data.noun`, and over the fields of a line.
private struct WordNetLine {
  private let bytes: UnsafeRawBufferPointer
  private let file: String
  /// The number of the line, from 1.
  private var number = 0
  private var start = 0
  private var end = 0
  private var following = 0
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// Steps to the next line.
  mutating func next() -> Bool {
    guard following < bytes.count, let base = bytes.baseAddress else { return false }
    start = following
    if let newline = memchr(base + start, 0x0a, bytes.count - start) {
      end = newline - UnsafeMutableRawPointer(mutating: base)
      following = end + 1
    } else {
      end = bytes.count
      following = end
    }
    position = start
    number += 1
    return true
  }

  var isIndented: Bool { start == end || bytes[start] == 0x20 }

  func problem(_ text: String) -> ErrorAnalysisError {
    .badEntry(file: file, entry: "line \(number)", problem: text)
  }

  /// The noun of the line: `offset file type words (word id)* pointers (symbol offset type ends)* | gloss`.
  mutating func concept() throws(ErrorAnalysisError) -> LabelHierarchy.Concept {
    let id = try number(digits: 8, radix: 10, "an offset of eight digits")
    _ = try field()
    guard try field().elementsEqual([UInt8(ascii: "n")]) else { throw problem("it is no noun") }
    let wordCount = try number(digits: 2, radix: 16, "a number of words")
    guard wordCount > 0 else { throw problem("the noun has no word") }
    var names: [String] = []
    names.reserveCapacity(wordCount)
    for _ in 0..<wordCount {
      guard let name = String(validating: try field(), as: UTF8.self) else {
        throw problem("a word is not UTF-8")
      }
      names.append(name)
      _ = try field()
    }
    let pointerCount = try number(digits: 3, radix: 10, "a number of pointers")
    var hypernyms: [Int] = []
    var instanceHypernyms: [Int] = []
    var hyponyms: [Int] = []
    for _ in 0..<pointerCount {
      let symbol = try field()
      let target = try number(digits: 8, radix: 10, "an offset of eight digits")
      let isNoun = try field().elementsEqual([UInt8(ascii: "n")])
      _ = try field()
      guard isNoun else { continue }
      if symbol.elementsEqual([UInt8(ascii: "@")]) {
        hypernyms.append(target)
      } else if symbol.elementsEqual([UInt8(ascii: "@"), UInt8(ascii: "i")]) {
        instanceHypernyms.append(target)
      } else if symbol.elementsEqual([UInt8(ascii: "~")]) {
        hyponyms.append(target)
      }
    }
    return LabelHierarchy.Concept(
      id: id, names: names, hypernyms: hypernyms, instanceHypernyms: instanceHypernyms,
      hyponyms: hyponyms)
  }

  /// The next field, up to a space.
  private mutating func field() throws(ErrorAnalysisError) -> Slice<UnsafeRawBufferPointer> {
    let first = position
    while position < end, bytes[position] != 0x20 { position += 1 }
    guard position > first else { throw problem("it ends after \(first - start) bytes") }
    let field = bytes[first..<position]
    if position < end { position += 1 }
    return field
  }

  private mutating func number(
    digits: Int, radix: Int, _ expected: String
  ) throws(ErrorAnalysisError) -> Int {
    let field = try field()
    var value = 0
    for byte in field {
      let digit: Int
      switch byte {
      case 0x30...0x39: digit = Int(byte) - 0x30
      case 0x61...0x66: digit = Int(byte) - 0x61 + 10
      default: digit = radix
      }
      guard digit < radix else {
        throw problem("byte \(field.startIndex - start) is not \(expected)")
      }
      value = value * radix + digit
      guard field.count == digits else {
        throw problem("byte \(field.startIndex - start) is not \(expected)")
      }
    }
    return value
  }
}
