import CredenceFiles
import Foundation

/// A NumPy archive of which single arrays are read; the others are not looked at.
struct ArtifactArchive {
  let file: String
  private let archive: ZIP

  /// Maps a file and reads its directory.
  ///
  /// - Throws: `FileError`, also for one that is cut short.
  init(contentsOf url: URL) throws {
    file = url.relativePath
    archive = try ZIP(MappedFile.bytes(of: url), file: file)
  }

  /// The names of the arrays.
  var names: [String] {
    archive.members.map { $0.name.hasSuffix(".npy") ? String($0.name.dropLast(4)) : $0.name }
  }

  /// The array of a name.
  ///
  /// - Throws: `ArtifactError.missingArray`; `FileError` for damaged data.
  func array(_ name: String) throws -> StoredArray {
    guard let member = archive.members.first(where: { $0.name == "\(name).npy" }) else {
      throw ArtifactError.missingArray(file: file, name: name, found: names)
    }
    return try NPY.read(archive.contents(of: member), file: "\(file)/\(member.name)")
  }

  /// Class numbers, one for each sample.
  ///
  /// - Parameters:
  ///   - name: The array's name.
  ///   - classCount: How many classes there are.
  /// - Returns: The numbers, from 0 to below `classCount`.
  /// - Throws: `ArtifactError` for another shape or kind of numbers, and for numbers that are no class; `FileError`.
  func classes(_ name: String, classCount: Int) throws -> [Int32] {
    let array = try array(name)
    guard array.shape.count == 1, array.element != .bool, let values = array.integers() else {
      throw ArtifactError.wrongArray(
        file: file, name: name, found: array.summary, expected: "whole numbers of shape [samples]")
    }
    return try values.enumerated().map { row, value in
      guard value >= 0, value < classCount else {
        throw ArtifactError.classOutOfRange(
          file: file, array: name, row: row, value: value, classCount: classCount)
      }
      return Int32(value)
    }
  }
}

extension StoredArray {
  /// Kind of entries and shape, for messages.
  var summary: String {
    let kind =
      element.isText ? "text" : element.isInteger ? "whole numbers" : "floating-point numbers"
    return "\(kind) of shape \(shape)"
  }
}
