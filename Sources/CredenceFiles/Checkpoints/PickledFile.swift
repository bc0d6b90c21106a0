public import Foundation

/// A pickle, Python's format for objects, read without executing anything in it.
///
/// As for ``Checkpoint``, only plain containers, numbers, texts and NumPy arrays are read. Texts of Python 2 that are not UTF-8 are
/// bytes.
public struct PickledFile: Sendable {
  public let root: CheckpointValue

  /// Reads a file that is in memory or mapped.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - file: Its name in errors.
  /// - Throws: `FileError`, `refusedName` for one that asks for any other function or class.
  public init(_ data: Data, file: String) throws {
    var machine = PickleMachine(file: file, byteCount: data.count, format: "pickle")
    let node = try data.withUnsafeBytes { bytes in
      var cursor = PickleCursor(bytes, file: file)
      return try machine.run(&cursor)
    }
    guard machine.storages.isEmpty else {
      throw machine.malformed("it refers to numbers that stand elsewhere")
    }
    var values = PickledValues(machine, storages: [])
    root = try values.value(node)
  }
}
