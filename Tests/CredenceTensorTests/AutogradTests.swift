import CredenceTensor
import Testing

@Suite struct AutogradTests {
  @Test func `the gradient of x² is 2x`() throws {
    let x = try Tensor([1, -2, 3] as [Float], shape: [3]).requiringGradient()
    try (x * x).sum().backward()
    #expect(try x.gradient()?.values(as: Float.self) == [2, -4, 6])
    try (x * x).sum().backward()
    #expect(try x.gradient()?.values(as: Float.self) == [4, -8, 12])
    x.clearGradient()
    #expect(try x.gradient().map(\.shape) == nil)
  }

  @Test func `gradients agree with finite differences`() throws {
    let values: [Double] = [0.3, -0.7, 1.1, 0.2]
    func loss(_ values: [Double]) throws -> Tensor {
      let x = try Tensor(values, shape: [2, 2])
      return try x.gelu().softmax().log().sum()
    }
    let x = try Tensor(values, shape: [2, 2]).requiringGradient()
    let gradient = try #require(x.gelu().softmax().log().sum().gradients(of: [x])[0])
    for (index, found) in try gradient.values(as: Double.self).enumerated() {
      var up = values
      var down = values
      up[index] += 1e-6
      down[index] -= 1e-6
      let expected = try (loss(up).item() - loss(down).item()) / 2e-6
      #expect(abs(found - expected) < 1e-8)
    }
  }

  @Test func `an input that the result does not depend on has no gradient`() throws {
    let x = try Tensor.ones([2]).requiringGradient()
    let y = try Tensor.ones([2]).requiringGradient()
    #expect(try (x * 2).gradients(of: [x, y])[1].map(\.shape) == nil)
  }

  @Test func `nothing is noted without gradients, and the mode ends with its body`() throws {
    let x = try Tensor.ones([2]).requiringGradient()
    #expect(try !withoutGradients { try x * 2 }.requiresGradient)
    #expect(try !withInference { try x * 2 }.requiresGradient)
    #expect(try withoutGradients { try withGradients { try x * 2 } }.requiresGradient)
    #expect(throws: EngineError.self) { try withInference { try x.reshaped([3]) } }
    #expect(try (x * 2).requiresGradient)
  }

  @Test func `a leaf without history has no backward`() throws {
    #expect(throws: EngineError.self) { try Tensor.ones([]).backward() }
  }
}
