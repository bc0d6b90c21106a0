internal import CTorch

/// Runs a body whose products and convolutions compute in a narrower element type, while sums, norms and parameters keep theirs.
///
/// LibTorch decides for each operation, as PyTorch's `autocast` does. Gradients come in the types of the tensors they belong to.
/// The mode belongs to a thread, so the body must not suspend.
///
/// - Parameters:
///   - type: `bfloat16` or, on GPUs, `float16`; `nil` switches the mode off inside of another body.
///   - device: Where the operations run.
///   - body: What is computed, without the backward pass.
/// - Returns: What the body returns.
/// - Throws: What the body throws, or `EngineError` where the engine can't be loaded.
public func withAutocast<Result>(
  _ type: ElementType?, on device: Device, _ body: () throws -> Result
) throws -> Result {
  let table = try EngineLibrary.table()
  let kind = device.code.kind
  let former = table.pointee.set_autocast(kind, type?.code ?? -1)
  defer { _ = table.pointee.set_autocast(kind, former) }
  return try body()
}
