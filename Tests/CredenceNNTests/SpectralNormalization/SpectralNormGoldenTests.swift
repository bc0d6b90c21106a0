import CredenceNN
import CredenceTensor
import GoldenSupport
import Testing

/// One layer against the published code, step by step.
@Suite struct SpectralNormGoldenTests {
  private static let golden = GoldenSet("ddu")
  private static let file = "spectral_norm.json"

  private let tensors: GoldenTensors

  init() throws { tensors = try Self.golden.tensors("spectral_norm.safetensors") }

  /// The layer of a case, with its first numbers.
  private struct Example {
    let store = ParameterStore(.awaitingWeights)
    let layer: any Layer
    let normalization: SpectralNormalization

    /// The stride that a case does not name, from the pixels behind the first window.
    private static func stride(from rest: Int, outputs: Int) -> Int {
      for stride in 1...4 where rest / stride + 1 == outputs { return stride }
      return 1
    }

    init(_ name: String, _ json: GoldenJSON, _ tensors: GoldenTensors) throws {
      func integer(_ key: String) throws -> Int? { json[key]?.number.map { Int($0) } }
      let settings = SpectralNorm.on(
        .init(
          coefficient: try #require(json["coeff"]?.number),
          powerIterations: try #require(try integer("n_power_iterations")), warmupIterations: 0))
      let shape = try tensors.shape("\(name).weight_orig")
      if shape.count == 2 {
        let linear = try Linear(
          store.root, from: shape[1], to: shape[0], hasBias: tensors.contains("\(name).bias"),
          spectralNorm: settings)
        layer = linear
      } else {
        let input = try tensors.shape("\(name).x")
        let output = try tensors.shape("\(name).eval0_out")
        let padding = try integer("padding") ?? 0
        let stride =
          try integer("stride")
          ?? Self.stride(from: input[2] + 2 * padding - shape[2], outputs: output[2])
        layer = try Conv2d(
          store.root, from: shape[1], to: shape[0], kernel: shape[2], stride: stride,
          padding: .zeros(padding), hasBias: tensors.contains("\(name).bias"),
          spectralNorm: settings, inputSize: Array(input.suffix(2)))
      }
      normalization = try #require(store.spectralNormalizations.first)
      func set(_ parameter: String, _ key: String) throws {
        let key = "\(name).\(key)"
        guard tensors.contains(key), let parameter = store[parameter] else { return }
        try parameter.replace(
          with: Tensor(tensors.floats(key), shape: tensors.shape(key)))
      }
      try set("weight_orig", "weight_orig")
      try set("weight_u", "u0")
      try set("weight_v", "v0")
      try set("bias", "bias")
      try store["weight_sigma"]?.replace(with: .ones([1]))
    }
  }

  @Test func `sigma, vectors, weights, outputs and gradients are the published ones`() throws {
    let generator = try Generator(seed: 0)
    for (name, json) in try Self.golden.json(Self.file).members {
      var group = GoldenGroup(set: "ddu", name: "spectral_norm \(name)", file: Self.file)
      for (key, _) in json.members { group.skip(path: "\(name).\(key)", reason: "a setting") }
      func compare(_ key: String, _ found: Tensor, tolerance: Double) throws {
        let key = "\(name).\(key)"
        guard tensors.contains(key) else { return }
        #expect(try tensors.shape(key) == found.shape, "\(key)")
        let values: [Double] = try found.values()
        for (index, expected) in try tensors.floats(key).enumerated() {
          group.check(
            path: "\(key)[\(index)]", expected: Double(expected), actual: values[index],
            tolerance: tolerance)
        }
      }
      let example = try Example(name, json, tensors)
      let normalization = example.normalization
      let x = try Tensor(
        tensors.floats("\(name).x"), shape: tensors.shape("\(name).x"))
      let u = try #require(example.store["weight_u"])
      let v = try #require(example.store["weight_v"])

      try compare("eval0_weight", normalization.weight(.evaluation), tolerance: 2e-6)
      try compare("eval0_out", example.layer(x, .evaluation), tolerance: 1e-5)
      let before = try normalization.measured(iterations: 0)
      try compare("eval0_sigma", Tensor([before.estimate], shape: [1]), tolerance: 2e-6)
      try compare("u0", u.value, tolerance: 0)

      let leaf = try normalization.weight.value.requiringGradient()
      try normalization.weight.replace(with: leaf)
      let output = try example.layer(x, .training(generator))
      try compare("train1_out", output, tolerance: 1e-5)
      try compare("train1_sigma", normalization.sigma.value, tolerance: 2e-6)
      try compare("u1", u.value, tolerance: 2e-6)
      try compare("v1", v.value, tolerance: 2e-6)
      let gradient = try #require(try (output * output).mean().gradients(of: [leaf])[0])
      try compare("grad_of_mean_square", gradient, tolerance: 1e-6)
      try normalization.weight.replace(with: leaf.detached())
      // After that step evaluation divides by the new sigma.
      try compare("train1_weight", normalization.weight(.evaluation), tolerance: 2e-6)

      let total = tensors.contains("\(name).sigma200") ? 200 : 100
      for _ in 1..<total { _ = try example.layer(x, .training(generator)) }
      try compare("sigma\(total)", normalization.sigma.value, tolerance: 2e-6)
      try compare("u\(total)", u.value, tolerance: 2e-6)
      try compare("eval\(total)_weight", normalization.weight(.evaluation), tolerance: 2e-6)

      // Many iterations in float64 find what the steps have found.
      let fresh = try Example(name, json, tensors)
      let exact = try fresh.normalization.measured(iterations: 1000)
      #expect(
        try abs(exact.norm - normalization.sigma.value.item()) < 1e-4 * exact.norm, "\(name)")
      group.finish()
      #expect(group.failures.isEmpty, "\(group.failures.prefix(5).joined(separator: "\n"))")
    }
  }
}
