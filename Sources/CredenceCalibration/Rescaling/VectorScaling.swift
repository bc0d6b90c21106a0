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
    try CalibrationError.checkClassCount(classCount)
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
    weight.withUnsafeBufferPointer { weight in
      bias.withUnsafeBufferPointer { bias in
        for start in stride(from: 0, to: scores.count, by: classCount) {
          let source = UnsafeBufferPointer(rebasing: scores[start..<start + classCount])
          let target = UnsafeMutableBufferPointer(rebasing: output[start..<start + classCount])
          for label in 0..<classCount {
            target[label] = weight[label] * source[label] + bias[label]
          }
        }
      }
    }
  }
}

extension PolicyKind {
  public static let vector = Self(
    id: "vector", title: "Vector scaling",
    purpose: "scales and shifts the logit of each class",
    source: "Guo, Pleiss, Sun & Weinberger, ICML 2017", keepsDecisions: false,
    settings: { ["iterations": .number(Double($0.maximumIterations))] },
    fit: { set, settings in
      let temperature = try TemperatureScaling.fit(set).temperature
      let objective = try VectorScalingObjective(set, inverseTemperature: 1 / temperature)
      let start = [Double](repeating: 0, count: 2 * objective.classCount)
      let outcome = try LBFGS<Double>(settings, historySize: 20).minimize(
        from: start, objective.evaluate)
      return PolicyFit(
        parameters: objective.scaling(outcome.parameters), fitSize: objective.sampleCount,
        guarantee: Guarantee(outcome))
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
