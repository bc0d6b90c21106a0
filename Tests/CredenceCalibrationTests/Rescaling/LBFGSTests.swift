import CredenceCalibration
import Testing

@Suite struct LBFGSTests {
  static func rosenbrock(_ x: [Double]) -> (loss: Double, gradient: [Double]) {
    let slack = x[1] - x[0] * x[0]
    return (
      100 * slack * slack + (1 - x[0]) * (1 - x[0]),
      [-400 * x[0] * slack - 2 * (1 - x[0]), 200 * slack]
    )
  }

  @Test func `the line search finds the end of a curved valley`() throws {
    var method = LBFGS<Double>()
    method.maximumIterations = 200
    method.searchesLine = true
    method.changeTolerance = 1e-18
    let outcome = try method.minimize(from: [-1.2, 1], Self.rosenbrock)
    #expect(abs(outcome.parameters[0] - 1) < 1e-6 && abs(outcome.parameters[1] - 1) < 1e-6)
    #expect(outcome.evaluations < 100)
  }

  @Test func `a quadratic of many unknowns is solved`() throws {
    var random = RandomSource(seed: 4)
    let curvatures = (0..<50).map { _ in 0.1 + 10 * random.uniform() }
    let centers = (0..<50).map { _ in random.normal() }
    var method = LBFGS<Double>()
    method.maximumIterations = 300
    method.searchesLine = true
    method.gradientTolerance = 1e-10
    method.changeTolerance = 1e-18
    let outcome = try method.minimize(from: [Double](repeating: 0, count: 50)) { x in
      var loss = 0.0
      var gradient = [Double](repeating: 0, count: 50)
      for index in 0..<50 {
        let distance = x[index] - centers[index]
        loss += 0.5 * curvatures[index] * distance * distance
        gradient[index] = curvatures[index] * distance
      }
      return (loss, gradient)
    }
    for (found, center) in zip(outcome.parameters, centers) {
      #expect(abs(found - center) < 1e-7)
    }
  }

  @Test func `a flat start stays where it is`() throws {
    let outcome = try LBFGS<Double>().minimize(from: [1, 1], Self.rosenbrock)
    #expect(outcome.parameters == [1, 1] && outcome.evaluations == 1)
  }

  @Test func `a loss that is not a number ends the walk`() throws {
    var method = LBFGS<Double>()
    method.maximumIterations = 1_000
    let outcome = try method.minimize(from: [1]) { x in (x[0] < 1 ? .nan : x[0], [1]) }
    #expect(outcome.evaluations == 2)
  }
}
