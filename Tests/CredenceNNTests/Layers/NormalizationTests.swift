import CredenceNN
import CredenceTensor
import Foundation
import Testing

@Suite struct NormalizationTests {
  private let shape = [3, 2, 2, 2]

  private func images(_ seed: UInt64 = 5) throws -> Tensor {
    try .normal(shape, mean: 2, deviation: 3, using: Generator(seed: seed))
  }

  /// The values of one channel.
  private func channel(_ index: Int, of tensor: Tensor) throws -> [Double] {
    try tensor.selecting(index, of: 1).values()
  }

  @Test func `training normalizes by the batch and moves the running moments`() throws {
    let generator = try Generator(seed: 1)
    let store = ParameterStore(.random(generator))
    let norm = try BatchNorm2d(store.root, 2, momentum: 0.25)
    let images = try images()
    let output = try norm(images, .training(generator))
    let means: [Double] = try norm.runningMean.value.values()
    let variances: [Double] = try norm.runningVariance.value.values()
    for index in 0..<2 {
      let values = try channel(index, of: images)
      let mean = values.reduce(0, +) / Double(values.count)
      let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (sum / Double(values.count) + norm.epsilon).squareRoot()
      for (found, value) in try zip(channel(index, of: output), values) {
        #expect(abs(found - (value - mean) / deviation) < 1e-5)
      }
      // Running variances are those without bias.
      #expect(abs(means[index] - 0.25 * mean) < 1e-5)
      #expect(abs(variances[index] - (0.75 + 0.25 * sum / Double(values.count - 1))) < 1e-4)
    }
  }

  @Test func `evaluation and sampling use the running moments and leave them`() throws {
    let generator = try Generator(seed: 1)
    let store = ParameterStore(.random(generator))
    let norm = try BatchNorm2d(store.root, 2)
    try norm.runningMean.replace(with: Tensor([1, 2] as [Float], shape: [2]))
    try norm.runningVariance.replace(with: Tensor([4, 9] as [Float], shape: [2]))
    try norm.weight.replace(with: Tensor([2, 3] as [Float], shape: [2]))
    try norm.bias.replace(with: Tensor([-1, 1] as [Float], shape: [2]))
    let images = try images()
    for phase in [Phase.evaluation, .sampling(generator)] {
      let output = try norm(images, phase)
      for (index, numbers) in [(1.0, 4.0, 2.0, -1.0), (2.0, 9.0, 3.0, 1.0)].enumerated() {
        let (mean, variance, weight, bias) = numbers
        for (found, value) in try zip(channel(index, of: output), channel(index, of: images)) {
          let expected = (value - mean) / (variance + norm.epsilon).squareRoot() * weight + bias
          #expect(abs(found - expected) < 1e-4)
        }
      }
      #expect(try norm.runningMean.value.values(as: Float.self) == [1, 2])
      #expect(try norm.runningVariance.value.values(as: Float.self) == [4, 9])
    }
  }

  @Test func `layers over the last dimension and over channels agree`() throws {
    let store = ParameterStore(.random(try Generator(seed: 1)))
    let images = try images()
    let plain = try LayerNorm(store.root / "a", 2)(images.permuted([0, 2, 3, 1]), .evaluation)
    let second = try LayerNorm2d(store.root / "b", 2)(images, .evaluation)
    #expect(
      try plain.permuted([0, 3, 1, 2]).values(as: Float.self) == second.values(as: Float.self))
    let row: [Double] = try plain.reshaped([-1, 2]).slice(0, to: 1).reshaped([2]).values()
    #expect(abs(row[0] + row[1]) < 1e-5)
  }

  @Test func `one group is the whole image`() throws {
    let store = ParameterStore(.random(try Generator(seed: 1)))
    let output = try GroupNorm(store.root, groups: 1, 2)(images(), .evaluation)
    let values: [Double] = try output.selecting(0, of: 0).reshaped([8]).values()
    #expect(abs(values.reduce(0, +)) < 1e-5)
    #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 8 - 1) < 1e-3)
  }

  @Test func `the root of the mean square becomes the weight`() throws {
    let store = ParameterStore(.random(try Generator(seed: 1)))
    let norm = try RMSNorm(store.root, 4)
    try norm.weight.replace(with: .full(3, shape: [4]))
    let output = try norm(Tensor([1, -2, 3, -4] as [Float], shape: [1, 4]), .evaluation)
    let values: [Double] = try output.values()
    #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 4 - 9) < 1e-4)
  }
}
