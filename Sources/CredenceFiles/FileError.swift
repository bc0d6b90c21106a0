public import Foundation

/// Why a file can't be read or written, whatever it is about.
///
/// Lines and columns of text are counted from 1.
public enum FileError: LocalizedError, Hashable, Sendable {
  /// The file isn't there, or may not be opened.
  case unreadable(file: String, reason: String)
  /// A file name whose extension is none of those that can be read here.
  case unknownFormat(file: String, known: String)
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
  /// A file of Python objects that names a function or class which is none of the known ones.
  case refusedName(file: String, name: String)
  /// The output file can't be made.
  case unwritable(file: String, reason: String)

  public var errorDescription: String? { printable(what) }

  private var what: String {
    switch self {
    case .unreadable(let file, _): "‘\(file)’ can't be read."
    case .unknownFormat(let file, _): "The format of ‘\(file)’ is not known."
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
    case .refusedName(let file, let name): "‘\(file)’ asks for ‘\(name)’, which is refused."
    case .unwritable(let file, _): "‘\(file)’ can't be written."
    }
  }

  public var failureReason: String? { printable(why) }

  private var why: String {
    switch self {
    case .unreadable(_, let reason), .unwritable(_, let reason): reason
    case .unknownFormat(_, let known): "Credence reads \(known)."
    case .malformed: "The file is damaged, or is of another format than its name says."
    case .truncated: "The file was probably not written or copied to its end."
    case .unsupported: "Credence does not read this."
    case .unsafeArchive: "A correct archive never has this."
    case .checksumMismatch: "The file was damaged after it was written."
    case .badField: "Every field of a column must be of the same kind."
    case .fieldCount: "Every line of a table has the same number of fields."
    case .refusedName:
      "Such files can run any program. Credence runs none and reads only tensors and plain containers."
    }
  }

  public var recoverySuggestion: String? { printable(whatToDo) }

  private var whatToDo: String {
    switch self {
    case .unreadable: "Check the path and the permissions."
    case .unknownFormat: "Convert the file, or give it its right extension."
    case .malformed, .truncated, .checksumMismatch: "Write or copy the file again."
    case .unsupported(_, _, let instead): instead
    case .unsafeArchive: "Do not use this file unless you know who made it; write it again."
    case .badField: "Correct that field."
    case .fieldCount: "Correct that line; fields that contain commas must stand in quotes."
    case .refusedName:
      "If you trust who made it, save its weights alone with PyTorch: torch.save(model.state_dict(), "
        + "path), or as safetensors."
    case .unwritable: "Check the folder, its permissions and the free space."
    }
  }
}

/// Text from a file in a form that a terminal can show: control characters are replaced, and its length is bounded.
package func printable(_ text: String) -> String {
  var scalars = String.UnicodeScalarView()
  for scalar in text.unicodeScalars.prefix(2000) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: scalars.append("\u{FFFD}")
    default: scalars.append(scalar)
    }
  }
  return String(scalars)
}
