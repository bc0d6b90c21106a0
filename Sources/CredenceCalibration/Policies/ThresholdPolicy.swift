import CredenceMetrics
public import CredencePredictions

/// Accepts the predictions whose confidence reaches a threshold.
public struct ThresholdPolicy: FittedPolicy, Tempered {
  /// A prediction is accepted where the largest probability (or score) is at least this.
  public var threshold: Double
  /// What logits are divided by before the softmax.
  public var temperature: Double

  public static var dependsOnKind: Bool { false }

  public var definition: String {
    "accept where the largest "
      + (temperature == 1 ? "probability" : "probability, at temperature \(temperature),")
      + " is at least the threshold"
  }

  public func validate(classCount: Int) throws(CalibrationError) {
    try CalibrationError.check(threshold.isFinite, "threshold", "is not finite")
    try CalibrationError.check(
      temperature > 0 && temperature.isFinite, "temperature", "is not a finite number above 0")
  }

  public func applied(to set: PredictionSet, name: String, uniforms: [Double]?) throws
    -> AppliedPolicy
  {
    let top = try TopLabels(set, temperature: temperature)
    let accepted = top.confidences.map { $0 >= threshold }
    var result = AppliedPolicy(set: set, accepted: accepted)
    result.set.uncertainties[name] = top.confidences.map { -$0 }
    result.set.uncertainties[name + ".rejected"] = accepted.map { $0 ? 0 : 1 }
    let acceptedCount = accepted.count(where: { $0 })
    result.summary["accepted"] = Double(acceptedCount)
    result.summary["coverage"] = Double(acceptedCount) / Double(accepted.count)
    if let labels = set.labels {
      let rows = accepted.indices.filter { accepted[$0] && labels[$0] >= 0 }
      let errors = rows.count { top.labels[$0] != labels[$0] }
      // No accepted prediction, no risk: the value is left out.
      if !rows.isEmpty {
        result.summary["selective_risk"] = Double(errors) / Double(rows.count)
        result.summary["selective_accuracy"] = 1 - Double(errors) / Double(rows.count)
      }
    }
    return result
  }
}

extension PolicyKind {
  public static let threshold = Self(
    id: "threshold", title: "Selective threshold",
    purpose: "accepts predictions that are sure enough for a wanted accuracy or risk",
    source: "Galil, Dabbah & El-Yaniv, ICLR 2023; Geifman & El-Yaniv, NeurIPS 2017",
    keepsDecisions: true,
    settings: { settings in
      var values = settings.target.settings
      values["temperature"] = .flag(settings.fitsTemperature)
      if settings.fitsTemperature { values["seed"] = .number(Double(settings.seed)) }
      return values
    },
    fit: { set, settings in
      let split = try TemperatureSplit(
        set, settings: settings, keepsApart: settings.target.isGuaranteed, purpose: "A threshold")
      let top = try TopLabels(set, temperature: split.temperature)
      let labels = set.labels ?? []
      let outcomes = try ScoredOutcomes(
        confidences: split.rows.map { top.confidences[$0] },
        isCorrect: split.rows.map { top.labels[$0] == labels[$0] })
      let (choice, guarantee) = try settings.target.choice(on: outcomes)
      return PolicyFit(
        parameters: ThresholdPolicy(threshold: choice.threshold, temperature: split.temperature),
        fitSize: outcomes.count, guarantee: guarantee)
    })
}

extension ThresholdTarget {
  /// Whether the target holds for further samples.
  var isGuaranteed: Bool {
    switch self {
    case .accuracy: false
    case .risk: true
    }
  }

  var settings: [String: SettingValue] {
    switch self {
    case .accuracy(let accuracy): ["accuracy": .number(accuracy)]
    case .risk(let risk, let delta, let procedure):
      ["risk": .number(risk), "delta": .number(delta), "procedure": .text(procedure.rawValue)]
    }
  }

  func choice(on outcomes: ScoredOutcomes) throws(CalibrationError) -> (ThresholdChoice, Guarantee)
  {
    switch self {
    case .accuracy(let accuracy):
      let choice = try EmpiricalThreshold.fit(accuracy: accuracy, on: outcomes)
      return (
        choice,
        Guarantee(
          "None for further samples: on the fit samples, predictions at or above the threshold have an "
            + "accuracy of at least \(accuracy).",
          numbers: choice.numbers)
      )
    case .risk(let risk, let delta, let procedure):
      let fit = try GuaranteedThreshold.fit(
        risk: risk, delta: delta, on: outcomes, procedure: procedure)
      var numbers = fit.choice.numbers
      numbers["risk_bound"] = fit.bound
      numbers["delta"] = delta
      numbers["examined_thresholds"] = Double(fit.examined)
      return (
        fit.choice,
        Guarantee(
          "With probability at least \(1 - delta) over the draw of the fit samples, at most \(fit.bound) of the "
            + "accepted predictions on further samples from the same source are wrong.",
          numbers: numbers)
      )
    }
  }
}

extension ThresholdChoice {
  /// What the threshold did on the fit samples.
  var numbers: [String: Double] { ["fit_coverage": coverage, "fit_risk": risk] }
}
