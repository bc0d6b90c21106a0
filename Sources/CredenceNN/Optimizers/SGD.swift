import CredenceTensor

extension OptimizerDescriptor {
  public static let sgd = Self(
    id: "sgd", title: "Stochastic gradient descent with momentum",
    source: "Sutskever et al., ICML 2013"
  ) { try SGD($0, $1) }
}

extension Operator {
  static let fusedSGD = Operator("aten::_fused_sgd_")
}

/// Stochastic gradient descent with momentum and weight decay, as PyTorch computes it.
///
/// With *g* the gradient plus decay · *w*: *m* ← momentum · *m* + *g*, *w* ← *w* − rate · *m*, or rate · (*g* + momentum · *m*) for
/// Nesterov's form.
final class SGD: Optimizer {
  private let settings: OptimizerSettings
  private let groups: [OptimizedGroup]
  private let velocity: OptimizerMemory?

  init(_ settings: OptimizerSettings, _ groups: [OptimizedGroup]) throws {
    self.settings = settings
    self.groups = groups
    velocity = settings.momentum > 0 ? try OptimizerMemory("momentum", groups) : nil
  }

  var memory: [String: Tensor] { velocity?.named ?? [:] }

  func restore(_ memory: [String: Tensor]) throws {
    try OptimizerMemory.restore(velocity.map { [$0] } ?? [], from: memory)
  }

  func step(learningRate: Double) throws {
    try withoutGradients {
      for (number, group) in groups.enumerated() {
        let found = try group.gradients()
        if found.isEmpty { continue }
        let momenta = velocity.map { memory in found.map { memory.tensors[number][$0.position] } }
        try Operator.fusedSGD.run([
          .tensors(found.map { group.parameters[$0.position].value }),
          .tensors(found.map(\.gradient)), .tensors(momenta ?? []),
          .double(group.weightDecay), .double(settings.momentum), .double(learningRate),
          .double(0), .bool(settings.isNesterov), .bool(false), .bool(false),
        ])
      }
    }
  }
}
