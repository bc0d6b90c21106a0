public import Foundation

/// Why the engine can't be used, or can't do what it was asked.
public enum EngineError: LocalizedError, Hashable, Sendable {
  /// The engine's library is not there.
  case libraryMissing(searched: [String])
  /// The library is there, but can't be loaded.
  case libraryUnusable(path: String, reason: String)
  /// The library has another function table than this program expects.
  case libraryVersion(path: String, expected: Int, found: Int)
  /// An operation that this LibTorch lacks.
  case unknownOperation(name: String, version: String)
  /// LibTorch refused an operation.
  case failed(operation: String, reason: String)
  /// Memory did not suffice.
  ///
  /// `bytes` is what was asked for, 0 where LibTorch does not say.
  case outOfMemory(operation: String, bytes: Int, reason: String)
  /// A device that this machine, or this LibTorch, does not have.
  case deviceUnavailable(device: String, available: [String])
  /// A tensor of another shape than is needed.
  case wrongShape(what: String, expected: String, found: [Int])
  /// A tensor of another element type than is needed.
  case wrongElementType(what: String, expected: String, found: String)

  public var errorDescription: String? {
    switch self {
    case .libraryMissing: "The engine ‘\(EngineLibrary.fileName)’ is not there."
    case .libraryUnusable(let path, _): "The engine ‘\(path)’ can't be loaded."
    case .libraryVersion(let path, let expected, let found):
      "The engine ‘\(path)’ is of version \(found); this program needs version \(expected)."
    case .unknownOperation(let name, let version):
      "LibTorch \(version) has no operation ‘\(name)’."
    case .failed(let operation, let reason): "‘\(operation)’ failed: \(reason)"
    case .outOfMemory(let operation, let bytes, _):
      bytes > 0
        ? "There is not enough memory for ‘\(operation)’, which asked for \(Self.size(bytes))."
        : "There is not enough memory for ‘\(operation)’."
    case .deviceUnavailable(let device, _): "The device ‘\(device)’ is not available."
    case .wrongShape(let what, let expected, let found):
      "\(what) has the shape \(found); it must be \(expected)."
    case .wrongElementType(let what, let expected, let found):
      "\(what) holds \(found); it must hold \(expected)."
    }
  }

  public var failureReason: String? {
    switch self {
    case .libraryMissing(let searched):
      "It was looked for at \(searched.joined(separator: ", "))."
    case .libraryUnusable(_, let reason): reason
    case .libraryVersion: "Program and engine were not built from the same sources."
    case .unknownOperation: "Credence needs LibTorch 2.10 or later."
    case .failed: nil
    case .outOfMemory(_, _, let reason): reason
    case .deviceUnavailable(_, let available):
      "This machine offers \(available.joined(separator: ", "))."
    case .wrongShape, .wrongElementType: nil
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .libraryMissing:
      "Run ‘make engine’ in the package folder, or set CREDENCE_ENGINE to the library's path."
    case .libraryUnusable, .libraryVersion: "Run ‘make engine’ to build it again."
    case .unknownOperation: "Build the engine against a newer LibTorch."
    case .failed, .wrongShape, .wrongElementType: nil
    case .outOfMemory: "Lower --batch-size, or use a device with more memory."
    case .deviceUnavailable: "Choose one of these by --device."
    }
  }

  private static func size(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 1_048_576
    return mebibytes < 1
      ? "\(bytes) bytes" : "\((mebibytes * 10).rounded() / 10) MiB (\(bytes) bytes)"
  }
}
