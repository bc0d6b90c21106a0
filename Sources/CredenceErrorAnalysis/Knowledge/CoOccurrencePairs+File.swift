import CredenceFiles
public import Foundation

extension CoOccurrencePairs {
  /// Reads a stored list of pairs: JSON `[[a, b], …]`, or two classes a line, separated by a comma or spaces.
  ///
  /// Classes are numbers or identifiers. Pairs are taken as they are; those with a third number, on how many images they occur, are kept where
  /// it is at least 2 and the two share no superclass.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError.badEntry` naming the pair.
  public init(contentsOf url: URL, classes: ClassList, superclasses: Superclasses) throws {
    let file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    var relation = ClassRelation(classCount: classes.count)
    func insert(_ fields: [JSONValue], _ entry: String) throws(ErrorAnalysisError) {
      let numbers = fields.enumerated().map { position, field -> Int? in
        field.integer
          ?? field.string.flatMap {
            position < 2 ? classes.index(ofID: $0).map { Int($0) } ?? Int($0) : Int($0)
          }
      }
      guard numbers.count == 2 || numbers.count == 3, let a = numbers[0], let b = numbers[1],
        a != b, min(a, b) >= 0, max(a, b) < classes.count
      else {
        throw .badEntry(
          file: file, entry: entry, problem: "it is no pair of two of the \(classes.count) classes")
      }
      if numbers.count == 3 {
        guard let count = numbers[2], count >= 0 else {
          throw .badEntry(file: file, entry: entry, problem: "its count is no number")
        }
        if count < 2 || superclasses.sharesSuperclass(Int32(a), Int32(b)) { return }
      }
      relation.insert(Int32(a), Int32(b))
    }
    if url.pathExtension.lowercased() == "json" {
      guard let list = (try? JSONDecoder().decode(JSONValue.self, from: data))?.array else {
        throw FileError.malformed(file: file, format: "JSON", problem: "it is no list of pairs")
      }
      for (index, value) in list.enumerated() {
        try insert(value.array ?? [], "pair \(index + 1)")
      }
    } else {
      guard let text = String(validating: data, as: UTF8.self) else {
        throw FileError.malformed(file: file, format: "text", problem: "it is not UTF-8")
      }
      let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
      for (index, line) in lines.enumerated() where !line.isEmpty {
        let fields = line.split { $0 == "," || (!line.contains(",") && $0.isWhitespace) }
        try insert(
          fields.map { .string($0.trimmingCharacters(in: .whitespaces)) }, "line \(index + 1)")
      }
    }
    self.init(relation: relation, source: file)
  }
}
