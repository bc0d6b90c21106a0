import CredenceFiles
public import Foundation

/// The images of a data set in the order of the predictions: the published `samples_info.npz`.
public struct SampleList: Hashable, Sendable {
  /// The names, `class/file`, unique.
  public let files: [String]
  /// The original label of each image.
  public let targets: [Int32]
  /// The file, for messages.
  public let source: String

  public var count: Int { files.count }

  /// - Throws: `ErrorAnalysisError` for lists that do not fit, names that stand twice, and labels that are no class.
  public init(
    files: [String], targets: [Int], classCount: Int, source: String
  ) throws(ErrorAnalysisError) {
    guard files.count == targets.count, !files.isEmpty else {
      throw .mismatch(
        file: source, problem: "it has \(files.count) files and \(targets.count) targets")
    }
    var seen: [String: Int] = [:]
    seen.reserveCapacity(files.count)
    for (row, file) in files.enumerated() {
      if let earlier = seen.updateValue(row, forKey: file) {
        throw .badEntry(
          file: source, entry: "row \(row)", problem: "‘\(file)’ is the name of row \(earlier) too")
      }
      guard targets[row] >= 0, targets[row] < classCount else {
        throw .badEntry(
          file: source, entry: "row \(row) (‘\(file)’)",
          problem: "the target \(targets[row]) is none of the \(classCount) classes")
      }
    }
    self.files = files
    self.targets = targets.map { Int32($0) }
    self.source = source
  }

  /// Reads the arrays `sample_files` and `targets`.
  ///
  /// - Throws: `FileError`, `ErrorAnalysisError`.
  public init(contentsOf url: URL, classCount: Int) throws {
    let file = url.relativePath
    let archive = try NPZ(contentsOf: url)
    guard let names = try archive.array("sample_files"), names.shape.count == 1,
      let files = names.strings(),
      let labels = try archive.array("targets"), labels.shape.count == 1,
      let targets = labels.integers()
    else {
      throw ErrorAnalysisError.mismatch(
        file: file, problem: "it lacks the text array sample_files or the integer array targets")
    }
    try self.init(files: files, targets: targets, classCount: classCount, source: file)
  }

  /// A name without its folders.
  static func baseName(_ file: String) -> String {
    file.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(file[file.index(after: $0)...]) }
      ?? file
  }
}
