public import Foundation

/// Why what a file holds can't be used as predictions; `FileError` says why a file itself can't be read or written.
///
/// Rows of arrays are counted from 0.
public enum PredictionFileError: LocalizedError, Hashable, Sendable {
  /// Nothing in the file is known to be a classifier's output.
  case noOutput(file: String, found: [String], suggestion: String)
  /// The output may be logits, probabilities or scores.
  case undeclaredKind(file: String, array: String)
  /// Several arrays that could all be the same thing.
  case ambiguousRole(file: String, role: String, arrays: [String])
  /// A part whose other half is absent.
  case incomplete(file: String, role: String, missing: String)
  /// An array that can't be what its name says.
  case wrongShape(file: String, array: String, role: String, expected: String)
  /// A `--map` that names an array which the file lacks.
  case noSuchArray(file: String, name: String, found: [String])
  /// A `--map` to something that is no role.
  case unknownRole(role: String, known: [String])
  /// A command-line description of files that can't be understood.
  case badSource(text: String, problem: String)
  /// Samples of the predictions that the labels do not name.
  case unlabeledSample(file: String, id: String, row: Int)

  /// The file can be read, but what it holds can't be used.
  case invalid(file: String, error: PredictionError)

  public var errorDescription: String? { printable(what) }

  private var what: String {
    switch self {
    case .noOutput(let file, let found, _):
      "‘\(file)’ names no classifier output. It holds \(Self.list(found))."
    case .undeclaredKind(let file, let array):
      "‘\(file)’: ‘\(array)’ may be logits, probabilities or scores of another kind."
    case .ambiguousRole(let file, let role, let arrays):
      "‘\(file)’: \(Self.list(arrays)) can each be the \(role)."
    case .incomplete(let file, let role, let missing):
      "‘\(file)’ has \(role) but no \(missing)."
    case .wrongShape(let file, let array, let role, let expected):
      "‘\(file)’: \(array) can't be the \(role), which must be \(expected)."
    case .noSuchArray(let file, let name, let found):
      "‘\(file)’ has no ‘\(name)’. It holds \(Self.list(found))."
    case .unknownRole(let role, _): "‘\(role)’ is no role."
    case .badSource(let text, let problem): "‘\(text)’ can't be understood: \(problem)."
    case .unlabeledSample(let file, let id, let row):
      "‘\(file)’ has no label for sample ‘\(id)’ (row \(row))."
    case .invalid(let file, let error): "‘\(file)’: \(error.errorDescription ?? "")"
    }
  }

  public var failureReason: String? { why.map(printable) }

  private var why: String? {
    switch self {
    case .noOutput: "What an array means is taken from its name, never from its values."
    case .undeclaredKind: "Its name does not say which, and it is never guessed from values."
    case .ambiguousRole: "Only one can be used."
    case .incomplete: "One is of no use without the other."
    case .wrongShape: "Name, shape and type must fit together."
    case .noSuchArray: "A role was given to a name that is not there."
    case .unknownRole(_, let known): "The roles are \(Self.list(known))."
    case .badSource: "Files are given as PATH, or as ROLE=PATH,ROLE=PATH."
    case .unlabeledSample: "Both files name their samples, so labels are matched by name."
    case .invalid(_, let error): error.failureReason
    }
  }

  public var recoverySuggestion: String? { whatToDo.map(printable) }

  private var whatToDo: String? {
    switch self {
    case .noOutput(_, _, let suggestion): suggestion
    case .undeclaredKind: "Add --kind logits, --kind probabilities or --kind scores."
    case .ambiguousRole(_, _, let arrays):
      "Say which to leave out: --map \(arrays.first ?? "name")=ignore."
    case .incomplete(_, _, let missing): "Give it by --map name=\(missing), or ROLE=PATH."
    case .wrongShape: "Give it its right role by --map name=role, or --map name=ignore."
    case .noSuchArray: "Use one of these names in --map."
    case .unknownRole: "Use one of these roles in --map name=role."
    case .badSource: "Correct the argument."
    case .unlabeledSample: "Add the label (-1 where it is unknown)."
    case .invalid(_, let error): error.recoverySuggestion
    }
  }

  /// Some items as part of a sentence.
  private static func list(_ items: [String]) -> String {
    switch items.count {
    case 0: "nothing"
    case 1: items[0]
    case ...12: items.dropLast().joined(separator: ", ") + " and " + items[items.count - 1]
    default: items.prefix(11).joined(separator: ", ") + " and \(items.count - 11) more"
    }
  }
}
