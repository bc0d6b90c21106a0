import CredencePredictions

/// Divides logits by one number.
public struct TemperaturePolicy: ScoreRescaling {
  public var temperature: Double

  public static var dependsOnKind: Bool { false }

  public var definition: String { "z′ = z / \(temperature); for probabilities z = ln p" }

  public func validate(classCount: Int) throws(CalibrationError) {
    try CalibrationError.check(
      temperature > 0 && temperature.isFinite, "temperature", "is not a finite number above 0")
  }

  public func rescale(
    _ scores: UnsafeBufferPointer<Double>, classCount: Int,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    for index in scores.indices { output[index] = scores[index] / temperature }
  }
}

extension PolicyKind {
  public static let temperature = Self(
    id: "temperature", title: "Temperature scaling",
    purpose: "divides logits by one number, so that probabilities fit the error rate",
    source: "Guo, Pleiss, Sun & Weinberger, ICML 2017", keepsDecisions: true,
    fit: { set, _ in
      let size = try LabeledRows(set, purpose: "Temperature scaling").rows.count
      let fit = try TemperatureScaling.fit(set)
      let state =
        fit.isAtBound
        ? "The optimum lies outside [0.01, 100]; the temperature stands at the bound."
        : "The temperature minimizes the mean negative log-likelihood of the fit samples."
      return PolicyFit(
        parameters: TemperaturePolicy(temperature: fit.temperature), fitSize: size,
        guarantee: Guarantee(
          "None for further samples. " + state,
          numbers: [
            "nll": fit.nll, "gradient": fit.gradient, "bracket_low": fit.bracket.first ?? 0,
            "bracket_high": fit.bracket.last ?? 0, "iterations": Double(fit.iterations),
          ]))
    })
}
