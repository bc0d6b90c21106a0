import CredenceNN
import CredenceTensor
import Foundation
import Testing

@Suite struct SpectralNormTests {
  /// The greatest singular value of a map between small spaces, by iterating over its explicit matrix.
  private func norm(_ apply: (Tensor) throws -> Tensor, inputs: [Int]) throws -> Double {
    let count = inputs.reduce(1, *)
    var columns: [[Double]] = []
    for index in 0..<count {
      var unit = [Double](repeating: 0, count: count)
      unit[index] = 1
      columns.append(try apply(Tensor(unit, shape: [1] + inputs)).values())
    }
    var vector = (0..<count).map { 1 + 0.1 * Double($0 % 7) }
    var value = 0.0
    for _ in 0..<3000 {
      var image = [Double](repeating: 0, count: columns[0].count)
      for (column, weight) in zip(columns, vector) {
        for row in image.indices { image[row] += column[row] * weight }
      }
      vector = columns.map { zip($0, image).reduce(0) { $0 + $1.0 * $1.1 } }
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      value = length.squareRoot()
      vector = vector.map { $0 / length }
    }
    return value
  }

  @Test(arguments: [(3, 1, 1, 1), (3, 2, 1, 1), (5, 3, 2, 1), (3, 1, 1, 2), (4, 2, 0, 1)])
  func `a convolution's norm is that of its explicit matrix`(
    _ kernel: Int, _ stride: Int, _ padding: Int, _ groups: Int
  ) throws {
    for side in [6, 7] {
      let store = ParameterStore(.random(try Generator(seed: 4)))
      let layer = try Conv2d(
        store.root, from: 2, to: 4, kernel: kernel, stride: stride, padding: .zeros(padding),
        groups: groups, hasBias: false, spectralNorm: .on(.init(coefficient: 0.5)),
        inputSize: [side, side])
      let weight = try layer.weight.value.to(.float64)
      let expected = try norm(
        {
          try $0.convolution(
            weight, nil, stride: [stride, stride], padding: [padding, padding], groups: groups)
        }, inputs: [2, side, side])
      let measured = try #require(layer.normalization).measured(iterations: 2000)
      #expect(abs(measured.norm - expected) < 1e-6 * expected)
      #expect(measured.estimate <= measured.norm * (1 + 1e-6))
      #expect(measured.coefficient == 0.5 && measured.shape == [4, 2 / groups, kernel, kernel])
    }
  }

  @Test(arguments: 0..<5) func `warm-up leaves little of the norm beyond the bound`(seed: UInt64)
    throws
  {
    for warmup in [0, 15] {
      let store = ParameterStore(.random(try Generator(seed: seed)))
      let layer = try Conv2d(
        store.root / "conv1", from: 3, to: 16, kernel: 3, padding: .zeros(1), hasBias: false,
        spectralNorm: .on(.init(coefficient: 0.3, warmupIterations: warmup)), inputSize: [12, 12])
      let measured = try #require(layer.normalization).measured()
      #expect(measured.layer == "conv1")
      #expect(measured.holds(tolerance: 0.05) == (warmup == 15))
      #expect(try layer.normalization?.sigma.value.item() == 1 || warmup == 15)
    }
  }

  @Test func `evaluation and sampling move nothing, training does`() throws {
    let generator = try Generator(seed: 1)
    let store = ParameterStore(.random(generator))
    let layer = try Linear(
      store.root, from: 5, to: 4,
      spectralNorm: .on(.init(coefficient: 0.1, warmupIterations: 0)))
    let input = try Tensor.ones([2, 5])
    func state() throws -> [[Float]] { try store.parameters.map { try $0.value.values() } }
    let before = try state()
    _ = try layer(input, .evaluation)
    _ = try layer(input, .sampling(generator))
    #expect(try state() == before)
    _ = try layer(input, .training(generator))
    let after = try state()
    let moved = zip(before, after).map { $0.0 != $0.1 }
    // weight_orig, weight_u, weight_v, weight_sigma, bias
    #expect(moved == [false, true, true, true, false])
    #expect(
      store.parameters.map(\.name) == [
        "weight_orig", "weight_u", "weight_v", "weight_sigma", "bias",
      ])
    #expect(store.learnedCount == 24)
  }

  @Test
  func `below the bound a matrix is left alone and a convolution shrinks by the published 1e-5`()
    throws
  {
    let store = ParameterStore(.random(try Generator(seed: 3)))
    let bound = SpectralNorm.on(.init(coefficient: 1e6))
    let dense = try Linear(store.root / "a", from: 5, to: 4, spectralNorm: bound)
    let convolution = try Conv2d(
      store.root / "b", from: 2, to: 3, kernel: 3, spectralNorm: bound, inputSize: [5, 5])
    #expect(
      try #require(dense.normalization).weight(.evaluation).values(as: Float.self)
        == dense.weight.value.values(as: Float.self))
    let found: [Float] = try #require(convolution.normalization).weight(.evaluation).values()
    let weights: [Float] = try convolution.weight.value.values()
    for (found, weight) in zip(found, weights) {
      #expect(abs(found - weight / 1.00001) <= 2e-7 * abs(weight))
    }
  }

  @Test func `an image of another size is refused`() throws {
    let store = ParameterStore(.random(try Generator(seed: 3)))
    let layer = try Conv2d(
      store.root / "conv1", from: 2, to: 3, kernel: 3, spectralNorm: .on(.init()),
      inputSize: [5, 5])
    #expect(
      throws: EngineError.wrongShape(
        what: "The input of ‘conv1’, whose norm is bounded,", expected: "[batch, 2, 5, 5]",
        found: [1, 2, 6, 5])
    ) { try layer(.zeros([1, 2, 6, 5]), .evaluation) }
  }

  @Test func `a recording holds the weight in use as a constant`() throws {
    let generator = try Generator(seed: 5)
    let store = ParameterStore(.random(generator))
    let bound = SpectralNorm.on(.init(coefficient: 0.2, boundsBatchNorm: true))
    let layers = Sequential([
      try Conv2d(
        store.root / "conv", from: 3, to: 8, kernel: 3, padding: .zeros(1), hasBias: false,
        spectralNorm: bound, inputSize: [6, 6]),
      try BatchNorm2d(store.root / "bn", 8, spectralNorm: bound),
      GlobalAveragePool(), try Linear(store.root / "fc", from: 8, to: 3, spectralNorm: bound),
    ])
    let example = try Tensor.normal([1, 3, 6, 6], using: generator)
    var calls = 0
    let program = try InferenceProgram(recording: example) { images in
      calls += 1
      return [try layers(images, .evaluation)]
    }
    // What changes later is not in the recording any more.
    let images = try Tensor.normal([4, 3, 6, 6], using: generator)
    let expected: [Float] = try withInference { try layers(images, .evaluation) }.values()
    try store["conv.weight_u"]?.replace(with: .zeros([8 * 36]))
    let found: [Float] = try program(images)[0].values()
    #expect(calls == 1)
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-6) }
  }

  @Test func `batch normalization multiplies no channel beyond the bound, if asked`() throws {
    let store = ParameterStore(.random(try Generator(seed: 5)))
    let bounded = try BatchNorm2d(
      store.root / "a", 3, spectralNorm: .on(.init(coefficient: 2, boundsBatchNorm: true)))
    let free = try BatchNorm2d(store.root / "b", 3, spectralNorm: .on(.init(coefficient: 2)))
    for norm in [bounded, free] {
      try norm.weight.replace(with: Tensor([1, -6, 2] as [Float], shape: [3]))
      try norm.runningVariance.replace(with: Tensor([1, 4, 1] as [Float], shape: [3]))
    }
    let input = try Tensor.ones([1, 3, 1, 1])
    let found: [Float] = try bounded(input, .evaluation).values()
    let plain: [Float] = try free(input, .evaluation).values()
    for (found, expected) in zip(found, [2.0 / 3, -2, 4.0 / 3]) {
      #expect(abs(Double(found) - expected) < 1e-4)
    }
    for (found, expected) in zip(plain, [1.0, -3, 2]) {
      #expect(abs(Double(found) - expected) < 1e-4)
    }
  }

  @Test func `settings survive JSON`() throws {
    for value in [
      SpectralNorm.off, .on(.init(coefficient: 0.65, powerIterations: 5, warmupIterations: 0)),
    ] {
      let data = try JSONEncoder().encode(value)
      #expect(try JSONDecoder().decode(SpectralNorm.self, from: data) == value)
    }
  }
}
