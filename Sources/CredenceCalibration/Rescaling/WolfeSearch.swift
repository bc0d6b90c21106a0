/// Finds a step along a direction at which the loss has fallen enough and the slope has become flat enough.
///
/// - Note: Nocedal & Wright, Numerical Optimization, 2006, algorithms 3.5 and 3.6.
struct WolfeSearch<Scalar: BinaryFloatingPoint & Sendable> {
  let objective: LBFGS<Scalar>.Objective
  let start: [Scalar]
  let direction: [Scalar]

  /// The share of the linearly predicted decrease that a step must reach.
  private let decrease: Scalar = 1e-4
  /// How steep the slope may remain, as a share of the first one.
  private let steepness: Scalar = 0.9
  private let maximumEvaluations = 25

  struct Step {
    var step: Scalar
    var loss: Scalar
    var gradient: [Scalar]
    var slope: Scalar
    var evaluations = 0
  }

  init(objective: @escaping LBFGS<Scalar>.Objective, start: [Scalar], direction: [Scalar]) {
    self.objective = objective
    self.start = start
    self.direction = direction
  }

  /// Searches from a first step on; the best step found where the conditions can't be met.
  func search(loss: Scalar, gradient: [Scalar], slope: Scalar, firstStep: Scalar) throws -> Step {
    let origin = Step(step: 0, loss: loss, gradient: gradient, slope: slope)
    var previous = origin
    var current = try evaluate(firstStep)
    var evaluations = 1
    while evaluations < maximumEvaluations {
      if !isLowEnough(current, origin) || (evaluations > 1 && current.loss >= previous.loss) {
        return try zoom(low: previous, high: current, origin, evaluations)
      }
      if abs(current.slope) <= -steepness * slope { break }
      if current.slope >= 0 {
        return try zoom(low: current, high: previous, origin, evaluations)
      }
      let wanted = Self.minimumOfCubic(previous, current)
      let next = min(max(wanted ?? .infinity, current.step * 1.1), current.step * 10)
      previous = current
      current = try evaluate(next)
      evaluations += 1
    }
    current.evaluations = evaluations
    return current
  }

  /// Narrows an interval that holds a good step; `low` is its better end.
  private func zoom(low: Step, high: Step, _ origin: Step, _ used: Int) throws -> Step {
    var (low, high, evaluations) = (low, high, used)
    while evaluations < maximumEvaluations {
      let width = abs(high.step - low.step)
      if Double(width) * direction.largestMagnitude < 1e-12 { break }
      let left = min(low.step, high.step)
      let wanted = Self.minimumOfCubic(low, high) ?? (low.step + high.step) / 2
      // Neither end may be approached so closely that nothing is gained.
      let next = min(max(wanted, left + width / 10), left + width * 9 / 10)
      let middle = try evaluate(next)
      evaluations += 1
      if !isLowEnough(middle, origin) || middle.loss >= low.loss {
        high = middle
        continue
      }
      if abs(middle.slope) <= -steepness * origin.slope {
        low = middle
        break
      }
      if middle.slope * (high.step - low.step) >= 0 { high = low }
      low = middle
    }
    low.evaluations = evaluations
    return low
  }

  private func isLowEnough(_ step: Step, _ origin: Step) -> Bool {
    step.loss <= origin.loss + decrease * step.step * origin.slope
  }

  private func evaluate(_ step: Scalar) throws -> Step {
    var point = start
    point.add(direction, times: step)
    let (loss, gradient) = try objective(point)
    return Step(step: step, loss: loss, gradient: gradient, slope: gradient.dot(direction))
  }

  /// Where the cubic through two losses and slopes is smallest; `nil` where it has no minimum.
  private static func minimumOfCubic(_ a: Step, _ b: Step) -> Scalar? {
    let first = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.step - b.step)
    let square = first * first - a.slope * b.slope
    guard square >= 0 else { return nil }
    let second = b.step >= a.step ? square.squareRoot() : -square.squareRoot()
    let share = (b.slope + second - first) / (b.slope - a.slope + 2 * second)
    let position = b.step - (b.step - a.step) * share
    return position.isFinite ? position : nil
  }
}
