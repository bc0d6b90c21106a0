import CredenceTensor
import Testing

@Suite struct GeneratorTests {
  @Test func `one seed gives one sequence`() throws {
    func draw(_ seed: UInt64) throws -> [Float] {
      let generator = try Generator(seed: seed)
      return try Tensor.normal([8], using: generator).values()
        + Tensor.uniform([8], using: generator).values()
        + Tensor.bernoulli([8], probability: 0.5, using: generator).values()
    }
    #expect(try draw(1) == draw(1))
    #expect(try draw(1) != draw(2))
  }

  @Test func `a state returns to where it was`() throws {
    let generator = try Generator(seed: 3)
    _ = try Tensor.normal([5], using: generator)
    let state = try generator.state()
    let first: [Float] = try Tensor.normal([100], using: generator).values()
    try generator.restore(state)
    #expect(try Tensor.normal([100], using: generator).values(as: Float.self) == first)
    #expect(throws: EngineError.self) { try generator.restore(state.prefix(7)) }
  }

  @Test func `moments are those asked for`() throws {
    let generator = try Generator(seed: 5)
    let normal = try Tensor.normal([100_000], mean: 2, deviation: 3, using: generator)
    // Five standard errors.
    #expect(try abs(normal.mean().item() - 2) < 0.05)
    #expect(try abs(normal.variance(over: [0]).item() - 9) < 0.21)
    let uniform = try Tensor.uniform([100_000], low: -1, high: 3, using: generator)
    #expect(try abs(uniform.mean().item() - 1) < 0.02)
    #expect(try uniform.least(over: [0]).item() >= -1)
    #expect(try uniform.greatest(over: [0]).item() < 3)
  }
}
