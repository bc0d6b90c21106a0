import CredenceFiles
import Foundation

/// Features on their way to a file: a folder to which rows are appended, so that an interrupted run goes on where it stopped.
///
/// What a killed run left of a row is cut off.
final class PartialRows {
  /// Numbers of a row.
  private let width: Int
  private let folder: URL
  private let rows: FileHandle
  /// Rows that are there.
  private(set) var count: Int

  /// The name of the folder for a file.
  static func folder(of file: URL) -> URL { file.appendingPathExtension("partial") }

  /// Opens the folder of a run, or makes it.
  ///
  /// - Parameters:
  ///   - file: The file that the rows are for.
  ///   - run: The run; the folder of another is refused.
  ///   - width: Numbers of a row.
  ///   - overwrites: Whether to start anew.
  /// - Throws: `EncodingError.otherRun`, `PredictionRunError.busy`, `FileError`.
  init(for file: URL, _ run: EncodingRun, width: Int, overwrites: Bool) throws {
    self.width = width
    folder = Self.folder(of: file)
    let header = folder.appending(path: "run.json")
    let data = folder.appending(path: "rows.float32")
    let manager = FileManager.default
    if overwrites { try? manager.removeItem(at: folder) }
    do {
      if let text = try? String(contentsOf: header, encoding: .utf8) {
        let differences = run.differences(from: EncodingRun(json: text))
        guard differences.isEmpty else {
          throw EncodingError.otherRun(file: folder.relativePath, differences: differences)
        }
      } else {
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        guard manager.createFile(atPath: data.path, contents: nil) else {
          throw FileError.unwritable(
            file: folder.relativePath, reason: "A file can't be made there.")
        }
        try Data(run.json().utf8).write(to: header, options: .atomic)
      }
      rows = try FileHandle(forUpdating: data)
      guard flock(rows.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
        throw PredictionRunError.busy(path: folder.relativePath)
      }
      count = min(Int(try rows.seekToEnd()) / (4 * width), run.count)
      try rows.truncate(atOffset: UInt64(4 * width * count))
    } catch let error as CocoaError {
      throw FileError.unwritable(file: folder.relativePath, reason: error.localizedDescription)
    }
  }

  /// Appends rows.
  ///
  /// - Throws: `FileError.unwritable`.
  func append(_ features: Data) throws {
    precondition(features.count % (4 * width) == 0)
    do {
      try rows.write(contentsOf: features)
    } catch {
      throw FileError.unwritable(file: folder.relativePath, reason: error.localizedDescription)
    }
    count += features.count / (4 * width)
  }

  /// All rows, mapped.
  ///
  /// - Throws: `FileError`.
  func bytes() throws -> Data {
    count == 0 ? Data() : try MappedFile.bytes(of: folder.appending(path: "rows.float32"))
  }

  /// Removes the folder.
  func remove() { try? FileManager.default.removeItem(at: folder) }
}
