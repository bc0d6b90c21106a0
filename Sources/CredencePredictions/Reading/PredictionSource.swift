public import Foundation

/// The file or files that hold one model's predictions, as written on the command line.
///
/// Either a path, or several arrays that stand apart: `logits=a.npy,labels=b.npy`.
public struct PredictionSource: Hashable, Sendable, CustomStringConvertible {
  /// One array in a file of its own.
  public struct Part: Hashable, Sendable {
    /// Its role or a usual name of it, such as `logits` or `y_true`.
    public let role: String
    public let url: URL
  }

  /// The one file with everything; `nil` where there are parts.
  public let url: URL?
  /// The arrays that stand apart; empty for one file.
  public let parts: [Part]
  /// The argument as given.
  public let description: String

  /// One file.
  public init(_ url: URL) {
    self.url = url
    parts = []
    description = url.relativePath
  }

  /// Understands a command-line argument.
  ///
  /// A path that exists is that file, even if it contains `=` or commas.
  ///
  /// - Throws: `PredictionFileError.badSource` for an unknown or repeated role.
  public init(argument: String) throws {
    description = argument
    guard !argument.isEmpty else {
      throw PredictionFileError.badSource(text: argument, problem: "it is empty")
    }
    let starts = FileManager.default.fileExists(atPath: argument) ? [] : Self.parts(argument)
    guard !starts.isEmpty else {
      url = URL(fileURLWithPath: argument)
      parts = []
      return
    }
    url = nil
    var parts: [Part] = []
    for (role, path) in starts {
      guard !RoleAliases.roles(of: role).isEmpty || Role(exactly: role) != nil else {
        throw PredictionFileError.badSource(
          text: argument,
          problem: "‘\(role)’ is no role; known ones are "
            + Role.allowedNames.joined(separator: ", "))
      }
      guard !path.isEmpty else {
        throw PredictionFileError.badSource(
          text: argument, problem: "no file is given for ‘\(role)’")
      }
      guard !parts.contains(where: { $0.role == role }) else {
        throw PredictionFileError.badSource(
          text: argument, problem: "‘\(role)’ is given twice")
      }
      parts.append(Part(role: role, url: URL(fileURLWithPath: path)))
    }
    self.parts = parts
  }

  /// `role=path` pieces; a comma that no such piece follows belongs to the path before it.
  private static func parts(_ argument: String) -> [(role: String, path: String)] {
    var parts: [(role: String, path: String)] = []
    for piece in argument.split(separator: ",", omittingEmptySubsequences: false) {
      if let equals = piece.firstIndex(of: "="), !piece[..<equals].contains("/"),
        equals > piece.startIndex
      {
        parts.append((String(piece[..<equals]), String(piece[piece.index(after: equals)...])))
      } else if let last = parts.indices.last {
        parts[last].path += "," + piece
      } else {
        return []
      }
    }
    return parts
  }

  /// The files, for messages: the path, or the first part's.
  var mainURL: URL { url ?? parts.first?.url ?? URL(fileURLWithPath: description) }

  /// The name that the model has where the file does not say it: the file's, without its extension.
  ///
  /// A file that is called `preds` or `predictions` stands in a folder that is named after its model, with `--` for `/`.
  public var defaultModelName: String {
    let stem = mainURL.deletingPathExtension().lastPathComponent
    guard stem == "preds" || stem == "predictions" else { return stem }
    let folder = mainURL.standardizedFileURL.deletingLastPathComponent().lastPathComponent
    return folder.isEmpty || folder == "/" ? stem : folder.replacing("--", with: "/")
  }
}
