import CredencePredictions
import Foundation

/// Scales and shifts the logit of each class: z′ = w ∘ z + b.
///
/// - Note: Guo, Pleiss, Sun & Weinberger, ICML 2017.
public struct VectorScaling: ScoreRescaling {
  /// A factor for each class.
  public var weight: [Double]
  /// A shift for each class.
  public var bias: [Double]

  public static var dependsOnKind: Bool { true }

  public var definition: String { "z′ = w ∘ z + b; for probabilities z = ln p" }

  public func validate(classCount: Int) throws(CalibrationError) {
    for (key, numbers) in [("weight", weight), ("bias", bias)] {
      try CalibrationError.check(
        numbers.count == classCount && numbers.allSatisfy(\.isFinite), key,
        "does not hold one finite number for each of \(classCount) classes")
    }
  }

  public func rescale(
    _ scores: UnsafeBufferPointer<Double>, classCount: Int,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    for start in stride(from: 0, to: scores.count, by: classCount) {
      for label in 0..<classCount {
        output[start + label] = weight[label] * scores[start + label] + bias[label]
      }
    }
  }
}

/// The mean negative log-likelihood of vector scaling and its gradient, `[weights, biases]`.
struct VectorScalingObjective {
  private let scores: ScoreRows
  private let labeled: LabeledRows

  init(_ set: PredictionSet) throws {
    scores = try ScoreRows(set, purpose: "Vector scaling")
    labeled = try LabeledRows(set, purpose: "Vector scaling")
  }

  var sampleCount: Int { labeled.rows.count }
  var classCount: Int { scores.classCount }

  func evaluate(_ parameters: [Double]) throws -> (loss: Double, gradient: [Double]) {
    let count = classCount
    let labels = labeled.labels
    let blocks = try scores.parallelMap(labeled.rows) { block, values in
      var loss = 0.0
      var gradient = [Double](repeating: 0, count: 2 * count)
      var row = [Double](repeating: 0, count: count)
      for (index, sample) in block.enumerated() {
        let source = UnsafeBufferPointer(rebasing: values[index * count..<(index + 1) * count])
        parameters.withUnsafeBufferPointer { parameters in
          for label in 0..<count {
            row[label] = parameters[label] * source[label] + parameters[count + label]
          }
        }
        loss += row.becomeResidual(label: Int(labels[sample]))
        row.withUnsafeBufferPointer { row in
          gradient.withUnsafeMutableBufferPointer { gradient in
            for label in 0..<count {
              gradient[label] += row[label] * source[label]
              gradient[count + label] += row[label]
            }
          }
        }
      }
      return (loss, gradient)
    }
    let share = 1 / Double(sampleCount)
    var gradient = [Double](repeating: 0, count: 2 * count)
    for block in blocks { gradient.add(block.1, times: share) }
    return (blocks.reduce(0) { $0 + $1.0 } * share, gradient)
  }
}

extension [Double] {
  /// Turns logits into the softmax minus the true class's indicator, and returns the sample's loss.
  mutating func becomeResidual(label: Int) -> Double {
    withUnsafeMutableBufferPointer { Softmax.residual(of: $0, label: label) }
  }
}

extension Softmax {
  /// Replaces logits by the softmax minus the true class's indicator, and returns −ln p of that class.
  static func residual(of row: UnsafeMutableBufferPointer<Double>, label: Int) -> Double {
    let largest = row[indexOfMaximum(UnsafeBufferPointer(row))]
    let truth = row[label]
    var sum = 0.0
    for index in row.indices {
      let weight = exp(row[index] - largest)
      row[index] = weight
      sum += weight
    }
    let inverse = 1 / sum
    for index in row.indices { row[index] *= inverse }
    row[label] -= 1
    return log(sum) + largest - truth
  }
}

extension PolicyKind {
  public static let vector = Self(
    id: "vector", title: "Vector scaling",
    purpose: "scales and shifts the logit of each class",
    source: "Guo, Pleiss, Sun & Weinberger, ICML 2017", keepsDecisions: false,
    settings: { ["iterations": .number(Double($0.maximumIterations))] },
    fit: { set, settings in
      let objective = try VectorScalingObjective(set)
      let count = objective.classCount
      let beta = 1 / (try TemperatureScaling.fit(set).temperature)
      let start = [Double](repeating: beta, count: count) + [Double](repeating: 0, count: count)
      let outcome = try LBFGS<Double>(settings, historySize: 20).minimize(
        from: start, objective.evaluate)
      return PolicyFit(
        parameters: VectorScaling(
          weight: Array(outcome.parameters[..<count]), bias: Array(outcome.parameters[count...])),
        fitSize: objective.sampleCount, guarantee: Guarantee(outcome))
    })
}

extension LBFGS {
  /// The method with a line search, from whose result nothing is taken back.
  init(_ settings: PolicySettings, historySize: Int) throws(CalibrationError) {
    guard settings.maximumIterations > 0 else {
      throw .invalidSetting(
        name: "iterations", value: Double(settings.maximumIterations), allowed: "1 or more")
    }
    self.init()
    maximumIterations = settings.maximumIterations
    self.historySize = historySize
    gradientTolerance = 1e-7
    changeTolerance = 1e-10
    searchesLine = true
  }
}

extension Guarantee {
  /// That of a map fitted by likelihood, with the certificate of the fit.
  init(_ outcome: LBFGS<Double>.Outcome) {
    self.init(
      "None for further samples: the parameters minimize the (penalized) mean negative log-likelihood of "
        + "the fit samples.",
      numbers: [
        "loss": outcome.loss, "gradient": outcome.gradientNorm,
        "iterations": Double(outcome.iterations),
      ])
  }
}
