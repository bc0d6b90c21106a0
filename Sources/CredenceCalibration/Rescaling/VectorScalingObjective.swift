import CredencePredictions

/// The mean negative log-likelihood of vector scaling, and its gradient.
///
/// Weight and bias of a class act on the few samples in which the class is likely, where the logits hardly differ: the two are
/// almost interchangeable, and plain descent takes hundreds of steps. So the optimizer sees other unknowns, which turn the
/// logit about its mean there and have a curvature of about 1 at the start: w = w₀ + u · `weightScale`,
/// b = (w₀ − w) · `center` + v · `biasScale`.
struct VectorScalingObjective {
  private let scores: ScoreRows
  private let labeled: LabeledRows
  private let inverseTemperature: Double
  private var center: [Double]
  private var weightScale: [Double]
  private var biasScale: [Double]

  init(_ set: PredictionSet, inverseTemperature: Double) throws {
    scores = try ScoreRows(set, purpose: "Vector scaling")
    labeled = try LabeledRows(set, purpose: "Vector scaling")
    self.inverseTemperature = inverseTemperature
    let count = scores.classCount
    center = [Double](repeating: 0, count: count)
    weightScale = [Double](repeating: 1, count: count)
    biasScale = weightScale
    try measureCurvature()
  }

  var sampleCount: Int { labeled.rows.count }
  var classCount: Int { scores.classCount }

  /// The weights and biases that unknowns stand for.
  func scaling(_ unknowns: [Double]) -> VectorScaling {
    let count = classCount
    let weight = (0..<count).map { inverseTemperature + unknowns[$0] * weightScale[$0] }
    let bias = (0..<count).map { label in
      (inverseTemperature - weight[label]) * center[label]
        + unknowns[count + label] * biasScale[label]
    }
    return VectorScaling(weight: weight, bias: bias)
  }

  func evaluate(_ unknowns: [Double]) throws -> (loss: Double, gradient: [Double]) {
    let count = classCount
    let scaling = scaling(unknowns)
    let labels = labeled.labels
    let blocks = try scores.parallelMap(labeled.rows) { block, values in
      var loss = 0.0
      var gradient = [Double](repeating: 0, count: 2 * count)
      var rows = [Double](repeating: 0, count: values.count)
      rows.withUnsafeMutableBufferPointer { rows in
        gradient.withUnsafeMutableBufferPointer { gradient in
          let weightGradient = UnsafeMutableBufferPointer(rebasing: gradient[..<count])
          let biasGradient = UnsafeMutableBufferPointer(rebasing: gradient[count...])
          scaling.rescale(values, classCount: count, into: rows)
          for (index, sample) in block.enumerated() {
            let start = index * count
            let row = UnsafeMutableBufferPointer(rebasing: rows[start..<start + count])
            loss += Softmax.residual(of: row, label: Int(labels[sample]))
            let source = UnsafeBufferPointer(rebasing: values[start..<start + count])
            for label in 0..<count {
              weightGradient[label] += row[label] * source[label]
              biasGradient[label] += row[label]
            }
          }
        }
      }
      return (loss, gradient)
    }
    let share = 1 / Double(sampleCount)
    var gradient = [Double](repeating: 0, count: 2 * count)
    for block in blocks { gradient.add(block.1, times: share) }
    for label in 0..<count {
      gradient[label] =
        (gradient[label] - center[label] * gradient[count + label]) * weightScale[label]
      gradient[count + label] *= biasScale[label]
    }
    return (blocks.reduce(0) { $0 + $1.0 } * share, gradient)
  }

  /// Takes mean and spread of each class's logit, each sample weighted by p (1 − p), the curvature of the loss.
  private mutating func measureCurvature() throws {
    let count = classCount
    let beta = inverseTemperature
    let blocks = try scores.parallelMap(labeled.rows) { block, values in
      var sums = [Double](repeating: 0, count: 3 * count)
      var row = [Double](repeating: 0, count: count)
      for index in 0..<block.count {
        let source = UnsafeBufferPointer(rebasing: values[index * count..<(index + 1) * count])
        row.withUnsafeMutableBufferPointer {
          Softmax.probabilities(source, inverseTemperature: beta, into: $0)
        }
        for label in 0..<count {
          let curvature = row[label] * (1 - row[label])
          sums[label] += curvature
          sums[count + label] += curvature * source[label]
          sums[2 * count + label] += curvature * source[label] * source[label]
        }
      }
      return sums
    }
    var sums = [Double](repeating: 0, count: 3 * count)
    for block in blocks { sums.add(block, times: 1 / Double(sampleCount)) }
    // Classes that are never likely get the scale of a rare one.
    let floor = max(sums[..<count].reduce(0, +) / Double(count) * 1e-3, 1e-12)
    for label in 0..<count where sums[label] > 0 {
      let mean = sums[count + label] / sums[label]
      let spread = max(sums[2 * count + label] - mean * sums[count + label], 0)
      center[label] = mean
      weightScale[label] = 1 / max(spread, floor).squareRoot()
      biasScale[label] = 1 / max(sums[label], floor).squareRoot()
    }
  }
}
