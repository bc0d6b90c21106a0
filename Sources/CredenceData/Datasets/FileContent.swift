import CredenceFiles
import Foundation

/// The bytes of whole files, gzip-compressed ones decompressed.
enum FileContent {
  /// Maps a file, or decompresses it into memory or a temporary file.
  ///
  /// - Throws: `DatasetError.unreadable`, `malformed` for damaged compressed data, or `unsupported` for far more than the file's size.
  static func bytes(of path: String) throws(DatasetError) -> Data {
    let data = try stored(path)
    guard GZIP.isCompressed(data) else { return data }
    if let promised = IDX.size(promisedBy: GZIP.start(of: data, count: 1024)),
      let length = GZIP.announcedLength(of: data), promised != length
    {
      throw .malformed(
        file: path, format: "IDX", problem: "it promises \(promised) bytes and holds \(length)")
    }
    do {
      return try GZIP.decompressed(data, file: path)
    } catch FileError.malformed(let file, let format, let problem) {
      throw .malformed(file: file, format: format, problem: problem)
    } catch FileError.unsupported(let file, let what, let instead) {
      throw .unsupported(path: file, what: what, instead: instead)
    } catch {
      throw .unreadable(path: path, reason: "\(error.localizedDescription)")
    }
  }

  /// Maps a file as it is.
  ///
  /// - Throws: `DatasetError.unreadable`.
  static func stored(_ path: String) throws(DatasetError) -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      !isFolder.boolValue
    else {
      throw .unreadable(
        path: path, reason: isFolder.boolValue ? "It is a folder." : "There is no such file.")
    }
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
