import CredenceMetrics
import Foundation

extension ShiftReport {
  /// A model's error rates, and its corruption errors against the reference; fractions, 1 for the reference's own.
  public struct ModelErrors: Hashable, Sendable {
    /// One corruption.
    public struct Corruption: Hashable, Sendable {
      public let name: String
      /// The error rate averaged over severities.
      public let error: Measurement
      /// CE.
      public let corruptionError: Measurement
      public let relativeCorruptionError: Measurement
    }

    public let model: String
    /// The error rate without corruption.
    public let cleanError: Measurement
    /// The error rate averaged over all corruptions and severities of the report.
    public let meanError: Measurement
    /// mCE, over the corruptions of the reference.
    public let meanCorruptionError: Measurement
    /// Relative mCE.
    public let relativeMeanCorruptionError: Measurement
    /// In the report's order.
    public let corruptions: [Corruption]
  }
}

extension ShiftReport.ModelErrors {
  /// Those of every model of a report.
  ///
  /// - Throws: `EvaluationError.invalidSetting` for a reference that is none of the models.
  static func all(of report: ShiftReport, reference: ShiftReport.Reference) throws -> [Self] {
    let rates = report.models.compactMap { model in
      // A rescaling moves no decision, so the first row of a model has its error rates.
      report.series.first { $0.model == model }.map { ErrorRates($0, report) }
    }
    let against: Against
    switch reference {
    case .off: against = .nothing("no reference model was chosen")
    case .published(let published):
      against = .reference(published, hasClean: true, severities: [:])
    case .model(let name):
      guard let own = rates.first(where: { $0.model == name }) else {
        throw EvaluationError.invalidSetting(
          name: "The reference model", value: "‘\(name)’",
          allowed: "one of \(report.models.joined(separator: ", "))")
      }
      against = Against(own)
    }
    return rates.map { Self($0, against, report) }
  }

  private init(_ rates: ErrorRates, _ against: Against, _ report: ShiftReport) {
    model = rates.model
    cleanError = rates.clean
    let errors = report.corruptions.map { rates.meanError(of: $0, severities: report.severities) }
    meanError = Measurement.mean(errors, names: report.corruptions)
    corruptions = report.corruptions.enumerated().map { index, name in
      Corruption(
        name: name, error: errors[index], corruptionError: against.error(of: rates, name),
        relativeCorruptionError: against.relativeError(of: rates, name))
    }
    meanCorruptionError = against.mean(of: rates) { $0.error(of: rates, $1) }
    relativeMeanCorruptionError = against.mean(of: rates) { $0.relativeError(of: rates, $1) }
  }
}

/// A model's error rates as they were found.
private struct ErrorRates {
  let model: String
  let clean: Measurement
  /// By corruption, then by severity.
  private(set) var rates: [String: [Int: Measurement]] = [:]

  init(_ series: ShiftReport.Series, _ report: ShiftReport) {
    model = series.model
    clean = series.cleanValue(of: "error")
    for corruption in report.corruptions {
      for severity in series.severities(of: corruption) {
        rates[corruption, default: [:]][severity] =
          series.value(of: "error", corruption, severity: severity)
      }
    }
  }

  func severities(of corruption: String) -> [Int] { (rates[corruption] ?? [:]).keys.sorted() }

  func meanError(of corruption: String, severities: [Int]) -> Measurement {
    let found = severities.map { severity in
      rates[corruption]?[severity] ?? .unavailable("there are no results")
    }
    return Measurement.mean(found, names: severities.map { "severity \($0)" })
  }

  /// The rates of one corruption for the functions of `CredenceMetrics`.
  ///
  /// A missing clean rate stands as 0, for functions that do not read it.
  func errors(of corruption: String) throws(MetricError) -> CorruptionErrors {
    var values: [Double] = []
    for severity in severities(of: corruption) {
      switch rates[corruption]?[severity] {
      case .value(let value): values.append(value)
      case .unavailable(let reason): throw .unavailable("severity \(severity): \(reason)")
      case nil: break
      }
    }
    if values.isEmpty { throw .unavailable("there are no results under \(corruption)") }
    return CorruptionErrors(clean: clean.value ?? 0, corrupted: [corruption: values])
  }
}

/// What corruption errors are measured against.
private enum Against {
  case nothing(String)
  /// The severities are those of the reference by corruption; where it has none they are counted from 1.
  case reference(CorruptionReference, hasClean: Bool, severities: [String: [Int]])

  /// A model of the report; corruptions whose error rates it lacks are none of the reference's.
  init(_ rates: ErrorRates) {
    var corrupted: [String: [Double]] = [:]
    var severities: [String: [Int]] = [:]
    do {
      for corruption in rates.rates.keys.sorted() {
        severities[corruption] = rates.severities(of: corruption)
        corrupted[corruption] = try rates.errors(of: corruption).corrupted[corruption]
      }
      let reference = try CorruptionReference(
        CorruptionErrors(clean: rates.clean.value ?? 0, corrupted: corrupted), name: rates.model,
        source: "")
      self = .reference(
        reference, hasClean: rates.clean.value != nil, severities: severities)
    } catch {
      self = .nothing("\(rates.model) can't be the reference: \(error.localizedDescription)")
    }
  }

  func error(of rates: ErrorRates, _ corruption: String) -> Measurement {
    measured(rates, corruption) { errors, reference throws(MetricError) in
      try errors.corruptionError(corruption, against: reference)
    }
  }

  func relativeError(of rates: ErrorRates, _ corruption: String) -> Measurement {
    if case .reference(let reference, false, _) = self {
      return .unavailable("there are no results of \(reference.name) without corruption")
    }
    if case .unavailable(let reason) = rates.clean { return .unavailable(reason) }
    return measured(rates, corruption) { errors, reference throws(MetricError) in
      try errors.relativeCorruptionError(corruption, against: reference)
    }
  }

  /// The mean over the reference's corruptions; unavailable where one is missing, as published.
  func mean(
    of rates: ErrorRates, _ value: (Self, String) -> Measurement
  ) -> Measurement {
    switch self {
    case .nothing(let reason): return .unavailable(reason)
    case .reference(let reference, _, _):
      let missing = reference.corruptions.filter { rates.rates[$0] == nil }
      guard missing.isEmpty else {
        return .unavailable("there are no results under \(missing.joined(separator: ", "))")
      }
      let values = reference.corruptions.map { value(self, $0) }
      return Measurement.mean(values, names: reference.corruptions)
    }
  }

  private func measured(
    _ rates: ErrorRates, _ corruption: String,
    _ body: (CorruptionErrors, CorruptionReference) throws(MetricError) -> Double
  ) -> Measurement {
    switch self {
    case .nothing(let reason): return .unavailable(reason)
    case .reference(let reference, _, let severities):
      let own = rates.severities(of: corruption)
      let expected = severities[corruption] ?? Array(1...reference.severityCount)
      return Measurement { () throws(MetricError) in
        let errors = try rates.errors(of: corruption)
        if own.count == expected.count, own != expected {
          throw .unavailable(
            "there are severities \(Self.list(own)), but \(Self.list(expected)) of \(reference.name)"
          )
        }
        return try body(errors, reference)
      }
    }
  }

  private static func list(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ", ")
  }
}

extension Measurement {
  func map(_ transform: (Double) -> Double) -> Self {
    switch self {
    case .value(let value): .value(transform(value))
    case .unavailable: self
    }
  }

  /// The mean; unavailable where one value is, with its name and reason.
  static func mean(_ values: [Self], names: [String]) -> Self {
    var sum = 0.0
    for (value, name) in zip(values, names) {
      switch value {
      case .value(let value): sum += value
      case .unavailable(let reason):
        let isSame = values.allSatisfy { $0.reason == reason }
        return .unavailable(isSame ? reason : "\(name): \(reason)")
      }
    }
    return values.isEmpty
      ? .unavailable("there is nothing to average") : .value(sum / Double(values.count))
  }
}
