internal import CTorch
import Foundation

/// Where tensors live and operations run.
public enum Device: Hashable, Sendable, CustomStringConvertible {
  case cpu
  /// A CUDA device, counted from 0.
  case cuda(Int)
  /// The GPU of an Apple computer.
  case mps
  /// Nowhere: tensors have a shape, but no memory.
  case meta

  /// `cpu`, `cuda:0`, `mps`, `meta`.
  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    case .mps: "mps"
    case .meta: "meta"
    }
  }

  /// Reads `cpu`, `cuda`, `cuda:1` or `mps`; `nil` for anything else.
  public init?(_ text: String) {
    switch text {
    case "cpu": self = .cpu
    case "mps": self = .mps
    case "cuda": self = .cuda(0)
    default:
      guard text.hasPrefix("cuda:"), let index = Int(text.dropFirst(5)), index >= 0, index < 128
      else { return nil }
      self = .cuda(index)
    }
  }

  /// The devices of this machine that this LibTorch can use, the fastest kind first.
  ///
  /// - Throws: `EngineError` where the engine can't be loaded.
  public static func available() throws -> [Device] {
    let table = try EngineLibrary.table().pointee
    var devices = (0..<Int(table.device_count(Int32(CT_CUDA.rawValue)))).map { Device.cuda($0) }
    if table.device_count(Int32(CT_MPS.rawValue)) > 0 { devices.append(.mps) }
    return devices + [.cpu]
  }

  /// This device, if it is there.
  ///
  /// - Throws: `EngineError.deviceUnavailable`, or another where the engine can't be loaded.
  public func checked() throws -> Device {
    let devices = try Self.available()
    guard self == .meta || devices.contains(self) else {
      throw EngineError.deviceUnavailable(
        device: description, available: devices.map(\.description))
    }
    return self
  }

  /// The device's own name, such as that of a GPU.
  ///
  /// - Throws: `EngineError`.
  public func name() throws -> String {
    let table = try EngineLibrary.table().pointee
    var result: UnsafeMutablePointer<CChar>?
    var message: UnsafeMutablePointer<CChar>?
    try Engine.check(table.device_name(code, &result, &message), message, "device name")
    defer { table.free_text(result) }
    return result.map { String(cString: $0) } ?? description
  }

  /// Waits until everything that was asked of the device is done.
  ///
  /// - Throws: `EngineError`, also for what failed on the device meanwhile.
  public func synchronize() throws {
    let table = try EngineLibrary.table().pointee
    var message: UnsafeMutablePointer<CChar>?
    try Engine.check(table.synchronize(code, &message), message, "synchronize")
  }

  var code: ct_device {
    switch self {
    case .cpu: ct_device(kind: Int32(CT_CPU.rawValue), index: 0)
    case .cuda(let index): ct_device(kind: Int32(CT_CUDA.rawValue), index: Int32(index))
    case .mps: ct_device(kind: Int32(CT_MPS.rawValue), index: 0)
    case .meta: ct_device(kind: Int32(CT_META.rawValue), index: 0)
    }
  }

  init(code: ct_device) {
    switch UInt32(code.kind) {
    case CT_CUDA.rawValue: self = .cuda(Int(code.index))
    case CT_MPS.rawValue: self = .mps
    case CT_META.rawValue: self = .meta
    default: self = .cpu
    }
  }
}
