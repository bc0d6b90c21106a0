import CredenceFiles
import Foundation

/// What became of the published files of a data set on this machine.
public struct DatasetVerification: Codable, Hashable, Sendable {
  /// One file.
  public struct File: Codable, Hashable, Sendable {
    public enum State: String, Codable, Hashable, Sendable {
      /// The bytes are those of the checksum.
      case correct
      /// The packing differs, the packed bytes are the published ones.
      case repacked
      /// Other bytes than the published ones, where others are allowed.
      case other
      /// Other bytes than the published ones.
      case wrong
      /// No checksum is published.
      case unchecked
      case missing
    }

    /// The path below the folder of the data set.
    public let name: String
    /// Where it lies; empty for a missing one.
    public let path: String
    public let state: State
    /// The published checksum, and that of the file.
    public let expected: String
    public let found: String
  }

  /// The data set, or the folder.
  public let name: String
  public let files: [File]

  /// Files with other bytes than they must have.
  public var wrong: [File] { files.filter { $0.state == .wrong } }
  public var missing: [File] { files.filter { $0.state == .missing } }
  /// Whether every file is there, and none is wrong.
  public var isComplete: Bool { wrong.isEmpty && missing.isEmpty }

  /// Checks what a user names: a published data set, or a folder with a list of checksums.
  ///
  /// A published name comes before a folder of the same name, which has no list; that of a part stands for the whole.
  ///
  /// - Parameters:
  ///   - text: A name or a path.
  ///   - folder: The folder of all data sets.
  ///   - progress: Told the name of each file before it is read.
  /// - Returns: What became of each file.
  /// - Throws: `DatasetError`.
  public static func of(
    _ text: String, in folder: String = DatasetRegistry.defaultFolder,
    progress: (String) -> Void = { _ in }
  ) throws(DatasetError) -> Self {
    if let entry = DatasetRegistry[text] { return try Self(entry, in: folder, progress: progress) }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: text, isDirectory: &isFolder) {
      guard isFolder.boolValue else {
        throw .noChecksums(path: text, found: "it is a file", lists: lists)
      }
      return try Self(folder: text, progress: progress)
    }
    guard let part = try DatasetCatalog.registered(text) else {
      return try Self(DatasetRegistry.named(text), in: folder, progress: progress)
    }
    return try Self(part.entry, in: folder, progress: progress)
  }

  /// The names that lists of checksums have.
  private static let lists = ["SHA256SUMS", "MD5SUMS", "sha256sums.txt", "md5sums.txt"]

  /// Looks for the files of a published data set, and computes their checksums.
  ///
  /// - Parameters:
  ///   - entry: The data set.
  ///   - folder: The folder of all data sets, or that of this one.
  ///   - progress: Told the name of each file before it is read.
  /// - Throws: `DatasetError.unreadable`.
  public init(
    _ entry: DatasetEntry, in folder: String = DatasetRegistry.defaultFolder,
    progress: (String) -> Void = { _ in }
  ) throws(DatasetError) {
    name = entry.id
    var files: [File] = []
    for source in entry.sources {
      let folders = source.folders(in: folder)
      for file in source.files {
        progress(file.name)
        files.append(try Self.state(of: file, in: folders))
      }
    }
    self.files = files
  }

  /// Checks the files that a list of checksums in their folder names, such as `SHA256SUMS` or `MD5SUMS`.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - progress: Told the name of each file before it is read.
  /// - Throws: `DatasetError`: `badChecksums` for a list that can't be understood, or names files elsewhere.
  public init(folder: String, progress: (String) -> Void = { _ in }) throws(DatasetError) {
    guard
      let list = Self.lists.first(where: {
        FileManager.default.fileExists(atPath: "\(folder)/\($0)")
      })
    else {
      throw .noChecksums(
        path: folder, found: "it holds no list of checksums", lists: Self.lists)
    }
    let path = "\(folder)/\(list)"
    let content = try FileContent.bytes(of: path)
    guard !content.isEmpty else {
      throw .malformed(file: path, format: "checksum", problem: "it is empty")
    }
    let table = try LabelTable(content, file: path)
    var files: [File] = []
    for (number, line) in table.lines.enumerated() {
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      let digits = parts.first.map(String.init) ?? ""
      // The star marks a file read as bytes.
      var name = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
      if name.hasPrefix("*") { name.removeFirst() }
      guard [32, 64].contains(digits.count), digits.allSatisfy(\.isHexDigit), !name.isEmpty,
        !name.hasPrefix("/"), !name.split(separator: "/").contains("..")
      else {
        throw .malformed(
          file: path, format: "checksum",
          problem: "line \(number + 1) is no checksum with a file of this folder")
      }
      let file = DatasetFile(
        name: name, urls: [], checksum: digits.count == 32 ? .md5(digits) : .sha256(digits))
      progress(name)
      files.append(try Self.state(of: file, in: [folder]))
    }
    self.name = folder
    self.files = files
  }

  private static func state(
    of file: DatasetFile, in folders: [String]
  ) throws(DatasetError) -> File {
    let candidates = folders.map { "\($0)/\(file.name)" }
    func result(_ path: String, _ state: File.State, _ found: String = "") -> File {
      File(
        name: file.name, path: path, state: state, expected: file.checksum.expected, found: found)
    }
    if let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) {
      guard file.checksum != .none else { return result(path, .unchecked) }
      let found = file.checksum.hexadecimal(of: try FileContent.stored(path))
      if found == file.checksum.expected { return result(path, .correct, found) }
      if file.contentChecksum != .none,
        file.contentChecksum.hexadecimal(of: (try? FileContent.bytes(of: path)) ?? Data())
          == file.contentChecksum.expected
      {
        return result(path, .repacked, found)
      }
      return result(path, file.canDiffer ? .other : .wrong, found)
    }
    // A file that was unpacked.
    if file.name.hasSuffix(".gz") {
      let unpacked = candidates.map { String($0.dropLast(3)) }
      if let path = unpacked.first(where: { FileManager.default.fileExists(atPath: $0) }) {
        guard file.contentChecksum != .none else { return result(path, .unchecked) }
        let found = file.contentChecksum.hexadecimal(of: try FileContent.stored(path))
        let isRight = found == file.contentChecksum.expected
        return File(
          name: file.name, path: path, state: isRight ? .repacked : .wrong,
          expected: file.contentChecksum.expected, found: found)
      }
    }
    return result("", .missing)
  }
}
