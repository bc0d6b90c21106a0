public import Foundation

/// Why a file can't be fetched.
public enum HubError: LocalizedError, Hashable, Sendable {
  /// A text that names no model.
  case badName(text: String, problem: String)
  /// An environment variable or setting that can't be used.
  case badSetting(name: String, value: String, problem: String)
  /// No answer from a server.
  case unreachable(url: String, reason: String)
  /// An answer that is no success, and none of the more telling ones below.
  case refused(url: String, status: Int)
  /// The server asks who is there, or does not let them in.
  case unauthorized(what: String, endpoint: String, hasToken: Bool)
  /// The hub knows no such model, or does not show it to everybody.
  case noSuchModel(name: String, endpoint: String)
  /// The model has no such revision.
  case noSuchRevision(name: String, revision: String)
  /// The model, or the server, has no such file.
  case noSuchFile(name: String, file: String)
  /// The network may not be used, and the file is not there.
  case notCached(name: String, file: String, folder: String)
  /// Other bytes than announced.
  case checksumMismatch(url: String, expected: String, found: String)
  /// More or fewer bytes than announced.
  case sizeMismatch(url: String, expected: Int, found: Int)
  /// More bytes than allowed.
  case tooLarge(url: String, size: Int, limit: Int)
  /// Too little room on the disk.
  case noSpace(folder: String, needed: Int, available: Int)
  /// An answer that a correct server does not give.
  case invalidResponse(url: String, problem: String)
  /// A file or folder that can't be written.
  case unwritable(path: String, reason: String)
  /// A description of a model that can't be understood.
  case badConfiguration(file: String, problem: String)

  public var errorDescription: String? {
    switch self {
    case .badName(let text, let problem): "‘\(text)’ names no model: \(problem)."
    case .badSetting(let name, let value, let problem): "\(name) is ‘\(value)’: \(problem)."
    case .unreachable(let url, _): "‘\(url)’ can't be reached."
    case .refused(let url, let status): "The server answered \(status) for ‘\(url)’."
    case .unauthorized(let what, _, let hasToken):
      hasToken ? "The token does not give access to ‘\(what)’." : "‘\(what)’ needs a token."
    case .noSuchModel(let name, let endpoint): "There is no model ‘\(name)’ at \(endpoint)."
    case .noSuchRevision(let name, let revision):
      "The model ‘\(name)’ has no revision ‘\(revision)’."
    case .noSuchFile(let name, let file): "‘\(name)’ has no file ‘\(file)’."
    case .notCached(let name, let file, _):
      "The file ‘\(file)’ of ‘\(name)’ is not on this machine."
    case .checksumMismatch(let url, let expected, let found):
      "‘\(url)’ has the checksum \(found), not \(expected)."
    case .sizeMismatch(let url, let expected, let found):
      "‘\(url)’ has \(found) bytes, not \(expected)."
    case .tooLarge(let url, let size, let limit):
      "‘\(url)’ has \(size) bytes; the limit is \(limit)."
    case .noSpace(let folder, let needed, let available):
      "\(needed) bytes are to be written to ‘\(folder)’, which has room for \(available)."
    case .invalidResponse(let url, let problem):
      "The answer for ‘\(url)’ can't be used: \(problem)."
    case .unwritable(let path, _): "‘\(path)’ can't be written."
    case .badConfiguration(let file, let problem): "‘\(file)’ describes no model: \(problem)."
    }
  }

  public var failureReason: String? {
    switch self {
    case .badName: "Models are named OWNER/NAME or OWNER/NAME@REVISION."
    case .badSetting: "It is taken from the environment."
    case .unreachable(_, let reason), .unwritable(_, let reason): reason
    case .refused(_, let status):
      status == 429
        ? "It gets too many requests." : status >= 500 ? "It has a problem." : "It gave no reason."
    case .unauthorized: "It is private, or its owner asks users to accept conditions first."
    case .noSuchModel: "It does not exist, or is private."
    case .noSuchRevision: "A revision is a branch, a tag or a commit."
    case .noSuchFile: "The server knows where it would be, but it is not there."
    case .notCached(_, _, let folder):
      "The network may not be used (--offline or HF_HUB_OFFLINE), and ‘\(folder)’ lacks it."
    case .checksumMismatch, .sizeMismatch: "It was damaged on its way, or replaced by another file."
    case .tooLarge: "This is more than weights or data sets of this kind have."
    case .noSpace: "The disk is nearly full."
    case .invalidResponse:
      "This is probably not the server that it is taken for, or a proxy before it."
    case .badConfiguration: "It should be the config.json of an image model that timm can load."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .badName: "Give a name such as timm/resnet50.a1_in1k, or the path of a file."
    case .badSetting: "Correct or unset it."
    case .unreachable:
      "Check the network and the proxy (HTTPS_PROXY), choose a mirror (HF_ENDPOINT), or use --offline."
    case .refused: "Try again later, or choose a mirror (HF_ENDPOINT)."
    case .unauthorized(let what, let endpoint, _):
      "Accept the conditions at \(endpoint)/\(what), make a token at \(endpoint)/settings/tokens and set "
        + "HF_TOKEN."
    case .noSuchModel: "Check the name; for a private model set HF_TOKEN."
    case .noSuchRevision: "Leave the revision out, or look it up in the model's history."
    case .noSuchFile: "Check the name, or give the weights as a local file."
    case .notCached:
      "Fetch it once with the network, or copy the cache folder from another machine."
    case .checksumMismatch, .sizeMismatch: "Try again; if it stays so, tell the owner of the file."
    case .tooLarge: "Check the name; fetch it by other means if it is right."
    case .noSpace: "Free some space, or set HF_HOME to a larger disk."
    case .invalidResponse: "Check HF_ENDPOINT and the proxy."
    case .unwritable: "Check its permissions, or set HF_HOME to another folder."
    case .badConfiguration: "Give the architecture and preprocessing by options."
    }
  }
}
