import CredenceData
import Foundation

/// A folder for the files of one test, removed with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("credence-data-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, folders as needed; returns its path.
  @discardableResult
  func write(_ name: String, _ data: Data) throws -> String {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
    return url.path
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

  /// Writes a small PNG image that depends on the seed.
  @discardableResult
  func writeImage(_ name: String, seed: Int = 0) throws -> String {
    try write(name, ImageEncoder.png(noise(width: 5, height: 4, seed: seed)))
  }

  /// Runs a program of the system; its success.
  func run(_ program: String, _ arguments: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: path)
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

/// A NumPy array of bytes.
func npy(_ shape: [Int], _ bytes: [UInt8], type: String = "|u1") -> Data {
  let sizes = shape.map { "\($0)," }.joined()
  var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
  header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
  return Data([0x93] + "NUMPY".utf8 + [1, 0])
    + Data([UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]) + Data(header.utf8)
    + Data(bytes)
}
