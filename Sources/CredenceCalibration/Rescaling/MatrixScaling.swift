import CredencePredictions

/// A linear map of the logits, z′ = W z + b, kept near a diagonal one (ODIR).
///
/// - Note: Guo, Pleiss, Sun & Weinberger, ICML 2017; the regularization is that of Kull et al., NeurIPS 2019.
public struct MatrixScaling: ScoreRescaling {
  public var map: AffineMap

  public static var dependsOnKind: Bool { true }

  public var definition: String { "z′ = W z + b; for probabilities z = ln p" }

  public func validate(classCount: Int) throws(CalibrationError) {
    try map.validate(classCount: classCount)
  }

  public func rescale(
    _ scores: UnsafeBufferPointer<Double>, classCount: Int,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    map.apply(to: scores, into: output)
  }
}

/// Dirichlet calibration: a linear map of the log-probabilities, z′ = W ln p + b, kept near a diagonal one (ODIR).
///
/// - Note: Kull, Perello-Nieto, Kängsepp, Silva Filho, Song & Flach, NeurIPS 2019.
public struct DirichletCalibration: ScoreRescaling {
  public var map: AffineMap

  public static var dependsOnKind: Bool { false }
  public static var usesLogProbabilities: Bool { true }

  public var definition: String { "z′ = W ln p + b" }

  public func validate(classCount: Int) throws(CalibrationError) {
    try map.validate(classCount: classCount)
  }

  public func rescale(
    _ scores: UnsafeBufferPointer<Double>, classCount: Int,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    map.apply(to: scores, into: output)
  }
}

extension PolicyKind {
  public static let matrix = affine(
    id: "matrix", title: "Matrix scaling", purpose: "maps the logits linearly",
    source: "Guo, Pleiss, Sun & Weinberger, ICML 2017; Kull et al., NeurIPS 2019",
    MatrixScaling.init)

  public static let dirichlet = affine(
    id: "dirichlet", title: "Dirichlet calibration",
    purpose: "maps the logarithms of the probabilities linearly",
    source: "Kull et al., NeurIPS 2019", DirichletCalibration.init)

  private static func affine<Parameters: ScoreRescaling>(
    id: String, title: String, purpose: String, source: String,
    _ make: @escaping @Sendable (AffineMap) -> Parameters
  ) -> Self {
    Self(
      id: id, title: title, purpose: purpose, source: source, keepsDecisions: false,
      settings: { settings in
        [
          "lambda": .number(settings.offDiagonalWeight), "mu": .number(settings.interceptWeight),
          "iterations": .number(Double(settings.maximumIterations)),
        ]
      },
      fit: { set, settings in
        let objective = try AffineObjective(
          set, usesLogProbabilities: Parameters.usesLogProbabilities, settings: settings,
          method: title)
        let temperature = try TemperatureScaling.fit(set).temperature
        let (map, outcome) = try objective.fit(settings, inverseTemperature: 1 / temperature)
        return PolicyFit(
          parameters: make(map), fitSize: objective.sampleCount, guarantee: Guarantee(outcome))
      })
  }
}
