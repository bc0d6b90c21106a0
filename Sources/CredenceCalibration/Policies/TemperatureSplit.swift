import CredencePredictions

/// Which labeled samples fit the temperature that goes before another policy, and which fit that policy.
struct TemperatureSplit {
  let temperature: Double
  /// Rows for the policy, ascending.
  let rows: [Int]

  /// Fits the temperature where the settings ask for one.
  ///
  /// `keepsApart` is for a policy that promises something which the same samples must not have shaped: a fifth of them,
  /// drawn by the seed, then fits the temperature and the rest remains.
  init(_ set: PredictionSet, settings: PolicySettings, keepsApart: Bool, purpose: String) throws {
    let labeled = try LabeledRows(set, purpose: purpose).rows
    guard settings.fitsTemperature else {
      (temperature, rows) = (1, labeled)
      return
    }
    guard keepsApart else {
      (temperature, rows) = (try TemperatureScaling.fit(set).temperature, labeled)
      return
    }
    guard labeled.count >= 10 else {
      throw CalibrationError.tooFewSamples(
        needed: 10, found: labeled.count, purpose: "\(purpose) after a temperature")
    }
    let draws = RowUniforms(seed: settings.seed, stream: .temperature)
    let shuffled = labeled.sorted { (draws[$0], $0) < (draws[$1], $1) }
    let count = labeled.count / 5
    temperature = try TemperatureScaling.fit(set, rows: shuffled.prefix(count).sorted()).temperature
    rows = shuffled.dropFirst(count).sorted()
  }
}
