import CredenceNN
import CredenceTensor
import Testing

/// A parameter of two dimensions and one of one, with gradients that alternate in sign.
private struct Example {
  let store: ParameterStore
  let weight: Parameter
  let bias: Parameter

  init() throws {
    store = ParameterStore(.random(try Generator(seed: 1)))
    weight = try store.root.parameter("weight", [2, 3], .constant(0))
    bias = try store.root.parameter("bias", [3], .constant(0))
    try weight.replace(with: Tensor([0.5, -1, 2, 0.25, 0, -0.75] as [Float], shape: [2, 3]))
    try bias.replace(with: Tensor([0.1, -0.2, 0.3] as [Float], shape: [3]))
    try store.prepareForTraining()
  }

  /// Gives the parameters the gradients of a step.
  func differentiate(_ step: Int, skipsBias: Bool = false) throws {
    store.clearGradients()
    let slopes = (0..<6).map { index -> Float in
      let sign: Float = (index / 3 + index % 3 + step) % 2 == 0 ? 1 : -1
      return Float(index + 1) * 0.1 * sign + 0.05 * Float(step)
    }
    var loss = try (weight.value * Tensor(slopes, shape: [2, 3])).sum()
    if !skipsBias {
      let slopes = ([0.2, -0.1, 0.4] as [Float]).map { $0 * Float(step + 1) }
      loss = try loss + (bias.value * Tensor(slopes, shape: [3])).sum()
    }
    try loss.backward()
  }

  func expect(
    _ weights: [Float], _ biases: [Float], location: SourceLocation = #_sourceLocation
  ) throws {
    for (value, expected) in zip(try weight.value.values(as: Float.self), weights) {
      #expect(abs(value - expected) < 2e-6, sourceLocation: location)
    }
    for (value, expected) in zip(try bias.value.values(as: Float.self), biases) {
      #expect(abs(value - expected) < 2e-6, sourceLocation: location)
    }
  }
}

@Suite struct OptimizerTests {
  /// Four steps of torch.optim 2.13, the bias without a gradient in the third.
  private static let references: [(OptimizerSettings, [Float], [Float])] = {
    func settings(_ change: (inout OptimizerSettings) -> Void) -> OptimizerSettings {
      var settings = OptimizerSettings()
      change(&settings)
      return settings
    }
    return [
      (
        settings { _ in },
        [0.4359384, -1.0145224, 1.902686, 0.2674859, -0.128983, -0.6994879],
        [-0.1102223, -0.0948468, -0.1204726]
      ),
      (
        settings {
          $0.momentum = 0
          $0.weightDecay = 0.01
        }, [0.4680429, -1.026026, 1.9620919, 0.2189416, -0.0298801, -0.7771043],
        [-0.0402197, -0.1294406, 0.0192609]
      ),
      (
        settings { $0.isNesterov = true },
        [0.4122517, -1.0428752, 1.8820326, 0.2356742, -0.1460613, -0.7344105],
        [-0.2292027, -0.0353383, -0.3584457]
      ),
      (
        settings {
          $0.algorithm = "adam"
          $0.learningRate = 0.01
          $0.weightDecay = 0.1
        }, [0.467062, -0.9820586, 1.969503, 0.2568185, -0.0153538, -0.7367153],
        [0.0710684, -0.1709082, 0.2710422]
      ),
      (
        settings {
          $0.algorithm = "adamw"
          $0.learningRate = 0.01
          $0.weightDecay = 0.1
        }, [0.4722938, -0.9907543, 1.974615, 0.2575783, -0.0153626, -0.7372299],
        [0.0708624, -0.1705627, 0.2702631]
      ),
    ]
  }()

  @Test(arguments: 0..<references.count) func `steps as PyTorch's optimizers do`(_ row: Int) throws
  {
    let (settings, weights, biases) = Self.references[row]
    let example = try Example()
    let optimizer = try settings.optimizer(of: example.store.trained)
    for step in 0..<4 {
      try example.differentiate(step, skipsBias: step == 2)
      try optimizer.step(learningRate: settings.learningRate)
    }
    try example.expect(weights, biases)
  }

  @Test func `spares vectors from weight decay where asked`() throws {
    let example = try Example()
    var settings = OptimizerSettings()
    settings.weightDecay = 0.5
    settings.decayedParameters = .weights
    let optimizer = try settings.optimizer(of: example.store.trained)
    for step in 0..<4 {
      try example.differentiate(step)
      try optimizer.step(learningRate: 0.1)
    }
    try example.expect(
      [0.2312431, -0.6008238, 1.0766013, 0.1523759, -0.1125688, -0.4023353],
      [-0.27118, -0.01441, -0.44236])
  }

  @Test(arguments: OptimizerDescriptor.all.map(\.id))
  func `goes on to the bit from what it remembers`(_ algorithm: String) throws {
    var settings = OptimizerSettings()
    settings.algorithm = algorithm
    func train(stopping: Bool) throws -> [Float] {
      let example = try Example()
      var optimizer = try settings.optimizer(of: example.store.trained)
      for step in 0..<6 {
        if stopping, step == 3 {
          let memory = try optimizer.memory.mapValues { try $0.copied() }
          optimizer = try settings.optimizer(of: example.store.trained)
          try optimizer.restore(memory)
        }
        try example.differentiate(step)
        try optimizer.step(learningRate: 0.01)
      }
      return try example.weight.value.values() + example.bias.value.values()
    }
    #expect(try train(stopping: true) == train(stopping: false))
  }

  @Test func `refuses what belongs to other parameters`() throws {
    let example = try Example()
    let optimizer = try OptimizerSettings().optimizer(of: example.store.trained)
    #expect(
      throws: OptimizerError.memoryMismatch(name: "momentum/bias", problem: "is missing")
    ) {
      try optimizer.restore(["momentum/weight": .zeros([2, 3])])
    }
    #expect(
      throws: OptimizerError.memoryMismatch(
        name: "momentum/weight", problem: "has the shape [3, 2], not [2, 3]")
    ) {
      try optimizer.restore(["momentum/weight": .zeros([3, 2]), "momentum/bias": .zeros([3])])
    }
    #expect(
      throws: OptimizerError.memoryMismatch(name: "square/bias", problem: "is not known here")
    ) {
      try optimizer.restore(["square/bias": .zeros([3])])
    }
  }

  @Test func `refuses impossible settings by name`() {
    var settings = OptimizerSettings()
    settings.learningRate = 0
    #expect(
      throws: OptimizerError.badSetting(
        name: "The learning rate", value: "0.0", allowed: "above 0")
    ) { try settings.validate() }
    settings = OptimizerSettings()
    settings.algorithm = "sdg"
    #expect(
      throws: OptimizerError.badSetting(
        name: "The optimizer", value: "‘sdg’", allowed: "one of sgd, adam, adamw")
    ) { try settings.validate() }
    settings = OptimizerSettings()
    settings.isNesterov = true
    settings.momentum = 0
    #expect(throws: OptimizerError.self) { try settings.validate() }
  }

  @Test func `clips gradients by their common norm as PyTorch does`() throws {
    let example = try Example()
    try example.differentiate(0)
    let norm = try example.store.clipGradients(norm: 0.5).item()
    #expect(abs(norm - 1.0583) < 1e-4)
    let gradient = try #require(try example.bias.value.gradient()).values(as: Float.self)
    for (value, expected) in zip(gradient, [0.0944910, -0.0472455, 0.1889821] as [Float]) {
      #expect(abs(value - expected) < 1e-6)
    }
    try example.differentiate(0)
    try example.store.clipGradients(norm: 5)
    let kept = try #require(try example.bias.value.gradient()).values(as: Float.self)
    #expect(kept == [0.2, -0.1, 0.4])
  }

  @Test func `frozen parameters stay`() throws {
    let example = try Example()
    try example.store.prepareForTraining(freezing: { $0.name == "bias" })
    #expect(example.store.trained.map(\.name) == ["weight"])
    let optimizer = try OptimizerSettings().optimizer(of: example.store.trained)
    try example.differentiate(0)
    try optimizer.step(learningRate: 0.1)
    #expect(try example.bias.value.values(as: Float.self) == [0.1, -0.2, 0.3])
    try example.store.finishTraining()
    #expect(example.store.trained.isEmpty)
  }
}

@Suite struct WeightAverageTests {
  @Test func `averages weights, copies other buffers, and gives the network its own back`() throws {
    let store = ParameterStore(.random(try Generator(seed: 1)))
    let weight = try store.root.parameter("weight", [1], .constant(0))
    let moment = try store.root.buffer("running_mean", [1], .constant(0))
    let other = try store.root.buffer("weight_u", [1], .constant(0))
    try store.prepareForTraining()
    let average = try WeightAverage(store, decay: 0.5)
    for value in [1.0, 2.0] {
      for parameter in [weight, moment, other] {
        try parameter.replace(with: .full(value, shape: [1]))
      }
      try average.update()
    }
    // The first keeps 1/10, the second 2/11.
    let expected = 0.9 * 2 / 11 + 2 * 9 / 11
    let applied = try average.whileApplied {
      try [weight, moment, other].map { try $0.value.item() }
    }
    #expect(abs(applied[0] - expected) < 1e-6)
    #expect(abs(applied[1] - expected) < 1e-6)
    #expect(applied[2] == 2)
    #expect(try weight.value.item() == 2)
  }
}
