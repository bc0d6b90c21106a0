public import CredenceMetrics
import Foundation

/// How models fare on corrupted images: every metric by corruption and severity, and corruption errors against a reference.
///
/// It is computed from the rows of `credence score`, one for each data set `<name>/<corruption>/<severity>`, and one for the
/// images without corruption where there is one. Nothing is averaged over what is missing: such a mean is unavailable.
///
/// - Note: Hendrycks & Dietterich, ICLR 2019, arXiv:1903.12261, section 4.2.
public struct ShiftReport: Sendable {
  /// A row with what it is about.
  public struct Row: Sendable {
    public var model: String
    /// Nil for images without corruption.
    public var shift: NamedDataset.Shift?
    public var row: ResultRow

    public init(model: String, shift: NamedDataset.Shift?, row: ResultRow) {
      self.model = model
      self.shift = shift
      self.row = row
    }
  }

  /// What corruption errors are measured against.
  public enum Reference: Hashable, Sendable {
    /// Nothing, so there are none.
    case off
    /// Error rates that someone published, such as `.alexNet`.
    case published(CorruptionReference)
    /// One of the report's models.
    case model(String)
  }

  /// The rows of a model with one confidence function and one rescaling.
  public struct Series: Sendable {
    public let model: String
    public let confidence: String
    public let rescaling: String
    /// The row of the images without corruption.
    public fileprivate(set) var clean: ResultRow?
    fileprivate var rows: [NamedDataset.Shift: ResultRow] = [:]
  }

  /// The corruption tree's name.
  public let dataset: String
  /// The corruptions of all models, sorted.
  public let corruptions: [String]
  /// The severities of all models, ascending.
  public let severities: [Int]
  /// In the order in which they first appear.
  public let series: [Series]
  /// The metrics of the rows in the order in which they are shown.
  public let columns: [MetricColumn]
  /// The reference's name; empty without one.
  public let referenceName: String
  /// Error rates and corruption errors, one per model in their order.
  public private(set) var errors: [ModelErrors] = []

  /// Arranges rows by model, corruption and severity.
  ///
  /// - Parameters:
  ///   - dataset: The corruption tree's name.
  ///   - rows: At least one of them corrupted.
  ///   - reference: What corruption errors are measured against.
  ///   - columns: What is known of the rows' metrics.
  /// - Throws: `EvaluationError.invalidSetting` without a corrupted row, for two rows of the same images, or for a reference that is
  ///   none of the models.
  public init(
    dataset: String, rows: [Row], reference: Reference = .off, columns: [MetricColumn]
  ) throws {
    let shifts = Set(rows.compactMap(\.shift))
    guard !shifts.isEmpty else {
      throw EvaluationError.invalidSetting(
        name: "The number of corrupted data sets of ‘\(dataset)’", value: "0", allowed: "1 or more")
    }
    self.dataset = dataset
    self.columns = columns
    corruptions = Set(shifts.map(\.corruption)).sorted()
    severities = Set(shifts.map(\.severity)).sorted()
    series = try Self.series(of: rows)
    switch reference {
    case .off: referenceName = ""
    case .published(let rates): referenceName = rates.name
    case .model(let name): referenceName = name
    }
    errors = try ModelErrors.all(of: self, reference: reference)
  }

  private static func series(of rows: [Row]) throws -> [Series] {
    var series: [Series] = []
    var places: [[String]: Int] = [:]
    for found in rows {
      let row = found.row
      let key = [found.model, row.confidence, row.rescaling]
      let place = places[key] ?? series.count
      if place == series.count {
        places[key] = place
        series.append(
          Series(model: found.model, confidence: row.confidence, rescaling: row.rescaling))
      }
      let previous: ResultRow?
      if let shift = found.shift {
        previous = series[place].rows.updateValue(row, forKey: shift)
      } else {
        previous = series[place].clean
        series[place].clean = row
      }
      if previous != nil {
        let images = found.shift.map { "\($0.corruption) \($0.severity)" } ?? "clean images"
        throw EvaluationError.invalidSetting(
          name: "The number of rows of ‘\(found.model)’ for \(images)", value: "2", allowed: "1")
      }
    }
    return series
  }

  /// The models in the order in which they first appear.
  public var models: [String] {
    series.map(\.model).reduce(into: []) { names, name in
      if !names.contains(name) { names.append(name) }
    }
  }

  /// Every metric of the rows: the columns in their order, then what rows have beyond them.
  public var metricIDs: [String] {
    var found = Set<String>()
    for series in series {
      for row in series.allRows { found.formUnion(row.metrics.keys) }
    }
    let known = columns.map(\.id)
    return known.filter(found.contains) + found.subtracting(known).sorted()
  }

  /// A metric's value averaged over all corruptions of the report at one severity.
  ///
  /// - Returns: Unavailable where the series lacks one of them, naming the first.
  public func mean(of metric: String, _ series: Series, severity: Int) -> Measurement {
    Measurement.mean(
      corruptions.map { series.value(of: metric, $0, severity: severity) }, names: corruptions)
  }
}

extension ShiftReport.Series {
  var allRows: [ResultRow] { Array(rows.values) + [clean].compactMap { $0 } }

  /// The severities at which there are results of a corruption, ascending.
  public func severities(of corruption: String) -> [Int] {
    rows.keys.filter { $0.corruption == corruption }.map(\.severity).sorted()
  }

  /// A metric's value for one corruption at one severity.
  public func value(of metric: String, _ corruption: String, severity: Int) -> Measurement {
    let shift = NamedDataset.Shift(corruption: corruption, severity: severity)
    guard let row = rows[shift] else {
      return .unavailable("there are no results at severity \(severity)")
    }
    return Measurement(of: metric, in: row)
  }

  /// A metric's value without corruption.
  public func cleanValue(of metric: String) -> Measurement {
    guard let clean else { return .unavailable("there are no results without corruption") }
    return Measurement(of: metric, in: clean)
  }
}

/// A number, or why there is none.
public enum Measurement: Hashable, Sendable {
  case value(Double)
  case unavailable(String)

  /// Nil where it is unavailable.
  public var value: Double? {
    if case .value(let value) = self { value } else { nil }
  }

  /// Empty where there is a value.
  public var reason: String {
    if case .unavailable(let reason) = self { reason } else { "" }
  }

  /// A metric of a row; `error` is 1 − accuracy where the row has no metric of that name.
  init(of metric: String, in row: ResultRow) {
    if metric == "error", row.metrics["error"] == nil {
      self = Self(of: "accuracy", in: row).map { 1 - $0 }
      return
    }
    switch row.metrics[metric] {
    case .some(let value) where value.isFinite: self = .value(value)
    case .some: self = .unavailable("the value is not finite")
    case nil: self = .unavailable(row.unavailable[metric] ?? "it was not computed")
    }
  }

  /// What a function finds, or why it can't.
  init(_ body: () throws(MetricError) -> Double) {
    do {
      self = .value(try body())
    } catch {
      self = .unavailable(error.localizedDescription)
    }
  }
}

extension NamedDataset.Shift {
  /// Reads the end of a data set's name, `<name>/<corruption>/<severity>`; nil for another name.
  public init?(dataset: String) {
    let parts = dataset.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 3, let severity = Int(parts[parts.count - 1]), severity >= 1,
      !parts[parts.count - 2].isEmpty
    else { return nil }
    self.init(corruption: String(parts[parts.count - 2]), severity: severity)
  }
}
