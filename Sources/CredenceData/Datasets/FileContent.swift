import CredenceFiles
import Foundation

/// The bytes of whole files, gzip-compressed ones decompressed.
enum FileContent {
  /// Maps a file, or decompresses it into memory or a temporary file.
  ///
  /// - Throws: `DatasetError.unreadable`, or `malformed` for damaged compressed data.
  static func bytes(of path: String) throws(DatasetError) -> Data {
    let data = try stored(path)
    guard GZIP.isCompressed(data) else { return data }
    do {
      return try GZIP.decompressed(data, file: path)
    } catch FileError.malformed(let file, let format, let problem) {
      throw .malformed(file: file, format: format, problem: problem)
    } catch {
      throw .unreadable(path: path, reason: "\(error.localizedDescription)")
    }
  }

  /// Maps a file as it is.
  ///
  /// - Throws: `DatasetError.unreadable`.
  static func stored(_ path: String) throws(DatasetError) -> Data {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw .unreadable(path: path, reason: "\(error.localizedDescription)")
    }
  }

  /// The first bytes of a file, decompressed; fewer where it is shorter.
  ///
  /// - Throws: `DatasetError.unreadable`.
  static func start(of path: String, count: Int) throws(DatasetError) -> [UInt8] {
    let data = try stored(path)
    return GZIP.isCompressed(data)
      ? GZIP.start(of: data, count: count) : [UInt8](data.prefix(count))
  }
}
