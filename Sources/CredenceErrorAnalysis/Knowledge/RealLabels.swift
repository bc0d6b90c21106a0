import CredenceFiles
public import Foundation

/// ReaL's labels: the classes on every validation image of ImageNet, by the number of the file.
public struct RealLabels: Hashable, Sendable {
  /// The labels of image 1, 2, …
  public let lists: LabelLists
  /// The file, for messages.
  public let source: String

  /// Reads `real.json`: a list of lists of classes.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError.badEntry` naming the image.
  public init(contentsOf url: URL, classCount: Int) throws {
    let file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    guard let lists = try? JSONDecoder().decode([[Int]].self, from: data) else {
      throw FileError.malformed(
        file: file, format: "JSON", problem: "it is no list of lists of numbers")
    }
    for (index, list) in lists.enumerated() {
      func problem(_ text: String) -> ErrorAnalysisError {
        .badEntry(file: file, entry: "image \(index + 1)", problem: text)
      }
      for label in list where label < 0 || label >= classCount {
        throw problem("\(label) is none of the \(classCount) classes")
      }
      guard Set(list).count == list.count else { throw problem("it has the same label twice") }
    }
    self.lists = LabelLists(lists.map { $0.map { Int32($0) } })
    source = file
  }

  /// The name of a validation image, from 1.
  public static func fileName(_ number: Int) -> String {
    let digits = "\(number)"
    return "ILSVRC2012_val_" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
      + ".JPEG"
  }

  /// Reads the original labels: line i is the class of validation image i.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError.badEntry` naming the line.
  public static func originalLabels(contentsOf url: URL, classes: ClassList) throws -> [Int32] {
    let file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    guard let text = String(validating: data, as: UTF8.self) else {
      throw FileError.malformed(file: file, format: "text", problem: "it is not UTF-8")
    }
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return try lines.enumerated().map { index, line throws(ErrorAnalysisError) in
      guard let label = classes.index(ofID: String(line)) else {
        throw .badEntry(
          file: file, entry: "line \(index + 1)", problem: "‘\(line)’ is no class")
      }
      return label
    }
  }
}
