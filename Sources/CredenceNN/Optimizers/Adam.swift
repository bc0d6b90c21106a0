import CredenceTensor

extension OptimizerDescriptor {
  public static let adam = Self(
    id: "adam", title: "Adam, weight decay added to the gradient", source: "arXiv:1412.6980"
  ) { try Adam($0, $1, .fusedAdam) }

  public static let adamW = Self(
    id: "adamw", title: "Adam with decoupled weight decay", source: "arXiv:1711.05101"
  ) { try Adam($0, $1, .fusedAdamW) }
}

extension Operator {
  static let fusedAdam = Operator("aten::_fused_adam_")
  static let fusedAdamW = Operator("aten::_fused_adamw_")
  static let forEachAdd = Operator("aten::_foreach_add_.Scalar")
}

/// Adam and AdamW, as PyTorch computes them: means of gradients and of their squares, each corrected for its start at 0.
///
/// - Note: Kingma & Ba, ICLR 2015, arXiv:1412.6980; Loshchilov & Hutter, ICLR 2019, arXiv:1711.05101.
final class Adam: Optimizer {
  private let settings: OptimizerSettings
  private let groups: [OptimizedGroup]
  private let operation: Operator
  private let means: OptimizerMemory
  private let squares: OptimizerMemory
  /// How many steps each parameter has made.
  private let steps: [[Tensor]]

  init(_ settings: OptimizerSettings, _ groups: [OptimizedGroup], _ operation: Operator) throws {
    self.settings = settings
    self.groups = groups
    self.operation = operation
    means = try OptimizerMemory("mean", groups)
    squares = try OptimizerMemory("square", groups)
    steps = try groups.map { group in
      try group.parameters.map { try .zeros([], device: $0.value.device) }
    }
  }

  private var namedSteps: [String: Tensor] {
    var named: [String: Tensor] = [:]
    for (group, steps) in zip(groups, steps) {
      for (parameter, step) in zip(group.parameters, steps) {
        named["steps/\(parameter.name)"] = step
      }
    }
    return named
  }

  var memory: [String: Tensor] {
    means.named.merging(squares.named) { first, _ in first }
      .merging(namedSteps) { first, _ in first }
  }

  func restore(_ memory: [String: Tensor]) throws {
    let counters = namedSteps
    for name in counters.keys.sorted() where memory[name]?.shape != [] {
      throw OptimizerError.memoryMismatch(name: name, problem: "is missing or no single number")
    }
    try OptimizerMemory.restore(
      [means, squares], from: memory.filter { counters[$0.key] == nil })
    for (name, counter) in counters {
      if let stored = memory[name] { try counter.overwrite(with: stored) }
    }
  }

  func step(learningRate: Double) throws {
    try withoutGradients {
      for (number, group) in groups.enumerated() {
        let found = try group.gradients()
        if found.isEmpty { continue }
        let counters = found.map { steps[number][$0.position] }
        try Operator.forEachAdd.run([.tensors(counters), .double(1)])
        try operation.run([
          .tensors(found.map { group.parameters[$0.position].value }),
          .tensors(found.map(\.gradient)),
          .tensors(found.map { means.tensors[number][$0.position] }),
          .tensors(found.map { squares.tensors[number][$0.position] }), .tensors([]),
          .tensors(counters), .double(learningRate), .double(settings.betas[0]),
          .double(settings.betas[1]), .double(group.weightDecay), .double(settings.epsilon),
          .bool(false), .bool(false),
        ])
      }
    }
  }
}
