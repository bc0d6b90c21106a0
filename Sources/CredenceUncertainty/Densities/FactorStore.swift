import CredencePredictions
import Foundation

/// Rows of numbers that come one after another and end up as a matrix; in a temporary file where they would fill the memory.
struct FactorStore {
  private let scalarType: ScalarType
  private let columnCount: Int
  private var rowCount = 0
  private var data = Data()
  private let file: URL?
  private let handle: FileHandle?

  /// The most bytes kept in memory.
  private static let memoryLimit = 256 << 20

  /// A store for a known number of rows.
  ///
  /// - Throws: `FileError.unwritable` where there is no room for a temporary file.
  init(rowCount: Int, columnCount: Int, scalarType: ScalarType) throws {
    self.scalarType = scalarType
    self.columnCount = columnCount
    let byteCount = rowCount * columnCount * scalarType.size
    guard byteCount > Self.memoryLimit else {
      // Memory that grows is copied, and then takes up to twice as much.
      data.reserveCapacity(byteCount)
      file = nil
      handle = nil
      return
    }
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "credence-density-\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: url.path, contents: nil),
      let handle = try? FileHandle(forWritingTo: url)
    else {
      throw FileError.unwritable(file: url.path, reason: "A temporary file can't be made there.")
    }
    UnfinishedFiles.insert(url)
    file = url
    self.handle = handle
  }

  /// Adds a row.
  ///
  /// - Throws: `FileError.unwritable`.
  mutating func append(_ row: [Double]) throws {
    precondition(row.count == columnCount)
    rowCount += 1
    let bytes =
      scalarType == .float32
      ? row.map { Float($0) }.withUnsafeBytes { Data($0) } : row.withUnsafeBytes { Data($0) }
    guard let handle, let file else {
      data.append(bytes)
      return
    }
    do {
      try handle.write(contentsOf: bytes)
    } catch {
      discard()
      throw FileError.unwritable(file: file.path, reason: error.localizedDescription)
    }
  }

  /// All rows; a temporary file stays as long as somebody uses them, but has no name any more.
  ///
  /// - Throws: `FileError`.
  func finish() throws -> Matrix {
    defer { discard() }
    let bytes = try file.map { try MappedFile.bytes(of: $0) } ?? data
    return try Matrix(
      bytes: bytes, rowCount: rowCount, columnCount: columnCount, scalarType: scalarType)
  }

  /// Removes the temporary file.
  func discard() {
    try? handle?.close()
    guard let file else { return }
    try? FileManager.default.removeItem(at: file)
    UnfinishedFiles.remove(file)
  }
}
