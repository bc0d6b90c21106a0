public import Foundation

/// Why predictions can't be used.
///
/// Rows, columns and classes are counted from 0.
public enum PredictionError: LocalizedError, Hashable, Sendable {
  /// Fewer or more bytes or entries than promised.
  case sizeMismatch(what: String, expected: Int, found: Int)
  /// A row with another number of columns than the first.
  case raggedRow(row: Int, expected: Int, found: Int)
  /// Two parts of a set that count different numbers of samples or classes.
  case countMismatch(what: String, count: Int, other: String, otherCount: Int)
  /// A set without samples.
  case noSamples
  /// A class index that is no class.
  case labelOutOfRange(role: String, row: Int, label: Int, classes: Int)
  /// A number that is no class index.
  case notAClass(role: String, row: Int, value: Double)
  /// A class that a sample names twice.
  case duplicateClass(role: String, row: Int, label: Int)
  /// NaN or an infinity where a number must stand.
  case notFinite(role: String, row: Int, column: Int)
  /// A probability below 0 or above 1.
  case notAProbability(role: String, row: Int, column: Int, value: Double)
  /// A row of probabilities that do not sum to 1.
  case probabilitySum(row: Int, sum: Double, tolerance: Double)
  /// Two samples of the same name.
  case duplicateSampleID(id: String, row: Int, earlierRow: Int)
  /// A part that the asked computation needs is absent.
  case missing(what: String, reason: String)

  public var errorDescription: String? {
    switch self {
    case .sizeMismatch(let what, let expected, let found):
      "\(what) needs \(expected) bytes, but there are \(found)."
    case .raggedRow(let row, let expected, let found):
      "Row \(row) has \(found) columns; the first row has \(expected)."
    case .countMismatch(let what, let count, let other, let otherCount):
      "There are \(count) \(what) but \(otherCount) \(other)."
    case .noSamples: "There are no samples."
    case .labelOutOfRange(let role, let row, let label, let classes):
      "In ‘\(role)’, row \(row) has class \(label); classes are 0 to \(classes - 1)."
    case .notAClass(let role, let row, let value):
      "In ‘\(role)’, row \(row) has \(value), which is not a class index."
    case .duplicateClass(let role, let row, let label):
      "In ‘\(role)’, row \(row) names class \(label) twice."
    case .notFinite(let role, let row, let column):
      "In ‘\(role)’, row \(row), column \(column) is not a finite number."
    case .notAProbability(let role, let row, let column, let value):
      "In ‘\(role)’, row \(row), column \(column) is \(value); a probability lies between 0 and 1."
    case .probabilitySum(let row, let sum, let tolerance):
      "The probabilities of row \(row) sum to \(sum), not to 1 within \(tolerance)."
    case .duplicateSampleID(let id, let row, let earlierRow):
      "Rows \(earlierRow) and \(row) have the same sample name ‘\(id)’."
    case .missing(let what, _):
      "There are no \(what)."
    }
  }

  public var failureReason: String? {
    switch self {
    case .sizeMismatch, .raggedRow: "The data are probably cut short."
    case .countMismatch: "Each sample must have one of each."
    case .noSamples: "Nothing can be measured on an empty set."
    case .labelOutOfRange, .notAClass:
      "Labels are class indices that count from 0; -1 means unknown."
    case .duplicateClass: "Each class stands once in the list of a sample."
    case .notFinite: "The network has probably diverged, or a value is missing."
    case .notAProbability, .probabilitySum: "These are probably logits, or scores of another kind."
    case .duplicateSampleID: "Sample names must be unique, so that no sample is counted twice."
    case .missing(_, let reason): reason
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .sizeMismatch, .raggedRow: "Write the data again."
    case .countMismatch: "Check that both come from the same samples, in the same order."
    case .noSamples: "Check the program that made the set."
    case .labelOutOfRange: "Subtract 1 if the labels count from 1; check that they fit the model."
    case .notAClass: "Give whole numbers; check that these are the labels."
    case .duplicateClass: "Check the program that made the set."
    case .notFinite: "Remove or repair that row."
    case .notAProbability, .probabilitySum:
      "Declare the kind: --kind logits, --kind probabilities or --kind scores."
    case .duplicateSampleID: "Remove the copies, or leave the sample names out."
    case .missing: "Give them in the file, or by an option."
    }
  }
}
