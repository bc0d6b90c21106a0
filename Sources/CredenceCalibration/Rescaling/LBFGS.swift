/// The limited-memory BFGS method, as the framework of the published code implements it.
///
/// Without a line search every step after the first is the learning rate times the quasi-Newton step: the caller of the
/// published code gets the same iterates, wherever they lead. All arithmetic is that of `Scalar`.
///
/// - Note: Nocedal, Mathematics of Computation 1980; Nocedal & Wright, Numerical Optimization, 2006, chapters 3 and 7.
package struct LBFGS<Scalar: BinaryFloatingPoint & Sendable> {
  package var learningRate = 1.0
  package var maximumIterations = 20
  /// Checked after each iteration.
  package var maximumEvaluations = Int.max
  /// How many steps the curvature estimate remembers.
  package var historySize = 100
  /// Stops where no entry of the gradient is larger.
  package var gradientTolerance = 1e-7
  /// Stops where neither the parameters nor the loss change by more.
  package var changeTolerance = 1e-9
  /// Whether each step is searched until it satisfies the strong Wolfe conditions.
  package var searchesLine = false

  package init() {}

  /// Where the method stopped.
  package struct Outcome {
    package var parameters: [Scalar]
    package var loss: Scalar
    package var gradient: [Scalar]
    package var iterations: Int
    package var evaluations: Int

    /// The largest entry of the gradient by amount.
    package var gradientNorm: Double { gradient.largestMagnitude }
  }

  package typealias Objective = (_ parameters: [Scalar]) throws -> (
    loss: Scalar, gradient: [Scalar]
  )

  /// Walks downhill from a start.
  package func minimize(from start: [Scalar], _ objective: @escaping Objective) throws -> Outcome {
    var x = start
    var (loss, gradient) = try objective(x)
    var outcome = Outcome(
      parameters: x, loss: loss, gradient: gradient, iterations: 0, evaluations: 1)
    if gradient.largestMagnitude <= gradientTolerance { return outcome }
    var history = History(limit: historySize)
    var direction = gradient.map { -$0 }
    var step = Scalar(1)
    var previousGradient = gradient
    for iteration in 1...max(1, maximumIterations) {
      outcome.iterations = iteration
      if iteration == 1 {
        let length = gradient.reduce(Scalar(0)) { $0 + abs($1) }
        step = min(1, 1 / length) * Scalar(learningRate)
      } else {
        history.add(
          gradientChange: gradient.minus(previousGradient), move: direction.map { $0 * step })
        direction = history.direction(for: gradient)
        step = Scalar(learningRate)
      }
      previousGradient = gradient
      let previousLoss = loss
      let slope = gradient.dot(direction)
      if Double(slope) > -changeTolerance { break }
      var gradientIsFlat = false
      if searchesLine {
        let found = try WolfeSearch(objective: objective, start: x, direction: direction).search(
          loss: loss, gradient: gradient, slope: slope, firstStep: step)
        step = found.step
        (loss, gradient) = (found.loss, found.gradient)
        outcome.evaluations += found.evaluations
        x.add(direction, times: step)
        gradientIsFlat = gradient.largestMagnitude <= gradientTolerance
      } else {
        x.add(direction, times: step)
        // The published code does not look at where its last step leads.
        if iteration != maximumIterations {
          (loss, gradient) = try objective(x)
          outcome.evaluations += 1
          gradientIsFlat = gradient.largestMagnitude <= gradientTolerance
        }
      }
      // From a loss that is not finite nothing leads back.
      if outcome.evaluations >= maximumEvaluations || gradientIsFlat || !loss.isFinite { break }
      if direction.largestMagnitude * Double(abs(step)) <= changeTolerance { break }
      if abs(Double(loss) - Double(previousLoss)) < changeTolerance { break }
    }
    (outcome.parameters, outcome.loss, outcome.gradient) = (x, loss, gradient)
    return outcome
  }

  /// The last steps and what they did to the gradient, which stand for the inverse Hessian.
  private struct History {
    let limit: Int
    private var changes: [[Scalar]] = []
    private var moves: [[Scalar]] = []
    private var inverseProducts: [Scalar] = []
    private var diagonal: Scalar = 1

    init(limit: Int) { self.limit = limit }

    /// Remembers a step, unless the curvature along it is not clearly positive.
    mutating func add(gradientChange: [Scalar], move: [Scalar]) {
      let product = gradientChange.dot(move)
      guard product > 1e-10 else { return }
      if changes.count == limit {
        changes.removeFirst()
        moves.removeFirst()
        inverseProducts.removeFirst()
      }
      changes.append(gradientChange)
      moves.append(move)
      inverseProducts.append(1 / product)
      diagonal = product / gradientChange.dot(gradientChange)
    }

    /// Minus the inverse Hessian times the gradient, by the two-loop recursion.
    func direction(for gradient: [Scalar]) -> [Scalar] {
      var result = gradient.map { -$0 }
      var weights = [Scalar](repeating: 0, count: moves.count)
      for index in moves.indices.reversed() {
        weights[index] = moves[index].dot(result) * inverseProducts[index]
        result.add(changes[index], times: -weights[index])
      }
      for index in result.indices { result[index] *= diagonal }
      for index in moves.indices {
        let weight = changes[index].dot(result) * inverseProducts[index]
        result.add(moves[index], times: weights[index] - weight)
      }
      return result
    }
  }
}

extension Array where Element: BinaryFloatingPoint {
  /// The sum of products, in four interleaved parts.
  func dot(_ other: [Element]) -> Element {
    withUnsafeBufferPointer { a in
      other.withUnsafeBufferPointer { b in
        var sums: (Element, Element, Element, Element) = (0, 0, 0, 0)
        let whole = a.count & ~3
        var index = 0
        while index < whole {
          sums.0 += a[index] * b[index]
          sums.1 += a[index + 1] * b[index + 1]
          sums.2 += a[index + 2] * b[index + 2]
          sums.3 += a[index + 3] * b[index + 3]
          index += 4
        }
        while index < a.count {
          sums.0 += a[index] * b[index]
          index += 1
        }
        return (sums.0 + sums.1) + (sums.2 + sums.3)
      }
    }
  }

  /// Adds products with one rounding each, as the published code's framework does.
  mutating func add(_ other: [Element], times factor: Element) {
    withUnsafeMutableBufferPointer { a in
      other.withUnsafeBufferPointer { b in
        for index in a.indices { a[index].addProduct(factor, b[index]) }
      }
    }
  }

  func minus(_ other: [Element]) -> [Element] {
    var result = self
    result.add(other, times: -1)
    return result
  }

  /// The largest amount; NaN where one entry is.
  var largestMagnitude: Double {
    var largest = Element(0)
    for value in self where !(abs(value) <= largest) { largest = abs(value) }
    return Double(largest)
  }
}
