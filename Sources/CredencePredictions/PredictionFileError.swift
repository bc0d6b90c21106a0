public import Foundation

/// Why a file of predictions can't be read or written.
///
/// Lines and columns of text are counted from 1, rows and columns of arrays from 0.
public enum PredictionFileError: LocalizedError, Hashable, Sendable {
  /// The file isn't there, or may not be opened.
  case unreadable(file: String, reason: String)
  /// A file name whose extension is no known format.
  case unknownFormat(file: String)
  /// The file breaks a rule of its own format.
  case malformed(file: String, format: String, problem: String)
  /// Fewer bytes than the file itself promises.
  case truncated(file: String, what: String, expected: Int, found: Int)
  /// Something correct that Credence does not read, and what to write instead.
  case unsupported(file: String, what: String, instead: String)
  /// A part of an archive that could do harm.
  case unsafeArchive(file: String, member: String, problem: String)
  /// Bytes that changed since the archive was written.
  case checksumMismatch(file: String, member: String)
  /// A field of a table or list that is not what its column needs.
  case badField(file: String, line: Int, column: Int, text: String, expected: String)
  /// A line with more or fewer fields than the first.
  case fieldCount(file: String, line: Int, expected: Int, found: Int)

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
  /// The output file can't be made.
  case unwritable(file: String, reason: String)

  public var errorDescription: String? { printable(what) }

  private var what: String {
    switch self {
    case .unreadable(let file, _): "‘\(file)’ can't be read."
    case .unknownFormat(let file): "The format of ‘\(file)’ is not known."
    case .malformed(let file, let format, let problem):
      "‘\(file)’ is not a correct \(format) file: \(problem)."
    case .truncated(let file, let what, let expected, let found):
      "‘\(file)’ is cut short: \(what) needs \(expected) bytes, and \(found) are there."
    case .unsupported(let file, let what, _): "‘\(file)’ holds \(what)."
    case .unsafeArchive(let file, let member, let problem):
      "The part ‘\(member)’ of ‘\(file)’ is refused: \(problem)."
    case .checksumMismatch(let file, let member):
      "The part ‘\(member)’ of ‘\(file)’ does not match its checksum."
    case .badField(let file, let line, let column, let text, let expected):
      "‘\(file)’, line \(line), column \(column): ‘\(text)’ is not \(expected)."
    case .fieldCount(let file, let line, let expected, let found):
      "‘\(file)’, line \(line) has \(found) \(found == 1 ? "field" : "fields"); "
        + "the first line has \(expected)."
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
    case .unwritable(let file, _): "‘\(file)’ can't be written."
    }
  }

  public var failureReason: String? { why.map(printable) }

  private var why: String? {
    switch self {
    case .unreadable(_, let reason), .unwritable(_, let reason): reason
    case .unknownFormat:
      "Credence reads .safetensors, .npz, .npy and .csv; labels also from .txt."
    case .malformed: "The file is damaged, or is of another format than its name says."
    case .truncated: "The file was probably not written or copied to its end."
    case .unsupported: "Credence does not read this."
    case .unsafeArchive: "A correct file of predictions never has this."
    case .checksumMismatch: "The file was damaged after it was written."
    case .badField: "Every field of a column must be of the same kind."
    case .fieldCount: "Every line of a table has the same number of fields."
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
    case .unreadable: "Check the path and the permissions."
    case .unknownFormat: "Convert the file, or give it its right extension."
    case .malformed, .truncated, .checksumMismatch: "Write or copy the file again."
    case .unsupported(_, _, let instead): instead
    case .unsafeArchive: "Do not use this file unless you know who made it; write it again."
    case .badField: "Correct that field."
    case .fieldCount: "Correct that line; fields that contain commas must stand in quotes."
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
    case .unwritable: "Check the folder, its permissions and the free space."
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

/// Text from a file in a form that a terminal can show: control characters are replaced, and its length is bounded.
func printable(_ text: String) -> String {
  var scalars = String.UnicodeScalarView()
  for scalar in text.unicodeScalars.prefix(2000) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: scalars.append("\u{FFFD}")
    default: scalars.append(scalar)
    }
  }
  return String(scalars)
}
