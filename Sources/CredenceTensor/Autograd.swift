internal import CTorch

/// Runs a body in which no operation is noted for gradients.
///
/// Modes belong to a thread, so the body must not suspend.
///
/// - Throws: What the body throws, or `EngineError` where the engine can't be loaded.
public func withoutGradients<Result>(_ body: () throws -> Result) throws -> Result {
  try withModes(ct_modes(records_gradients: false, is_inference: false), body)
}

/// Runs a body in LibTorch's inference mode: as `withoutGradients`, and its tensors can never take part in gradients.
///
/// - Throws: What the body throws, or `EngineError` where the engine can't be loaded.
public func withInference<Result>(_ body: () throws -> Result) throws -> Result {
  try withModes(ct_modes(records_gradients: false, is_inference: true), body)
}

/// Runs a body in which operations are noted for gradients, also inside of `withoutGradients`.
///
/// - Throws: What the body throws, or `EngineError` where the engine can't be loaded.
public func withGradients<Result>(_ body: () throws -> Result) throws -> Result {
  try withModes(ct_modes(records_gradients: true, is_inference: false), body)
}

private func withModes<Result>(_ modes: ct_modes, _ body: () throws -> Result) throws -> Result {
  let table = try EngineLibrary.table()
  let former = table.pointee.set_modes(modes)
  defer { _ = table.pointee.set_modes(former) }
  return try body()
}

extension Tensor {
  /// Whether operations on the tensor are noted for gradients.
  public var requiresGradient: Bool {
    EngineLibrary.tableInUse.pointee.requires_gradient(handle.pointer)
  }

  /// The same values as a new leaf of the graph of gradients.
  ///
  /// - Throws: `EngineError`.
  public func requiringGradient(_ isRequired: Bool = true) throws -> Tensor {
    let leaf = try detached()
    var message: UnsafeMutablePointer<CChar>?
    try Engine.check(
      EngineLibrary.tableInUse.pointee.set_requires_gradient(
        leaf.handle.pointer, isRequired, &message), message, "requires gradient")
    return leaf
  }

  /// The gradient that `backward()` has summed up here; `nil` before.
  ///
  /// - Throws: `EngineError`.
  public func gradient() throws -> Tensor? {
    var result: ct_tensor?
    var message: UnsafeMutablePointer<CChar>?
    try Engine.check(
      EngineLibrary.tableInUse.pointee.gradient(handle.pointer, &result, &message), message,
      "gradient")
    return result.map { Tensor($0) }
  }

  /// Forgets the gradient summed up here.
  public func clearGradient() {
    EngineLibrary.tableInUse.pointee.clear_gradient(handle.pointer)
  }

  /// Adds the gradient of this tensor to every leaf that it depends on.
  ///
  /// - Parameters:
  ///   - gradient: The weight of each entry; `nil` for a single number.
  ///   - keepsGraph: Whether it can be done again.
  /// - Throws: `EngineError`.
  public func backward(_ gradient: Tensor? = nil, keepsGraph: Bool = false) throws {
    var message: UnsafeMutablePointer<CChar>?
    try Engine.check(
      EngineLibrary.tableInUse.pointee.backward(
        handle.pointer, gradient?.handle.pointer, keepsGraph, false, &message), message,
      "backward")
  }

  /// The gradients of this tensor's sum with respect to some inputs, which keep none themselves.
  ///
  /// - Parameters:
  ///   - inputs: Tensors that this one depends on.
  ///   - createsGraph: Whether the gradients can be differentiated in turn.
  /// - Returns: A gradient for each input; `nil` where this tensor does not depend on it.
  /// - Throws: `EngineError`.
  public func gradients(of inputs: [Tensor], createsGraph: Bool = false) throws -> [Tensor?] {
    var results = [ct_tensor?](repeating: nil, count: inputs.count)
    var message: UnsafeMutablePointer<CChar>?
    let total = try sum()
    let outputs: [ct_tensor?] = [total.handle.pointer]
    let pointers: [ct_tensor?] = inputs.map(\.handle.pointer)
    let status = withExtendedLifetime((total, inputs)) {
      EngineLibrary.tableInUse.pointee.gradients(
        outputs, nil, 1, pointers, Int32(inputs.count), createsGraph, createsGraph, &results,
        &message)
    }
    try Engine.check(status, message, "gradients")
    return results.map { $0.map { Tensor($0) } }
  }
}
