import CredenceNN
import CredenceTensor
import Testing

@Suite struct DropoutTests {
  @Test(arguments: [0.1, 0.5, 0.9])
  func `drops the asked part and keeps the mean`(_ rate: Double) throws {
    let generator = try Generator(seed: 4)
    let values: [Double] = try Dropout(rate)(.ones([200, 500]), .training(generator)).values()
    let kept = values.filter { $0 != 0 }
    // Five standard errors of a proportion.
    let error = 5 * (rate * (1 - rate) / Double(values.count)).squareRoot()
    #expect(abs(1 - Double(kept.count) / Double(values.count) - rate) < error)
    #expect(kept.allSatisfy { abs($0 - 1 / (1 - rate)) < 1e-5 })
    #expect(abs(values.reduce(0, +) / Double(values.count) - 1) < error / (1 - rate))
  }

  @Test func `paths are dropped for whole samples`() throws {
    let generator = try Generator(seed: 4)
    let output = try DropPath(0.25)(.ones([4000, 2, 3]), .training(generator))
    let rows: [Double] = try output.reshaped([4000, 6]).mean(over: [1]).values()
    #expect(rows.allSatisfy { $0 == 0 || abs($0 - 4 / 3.0) < 1e-5 })
    let dropped = Double(rows.count { $0 == 0 }) / 4000
    #expect(abs(dropped - 0.25) < 5 * (0.25 * 0.75 / 4000).squareRoot())
  }

  @Test func `both are off in evaluation and at a rate of 0`() throws {
    let generator = try Generator(seed: 4)
    let input = try Tensor.normal([8, 8], using: generator)
    let values: [Float] = try input.values()
    #expect(try Dropout(0.5)(input, .evaluation).values(as: Float.self) == values)
    #expect(try DropPath(0.5)(input, .evaluation).values(as: Float.self) == values)
    #expect(try Dropout(0)(input, .training(generator)).values(as: Float.self) == values)
    #expect(try DropPath(0)(input, .training(generator)).values(as: Float.self) == values)
  }

  @Test func `a draw from the posterior drops the same entries of all samples, and no paths`()
    throws
  {
    let input = try Tensor.ones([3, 200])
    func draw(_ seed: UInt64) throws -> [Float] {
      try Dropout(0.5)(input, .sampling(Generator(seed: seed))).values()
    }
    let values = try draw(4)
    #expect(values.contains(0) && values.contains(2))
    #expect(values[..<200] == values[200..<400] && values[..<200] == values[400...])
    #expect(try draw(4) == values)
    #expect(try draw(5) != values)
    #expect(
      try DropPath(0.5)(input, .sampling(Generator(seed: 4))).values(as: Float.self)
        == input.values(as: Float.self))
  }
}
