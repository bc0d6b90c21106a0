public import CredencePredictions
import Foundation

extension ConformalPredictor: FittedPolicy, Tempered {
  public static var dependsOnKind: Bool { false }

  public var definition: String {
    "the classes whose score is at most \(isClassConditional ? "their" : "the") quantile; "
      + method.definition
      + (temperature == 1 ? "" : "; probabilities at temperature \(temperature)")
      + (allowsEmpty ? "" : "; the first class always belongs")
  }

  public func validate(classCount: Int) throws(CalibrationError) {
    do {
      try method.validate()
      _ = try ConformalCalibration.rank(sampleCount: 1, alpha: alpha)
    } catch .invalidSetting(let name, let value, let allowed) {
      throw .malformedPolicy(
        key: "parameters." + name, reason: "is \(value); it must be \(allowed)")
    }
    if isClassConditional { try CalibrationError.checkClassCount(classCount) }
    let expected = isClassConditional ? classCount : 1
    try CalibrationError.check(
      quantiles.count == expected, "quantiles", "has \(quantiles.count) entries, not \(expected)")
    try CalibrationError.check(
      quantiles.allSatisfy { $0 == .infinity || $0.isFinite }, "quantiles",
      "holds a number that is neither finite nor inf")
    try CalibrationError.check(
      temperature > 0 && temperature.isFinite, "temperature", "is not a finite number above 0")
  }

  public func applied(to set: PredictionSet, name: String, uniforms: [Double]?) throws
    -> AppliedPolicy
  {
    let sets = try predictionSets(for: set, uniforms: uniforms)
    var result = AppliedPolicy(set: set, predictionSets: sets)
    let sizes = zip(sets.offsets.dropFirst(), sets.offsets).map { Double($0 - $1) }
    result.set.uncertainties[name + ".set_size"] = sizes
    result.summary["mean_set_size"] = sizes.reduce(0, +) / Double(sizes.count)
    guard let labels = set.labels, labels.contains(where: { $0 >= 0 }) else { return result }
    let report = try ConformalReport(
      sets: sets, labels: labels, alpha: alpha, classCount: set.classCount ?? 0)
    result.conformal = report
    result.summary["coverage"] = report.coverage
    result.summary["median_set_size"] = report.medianSize
    result.summary["empty_rate"] = report.emptyRate
    result.summary["class_coverage_gap"] = report.classCoverageGap
    result.summary["worst_class_coverage"] = report.worstClassCoverage
    result.summary["size_stratified_violation"] = report.sizeStratifiedViolation(alpha: alpha)
    return result
  }
}

extension PolicyKind {
  public static let conformal = Self(
    id: "conformal", title: "Conformal prediction sets",
    purpose: "gives the classes that can't be ruled out, with a promised coverage",
    source: "Sadinle et al. 2019 (LAC); Romano et al. 2020 (APS); Angelopoulos et al. 2021 (RAPS); "
      + "Huang et al. 2024 (SAPS)",
    keepsDecisions: true,
    settings: { settings in
      [
        "alpha": .number(settings.alpha), "score": .text(settings.conformal.score.rawValue),
        "lambda": .number(settings.conformal.rankWeight),
        "k_reg": .number(Double(settings.conformal.freeRanks)),
        "randomized": .flag(settings.conformal.isRandomized),
        "class_conditional": .flag(settings.isClassConditional),
        "allow_empty": .flag(settings.allowsEmpty), "seed": .number(Double(settings.seed)),
        "temperature": .flag(settings.fitsTemperature),
      ]
    },
    fit: { set, settings in
      _ = try ConformalCalibration.rank(sampleCount: 1, alpha: settings.alpha)
      let split = try TemperatureSplit(
        set, settings: settings, keepsApart: true, purpose: "Conformal calibration")
      let calibration = try ConformalCalibration(
        set, rows: split.rows, methods: [settings.conformal], temperature: split.temperature,
        seed: settings.seed)
      let predictor = try calibration.predictor(
        alpha: settings.alpha, isClassConditional: settings.isClassConditional,
        allowsEmpty: settings.allowsEmpty, seed: settings.seed)
      return PolicyFit(
        parameters: predictor, fitSize: calibration.labels.count,
        guarantee: try calibration.guarantee(of: predictor))
    })
}

extension ConformalCalibration {
  /// The promise of a predictor made from these samples.
  func guarantee(of predictor: ConformalPredictor) throws(CalibrationError) -> Guarantee {
    let target = 1 - predictor.alpha
    guard !predictor.isClassConditional else {
      let open = predictor.quantiles.count(where: { $0 == .infinity })
      return Guarantee(
        "For further samples from the same source, the set holds the true class with probability at least "
          + "\(target), within each true class.",
        numbers: ["coverage": target, "classes_with_infinite_quantile": Double(open)])
    }
    let interval = try Self.coverageInterval(sampleCount: labels.count, alpha: predictor.alpha)
    return Guarantee(
      "For further samples from the same source, the set holds the true class with probability at least "
        + "\(target), on average over the draw of the fit samples; for continuous scores the coverage of "
        + "this one fit lies between the two bounds with probability 0.95.",
      numbers: [
        "coverage": target, "coverage_low": interval.lowerBound,
        "coverage_high": interval.upperBound,
      ])
  }
}
