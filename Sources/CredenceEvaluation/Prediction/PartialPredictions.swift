import CredenceFiles
import CredencePredictions
import Foundation

/// Predictions on their way to a file: a folder to which batches are appended, so that an interrupted run goes on where it stopped.
///
/// A batch counts once its rows are noted, which happens last; what a killed run left half-written behind that is cut off.
final class PartialPredictions {
  /// Columns of the predictions, and of each member's logits.
  let classCount: Int
  /// Members with logits of their own.
  let memberCount: Int
  /// Columns of the embeddings; 0 where none are kept.
  let width: Int
  /// The samples done, in order: an index, or for one that was skipped its bitwise complement.
  private(set) var rows: [Int] = []

  private let folder: URL
  private let predictions: FileHandle
  private let members: [FileHandle]
  private let embeddings: FileHandle
  private let rowList: FileHandle

  /// The run that a folder belongs to.
  private struct Header: Codable {
    var run: RunDescription
    var classCount: Int
    var memberCount: Int
    var width: Int
  }

  /// Opens the folder of a run, or makes it; `overwrites` starts anew.
  ///
  /// - Throws: `PredictionRunError.otherRun` for the folder of another run; `FileError`.
  init(
    at folder: URL, _ run: RunDescription, classCount: Int, memberCount: Int = 0, width: Int,
    overwrites: Bool
  ) throws {
    self.folder = folder
    self.classCount = classCount
    self.memberCount = memberCount
    self.width = width
    let header = folder.appending(path: "run.json")
    let manager = FileManager.default
    if overwrites { try? manager.removeItem(at: folder) }
    do {
      if let data = try? Data(contentsOf: header) {
        let found = try? JSONDecoder().decode(Header.self, from: data)
        guard let found, found.run == run, found.classCount == classCount,
          found.memberCount == memberCount, found.width == width
        else {
          throw PredictionRunError.otherRun(
            path: folder.relativePath,
            differences: found.map { run.differences(from: $0.run) } ?? ["its format"])
        }
      } else {
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in Self.files + (0..<memberCount).map(Self.memberFile)
        where !manager.createFile(atPath: folder.appending(path: name).path, contents: nil) {
          throw FileError.unwritable(
            file: folder.relativePath, reason: "A file can't be made there.")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try encoder.encode(
          Header(run: run, classCount: classCount, memberCount: memberCount, width: width)
        ).write(to: header, options: .atomic)
      }
      predictions = try FileHandle(forUpdating: folder.appending(path: Self.files[0]))
      embeddings = try FileHandle(forUpdating: folder.appending(path: Self.files[1]))
      rowList = try FileHandle(forUpdating: folder.appending(path: Self.files[2]))
      members = try (0..<memberCount).map {
        try FileHandle(forUpdating: folder.appending(path: Self.memberFile($0)))
      }
      guard flock(rowList.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
        throw PredictionRunError.busy(path: folder.relativePath)
      }
      try restore()
    } catch let error as CocoaError {
      throw FileError.unwritable(file: folder.relativePath, reason: error.localizedDescription)
    }
  }

  private static let files = ["predictions.float32", "embeddings.float32", "rows.int64"]

  private static func memberFile(_ index: Int) -> String { "member\(index).float32" }

  /// Reads which samples are done and cuts off what does not belong to them.
  private func restore() throws {
    let list = try rowList.readToEnd() ?? Data()
    let noted = list.count / 8
    var rows = [Int](repeating: 0, count: noted)
    _ = rows.withUnsafeMutableBytes { list.copyBytes(to: $0, count: noted * 8) }
    var available =
      width == 0 ? Int.max : Int(try embeddings.seekToEnd()) / (4 * width)
    for file in [predictions] + members where classCount > 0 {
      available = min(available, Int(try file.seekToEnd()) / (4 * classCount))
    }
    // Numbers are written before their rows, so they can't be fewer, unless the disk lost some.
    var kept = 0
    var done = 0
    for row in rows {
      if row >= 0 {
        guard done < available else { break }
        done += 1
      }
      kept += 1
    }
    rows.removeLast(rows.count - kept)
    self.rows = rows
    try rowList.truncate(atOffset: UInt64(8 * kept))
    for file in [predictions] + members {
      try file.truncate(atOffset: UInt64(4 * classCount * done))
    }
    try embeddings.truncate(atOffset: UInt64(4 * width * done))
  }

  /// The number of samples looked at, with those skipped.
  var position: Int { rows.count }

  /// The number of samples skipped.
  var skippedCount: Int { rows.count { $0 < 0 } }

  /// Rows of a batch, row-major float32.
  struct Rows {
    var predictions = Data()
    /// Nothing where none are kept.
    var embeddings = Data()
    var members: [Data] = []
  }

  /// Appends a batch.
  ///
  /// - Parameters:
  ///   - samples: Indices in order; complements for those skipped.
  ///   - rows: One row per sample that was not skipped.
  /// - Throws: `FileError.unwritable`.
  func append(samples: [Int], _ rows: Rows) throws {
    let count = samples.count { $0 >= 0 }
    let members = rows.members.isEmpty ? self.members.map { _ in Data() } : rows.members
    guard members.count == self.members.count,
      ([rows.predictions] + members).allSatisfy({ $0.count == 4 * classCount * count }),
      rows.embeddings.count == 4 * width * count
    else {
      throw FileError.malformed(
        file: folder.relativePath, format: "prediction",
        problem: "\(count) samples came with \(rows.predictions.count) bytes of predictions")
    }
    do {
      try predictions.write(contentsOf: rows.predictions)
      if width > 0 { try embeddings.write(contentsOf: rows.embeddings) }
      for (file, data) in zip(self.members, members) { try file.write(contentsOf: data) }
      try rowList.write(contentsOf: samples.withUnsafeBytes { Data($0) })
    } catch {
      throw FileError.unwritable(
        file: folder.relativePath, reason: "\(error.localizedDescription)")
    }
    self.rows += samples
  }

  /// The numbers of all batches, mapped.
  ///
  /// - Throws: `FileError`.
  func matrices() throws -> (predictions: Matrix, embeddings: Matrix?, members: [Matrix]) {
    let count = rows.count { $0 >= 0 }
    func matrix(_ file: String, _ columns: Int) throws -> Matrix {
      let url = folder.appending(path: file)
      let data =
        count * columns == 0 ? Data() : try Data(contentsOf: url, options: .alwaysMapped)
      return try Matrix(
        bytes: data, rowCount: count, columnCount: columns, scalarType: .float32)
    }
    return (
      try matrix(Self.files[0], classCount), width == 0 ? nil : try matrix(Self.files[1], width),
      try members.indices.map { try matrix(Self.memberFile($0), classCount) }
    )
  }

  /// Removes the folder.
  func remove() { try? FileManager.default.removeItem(at: folder) }
}
