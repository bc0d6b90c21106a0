public import CredenceTensor

/// What training asks of a network's parameters.
extension ParameterStore {
  /// Gives every parameter memory of its own, and makes the learned ones leaves of the graph of gradients.
  ///
  /// - Parameters:
  ///   - format: The order of images' kernels, those of four dimensions, in memory.
  ///   - isFrozen: Learned parameters that keep their numbers; none by default.
  /// - Throws: `EngineError`.
  public func prepareForTraining(
    _ format: MemoryFormat = .contiguous, freezing isFrozen: (Parameter) -> Bool = { _ in false }
  ) throws {
    for parameter in parameters {
      let copy = try parameter.value.detached()
        .copied(parameter.shape.count == 4 ? format : .contiguous)
      let isLeaf = parameter.kind == .learned && !isFrozen(parameter)
      try parameter.replace(with: isLeaf ? copy.requiringGradient() : copy)
    }
  }

  /// Makes the parameters plain tensors again, without gradients.
  ///
  /// - Throws: `EngineError`.
  public func finishTraining() throws {
    for parameter in parameters {
      parameter.value.clearGradient()
      try parameter.replace(with: parameter.value.detached())
    }
  }

  /// The learned parameters that are not frozen.
  public var trained: [Parameter] {
    parameters.filter { $0.kind == .learned && $0.value.requiresGradient }
  }

  /// Forgets all gradients.
  public func clearGradients() {
    for parameter in parameters { parameter.value.clearGradient() }
  }

  /// Scales all gradients down together where their common Euclidean norm is above a limit.
  ///
  /// - Parameter limit: Above 0.
  /// - Returns: The norm before, a tensor without dimensions.
  /// - Throws: `EngineError`.
  /// - Note: Pascanu, Mikolov & Bengio, ICML 2013, arXiv:1211.5063.
  @discardableResult
  public func clipGradients(norm limit: Double) throws -> Tensor {
    let gradients = try trained.compactMap { try $0.value.gradient() }
    guard !gradients.isEmpty else { return try .zeros([]) }
    return try withoutGradients {
      let norms = try Operator.forEachNorm.tensors(
        [.tensors(gradients), .double(2)], capacity: gradients.count)
      let total = try Tensor.stacked(norms).norm(over: [0])
      // The small number is PyTorch's, against a division by zero.
      let factor = try ((total + 1e-6).reciprocal() * limit).clamped(high: 1)
      try Operator.forEachScale.run([.tensors(gradients), .tensor(factor)])
      return total
    }
  }
}

extension Operator {
  static let forEachNorm = Operator("aten::_foreach_norm.Scalar")
  static let forEachScale = Operator("aten::_foreach_mul_.Tensor")
  static let forEachCopy = Operator("aten::_foreach_copy_")
  static let forEachLerp = Operator("aten::_foreach_lerp_.Scalar")
}

/// The numbers of all parameters at one moment.
public struct ParameterSnapshot: Sendable {
  /// In the order of the store.
  public private(set) var values: [Tensor]

  /// Copies the numbers of all parameters.
  ///
  /// - Throws: `EngineError`.
  public init(_ store: ParameterStore) throws {
    values = try store.parameters.map { try $0.value.detached().copied() }
  }

  /// Takes copies made before, in the order of the store.
  public init(values: [Tensor]) { self.values = values }

  /// Writes the numbers back in place; parameters stay the leaves they are.
  ///
  /// - Throws: `EngineError`.
  public func restore(to store: ParameterStore) throws {
    precondition(values.count == store.parameters.count)
    try withoutGradients {
      try Operator.forEachCopy.run([
        .tensors(store.parameters.map(\.value)), .tensors(values),
      ])
    }
  }
}
