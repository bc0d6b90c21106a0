internal import CTorch
import Foundation

/// Facts and settings of the engine as a whole.
public enum Engine {
  /// LibTorch's version, such as "2.13.0+cpu".
  ///
  /// - Throws: `EngineError` where the engine can't be loaded.
  public static func version() throws -> String {
    String(cString: try EngineLibrary.table().pointee.torch_version)
  }

  /// The number of threads that one operation uses on the CPU.
  ///
  /// - Throws: `EngineError` where the engine can't be loaded.
  public static func threadCount() throws -> Int {
    Int(try EngineLibrary.table().pointee.thread_count())
  }

  /// Sets the number of threads that one operation uses on the CPU.
  ///
  /// - Parameter count: At least 1.
  /// - Throws: `EngineError` where the engine can't be loaded.
  public static func setThreadCount(_ count: Int) throws {
    precondition(count >= 1)
    try EngineLibrary.table().pointee.set_thread_count(Int32(clamping: count))
  }

  /// Restricts the engine to kernels that give the same result every time; slower on some devices.
  ///
  /// - Throws: `EngineError` where the engine can't be loaded.
  public static func setDeterministic(_ isDeterministic: Bool) throws {
    try EngineLibrary.table().pointee.set_deterministic(isDeterministic)
  }

  /// Gives memory that the devices' allocators keep for reuse back to the devices.
  ///
  /// - Throws: `EngineError` where the engine can't be loaded.
  public static func releaseCachedMemory() throws {
    try EngineLibrary.table().pointee.release_cached_memory()
  }

  /// Turns a status and a message into nothing or an error, and frees the message.
  static func check(
    _ status: ct_status, _ message: UnsafeMutablePointer<CChar>?, _ operation: String
  ) throws(EngineError) {
    if status == CT_OK { return }
    let text = message.map { String(cString: $0) } ?? "LibTorch gives no reason."
    if let message { EngineLibrary.tableInUse.pointee.free_text(message) }
    switch status {
    case CT_OUT_OF_MEMORY:
      throw .outOfMemory(operation: operation, bytes: requestedBytes(in: text), reason: text)
    case CT_NOT_FOUND:
      throw .unknownOperation(
        name: operation, version: String(cString: EngineLibrary.tableInUse.pointee.torch_version))
    default:
      throw .failed(operation: operation, reason: text)
    }
  }

  /// The number of bytes that a message on exhausted memory names; 0 where it names none.
  ///
  /// LibTorch writes “you tried to allocate 4000000 bytes” for the host and “Tried to allocate 2.00 GiB” for CUDA.
  static func requestedBytes(in message: String) -> Int {
    guard let start = message.range(of: "tried to allocate ", options: .caseInsensitive) else {
      return 0
    }
    let words = message[start.upperBound...].split(whereSeparator: { $0 == " " || $0 == "\n" })
    guard words.count >= 2, let number = Double(words[0]) else { return 0 }
    let factors: [(String, Double)] = [
      ("bytes", 1), ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824),
    ]
    guard let factor = factors.first(where: { words[1].hasPrefix($0.0) })?.1,
      number * factor < 9e18
    else { return 0 }
    return Int(number * factor)
  }
}
