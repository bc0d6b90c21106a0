internal import CTorch
public import Foundation

/// A network that another program exported: a TorchScript file or an AOTInductor package.
///
/// Loading one means to trust it: unlike weights, it is a program. It is used by one task at a time.
public final class ExportedProgram {
  /// How the program was exported.
  public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
    /// A file of `torch.jit.save`.
    case torchScript
    /// A package of `torch._inductor.aoti_compile_and_package`.
    case aotInductor
  }

  public let kind: Kind
  public let file: URL
  private let pointer: ct_program

  /// Loads a program to a device.
  ///
  /// - Throws: `EngineError`.
  public init(contentsOf file: URL, kind: Kind, device: Device) throws {
    let table = try EngineLibrary.table().pointee
    var result: ct_program?
    var message: UnsafeMutablePointer<CChar>?
    try Engine.check(
      table.load_program(
        file.path, kind == .torchScript ? 0 : 1, device.code, &result, &message), message,
      "load ‘\(file.lastPathComponent)’")
    guard let result else {
      throw EngineError.failed(operation: "load", reason: "There is no result.")
    }
    self.kind = kind
    self.file = file
    pointer = result
  }

  deinit { EngineLibrary.tableInUse.pointee.free_program(pointer) }

  /// Casts a TorchScript program's weights and prepares it for inference; nothing for a package, which is compiled already.
  ///
  /// - Throws: `EngineError`.
  public func prepare(_ elementType: ElementType) throws {
    var message: UnsafeMutablePointer<CChar>?
    try Engine.check(
      EngineLibrary.tableInUse.pointee.prepare_program(pointer, elementType.code, &message),
      message, "prepare ‘\(file.lastPathComponent)’")
  }

  /// Runs the program.
  ///
  /// - Returns: The tensors of its result, in order, at most 16.
  /// - Throws: `EngineError`.
  public func callAsFunction(_ inputs: Tensor...) throws -> [Tensor] {
    var results = [ct_tensor?](repeating: nil, count: 16)
    var count: Int32 = 0
    var message: UnsafeMutablePointer<CChar>?
    let pointers: [ct_tensor?] = inputs.map(\.handle.pointer)
    let status = withExtendedLifetime(inputs) {
      EngineLibrary.tableInUse.pointee.run_program(
        pointer, pointers, Int32(inputs.count), &results, Int32(results.count), &count, &message)
    }
    try Engine.check(status, message, file.lastPathComponent)
    return results.prefix(Int(count)).compactMap { $0.map { Tensor($0) } }
  }
}
