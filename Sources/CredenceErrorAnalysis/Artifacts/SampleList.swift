import CredenceFiles
import CredencePredictions
public import Foundation

/// The images of a data set in the order of their predictions, and the class of each: the published `samples_info.npz`.
public struct SampleList: Sendable {
  /// Where the list was read, for messages.
  public let file: String
  /// The images' names, `folder/file` with a WordNet id as folder in published data; unique.
  public let files: [String]
  /// The original label of each image, from 0.
  public let targets: [Int32]
  /// How many classes a model tells apart.
  public let classCount: Int
  private let ids: SampleIDs

  /// The name of the file in the folder of a data set.
  public static let fileName = "samples_info.npz"

  /// A list from its parts.
  ///
  /// - Parameters:
  ///   - files: The images' names.
  ///   - targets: As many labels.
  ///   - classCount: How many classes there are.
  ///   - file: Where the list comes from, for messages.
  /// - Throws: `ArtifactError` for a name that stands twice or is no `folder/file`, and for labels out of range.
  public init(files: [String], targets: [Int32], classCount: Int = 1000, file: String) throws {
    guard files.count == targets.count else {
      throw ArtifactError.wrongArray(
        file: file, name: "targets", found: "of \(targets.count) samples",
        expected: "of \(files.count), as many as there are names")
    }
    if let row = files.firstIndex(where: { !Self.isName($0) }) {
      throw ArtifactError.badSampleName(file: file, name: files[row], row: row)
    }
    if let row = targets.firstIndex(where: { $0 < 0 || $0 >= classCount }) {
      throw ArtifactError.classOutOfRange(
        file: file, array: "targets", row: row, value: Int(targets[row]), classCount: classCount)
    }
    do {
      ids = try SampleIDs(files)
    } catch {
      guard case .duplicateSampleID(let name, let row, let earlierRow) = error else { throw error }
      throw ArtifactError.duplicateSample(
        file: file, name: name, row: row, earlierRow: earlierRow)
    }
    self.files = files
    self.targets = targets
    self.classCount = classCount
    self.file = file
  }

  /// Reads the list of a data set.
  ///
  /// - Parameters:
  ///   - url: A file `samples_info.npz`.
  ///   - classCount: How many classes there are.
  /// - Throws: `ArtifactError`, `FileError`.
  public init(contentsOf url: URL, classCount: Int = 1000) throws {
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw ArtifactError.missingSamples(file: url.relativePath)
    }
    let archive = try ArtifactArchive(contentsOf: url)
    let names = try archive.array("sample_files")
    guard names.shape.count == 1, let files = names.strings() else {
      throw ArtifactError.wrongArray(
        file: archive.file, name: "sample_files", found: names.summary,
        expected: "text of shape [samples]")
    }
    try self.init(
      files: files, targets: archive.classes("targets", classCount: classCount),
      classCount: classCount, file: archive.file)
  }

  /// The number of images.
  public var count: Int { files.count }

  /// The row of an image; `nil` where none is called so.
  public func row(of name: String) -> Int? { ids.row(of: name) }

  /// The image's folder, a WordNet id in published data.
  public func folder(at row: Int) -> Substring { files[row].prefix { $0 != "/" } }

  /// The image's name without its folder.
  public func name(at row: Int) -> Substring { Self.lastPart(files[row]) }

  /// What follows the last slash.
  static func lastPart(_ path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
  }

  private static func isName(_ name: String) -> Bool {
    name.utf8.first != UInt8(ascii: "/") && name.utf8.last != UInt8(ascii: "/")
      && name.utf8.contains(UInt8(ascii: "/"))
  }
}

extension SampleList {
  /// Checks that other samples are these, in the same order.
  ///
  /// - Throws: `ArtifactError.sampleCount` or `otherSamples`, naming the first that differs.
  public func check(files other: [String], targets otherTargets: [Int32]) throws {
    for row in 0..<min(count, other.count)
    where files[row] != other[row] || targets[row] != otherTargets[row] {
      throw ArtifactError.otherSamples(
        file: file, row: row, found: "‘\(other[row])’ of class \(otherTargets[row])",
        expected: "‘\(files[row])’ of class \(targets[row])")
    }
    guard count == other.count else {
      throw ArtifactError.otherSamples(
        file: file, row: min(count, other.count),
        found: other.count > count ? "‘\(other[count])’" : "missing",
        expected: count > other.count ? "‘\(files[other.count])’" : "no more")
    }
  }
}
