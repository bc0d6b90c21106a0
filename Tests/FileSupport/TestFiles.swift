package import CredenceFiles
package import Foundation
import Synchronization

/// A file that NumPy or Python wrote, in `Fixtures`.
package func fixture(_ name: String) -> URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    .appendingPathComponent(name)
}

/// A folder of its own for a test, removed at the end.
package final class TemporaryFolder {
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("credence-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    Self.leftovers.withLock { $0.append(url) }
    _ = Self.cleanUp
  }

  /// Every folder made; a test may use its files after it used the object last, so they go when the process ends.
  private static let leftovers = Mutex<[URL]>([])
  private static let cleanUp: Void = {
    atexit {
      for url in TemporaryFolder.leftovers.withLock({ $0 }) {
        try? FileManager.default.removeItem(at: url)
      }
    }
  }()

  /// Writes a file and names it.
  package func file(_ name: String, _ content: Data) throws -> URL {
    let file = url.appendingPathComponent(name)
    try content.write(to: file)
    return file
  }

  package func file(_ name: String, _ content: String) throws -> URL {
    try file(name, Data(content.utf8))
  }
}

/// The error that the body throws; `nil` where it throws none or one of another type.
package func fileError(_ body: () throws -> Void) -> FileError? {
  do {
    try body()
    return nil
  } catch {
    return error as? FileError
  }
}

/// The bytes of integers and floating-point numbers, little-endian.
package func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> Data {
  numbers.map(\.littleEndian).withUnsafeBytes { Data($0) }
}

package func bytes(_ numbers: [Float]) -> Data { bytes(numbers.map(\.bitPattern)) }

/// A safetensors file with any header.
package func safetensors(_ header: String, _ data: Data = Data()) -> Data {
  bytes([UInt64(header.utf8.count)]) + Data(header.utf8) + data
}

/// A `.npy` file with any header.
package func npy(_ header: String, _ data: Data = Data()) -> Data {
  Data([0x93] + "NUMPY".utf8 + [1, 0]) + bytes([UInt16(header.utf8.count)]) + Data(header.utf8)
    + data
}
