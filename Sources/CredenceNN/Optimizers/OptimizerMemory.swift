import CredenceTensor

/// One tensor for each parameter that an optimizer changes, in the parameter's own shape and order of memory.
struct OptimizerMemory {
  /// What it is, such as `momentum`.
  let name: String
  /// By group, then by parameter.
  let tensors: [[Tensor]]
  private let groups: [OptimizedGroup]

  /// Zeros.
  ///
  /// - Throws: `EngineError`.
  init(_ name: String, _ groups: [OptimizedGroup]) throws {
    self.name = name
    self.groups = groups
    tensors = try groups.map { group in
      // The fused kernels walk through memory, so theirs must be in the parameters' order.
      try group.parameters.map { try $0.value.detached().zerosLike() }
    }
  }

  /// The tensors by the names of their parameters.
  var named: [String: Tensor] {
    var named: [String: Tensor] = [:]
    for (group, tensors) in zip(groups, tensors) {
      for (parameter, tensor) in zip(group.parameters, tensors) {
        named["\(name)/\(parameter.name)"] = tensor
      }
    }
    return named
  }

  /// Checks that stored tensors fit several memories, and takes their numbers.
  ///
  /// - Throws: `OptimizerError.memoryMismatch`; `EngineError`.
  static func restore(_ memories: [OptimizerMemory], from stored: [String: Tensor]) throws {
    let expected = memories.reduce(into: [String: Tensor]()) { all, memory in
      all.merge(memory.named) { first, _ in first }
    }
    if let name = stored.keys.filter({ expected[$0] == nil }).min() {
      throw OptimizerError.memoryMismatch(name: name, problem: "is not known here")
    }
    for (name, tensor) in expected.sorted(by: { $0.key < $1.key }) {
      guard let other = stored[name] else {
        throw OptimizerError.memoryMismatch(name: name, problem: "is missing")
      }
      guard other.shape == tensor.shape else {
        throw OptimizerError.memoryMismatch(
          name: name, problem: "has the shape \(other.shape), not \(tensor.shape)")
      }
    }
    for (name, tensor) in expected {
      if let other = stored[name] { try tensor.overwrite(with: other) }
    }
  }
}
