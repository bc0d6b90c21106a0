internal import CTorch
public import Foundation

/// A source of random numbers of the engine, on one device.
///
/// Operations that draw from it advance it; it is used by one task at a time.
///
/// Unchecked for the same reasons as a tensor's handle: the pointer never changes, and the engine guards the state by a lock.
public final class Generator: @unchecked Sendable {
  let pointer: ct_generator
  public let device: Device

  /// A generator whose numbers the seed determines.
  ///
  /// - Throws: `EngineError`.
  public init(seed: UInt64, device: Device = .cpu) throws {
    var result: ct_generator?
    var message: UnsafeMutablePointer<CChar>?
    let table = try EngineLibrary.table().pointee
    try Engine.check(
      table.make_generator(device.code, seed, &result, &message), message, "generator")
    guard let result else {
      throw EngineError.failed(operation: "generator", reason: "There is no result.")
    }
    pointer = result
    self.device = device
  }

  deinit { EngineLibrary.tableInUse.pointee.free_generator(pointer) }

  /// The state, as bytes that `restore(_:)` takes.
  ///
  /// - Throws: `EngineError`.
  public func state() throws -> Data {
    var result: ct_tensor?
    var message: UnsafeMutablePointer<CChar>?
    try Engine.check(
      EngineLibrary.tableInUse.pointee.generator_state(pointer, &result, &message), message,
      "generator state")
    return try Tensor(Tensor.made(result, "generator state")).bytes()
  }

  /// Returns to a state that `state()` gave.
  ///
  /// - Throws: `EngineError`.
  public func restore(_ state: Data) throws {
    let tensor = try state.withUnsafeBytes {
      try Tensor(copying: $0, shape: [state.count], elementType: .uint8)
    }
    var message: UnsafeMutablePointer<CChar>?
    try Engine.check(
      EngineLibrary.tableInUse.pointee.set_generator_state(
        pointer, tensor.handle.pointer, &message), message, "generator state")
  }
}
