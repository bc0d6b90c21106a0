import CredenceHub
import FileSupport
import Foundation
import Synchronization

/// A hub with one model, which answers as the real one does.
final class FakeHub: Sendable {
  struct State: Sendable {
    var commit = String(repeating: "a", count: 40)
    var files: [String: Data] = [:]
    /// Files that stand on another server, as large ones do.
    var linked: Set<String> = ["model.safetensors"]
    var isGated = false
    /// What the tag of a content says instead of its checksum.
    var wrongTag: String?
    var cut: Int?
  }

  let state: Mutex<State>
  /// The name of this machine under which contents are found, as another server.
  private static let otherHost = "localhost"

  init(_ files: [String: Data]) {
    state = Mutex(State(files: files))
  }

  func answer(_ request: LocalServer.Request) -> LocalServer.Response {
    let state = state.withLock { $0 }
    if request.path.hasPrefix("/cdn/") {
      let body = state.files[String(request.path.dropFirst(5))] ?? Data()
      let cut = request.headers["range"] == nil ? state.cut : nil
      return .content(body, request, tag: "\"other\"", cut: cut)
    }
    let commit = [("X-Repo-Commit", state.commit)]
    guard request.path.hasPrefix("/timm/net/resolve/") else {
      return .status(401, [("X-Error-Code", "RepoNotFound")])
    }
    let parts = request.path.split(separator: "/", maxSplits: 4).map(String.init)
    guard ["main", "v1", "refs%2Fpr%2F1", state.commit].contains(parts[3]) else {
      return .status(404, [("X-Error-Code", "RevisionNotFound")])
    }
    if state.isGated, request.headers["authorization"] != "Bearer right" {
      let isKnown = request.headers["authorization"] != nil
      return .status(isKnown ? 403 : 401, commit + [("X-Error-Code", "GatedRepo")])
    }
    guard let body = state.files[parts[4]] else {
      return .status(404, commit + [("X-Error-Code", "EntryNotFound")])
    }
    let tag = state.wrongTag ?? sha256(body)
    guard state.linked.contains(parts[4]) else {
      // Small files have tags of git.
      var response = LocalServer.Response.content(
        body, request, tag: "W/\"\(tag.prefix(40))\"")
      response.headers += commit
      return response
    }
    let port = request.headers["host"]?.split(separator: ":").last ?? "0"
    return .status(
      302,
      commit + [
        ("Location", "http://\(Self.otherHost):\(port)/cdn/\(parts[4])"),
        ("X-Linked-Etag", "\"\(tag)\""), ("X-Linked-Size", "\(body.count)"), ("ETag", "\"x\""),
      ])
  }
}

/// A client of a server whose cache is a folder.
func client(
  _ server: LocalServer, _ folder: URL, token: String? = nil, isOffline: Bool = false
) throws -> HubClient {
  var environment = [
    "HF_ENDPOINT": server.url().absoluteString, "HF_HOME": folder.path, "HOME": folder.path,
  ]
  environment["HF_TOKEN"] = token
  var settings = try HubSettings(environment: environment)
  settings.retries = .quick
  settings.isOffline = isOffline
  return HubClient(settings)
}
