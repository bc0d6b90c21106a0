public import Foundation

/// Which hub to ask, with which token, and where its files are kept.
///
/// The environment is understood as Python's `huggingface_hub` does, so that both share one cache:
///
/// | variable | meaning |
/// |---|---|
/// | `HF_ENDPOINT` | another server, such as a mirror |
/// | `HF_HUB_CACHE`, else `HF_HOME`/hub, else `XDG_CACHE_HOME`/huggingface/hub, else `~/.cache/huggingface/hub` | the cache |
/// | `HF_TOKEN`, else the file `HF_TOKEN_PATH`, else `HF_HOME`/token | the token |
/// | `HF_HUB_OFFLINE` | whether the network may not be used |
public struct HubSettings: Sendable {
  public var endpoint: URL
  public var cacheFolder: URL
  /// Sent to the endpoint and to no other server.
  public var token: String?
  public var isOffline: Bool
  /// The most bytes that a single file may have.
  public var sizeLimit = 50_000_000_000
  public var retries = Download.Retries()
  /// For the proxy and certificates.
  var environment: [String: String]

  /// The usual server.
  public static let defaultEndpoint = "https://huggingface.co"

  /// Settings of an environment.
  ///
  /// - Throws: `HubError.badSetting` for an endpoint that is no address.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(HubError) {
    self.environment = environment
    func value(_ names: String...) -> String? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    let home = value("HOME") ?? NSHomeDirectory()
    func folder(_ path: String) -> URL {
      URL(
        fileURLWithPath: Self.expanded(path, environment, home: home), isDirectory: true
      ).standardizedFileURL
    }
    var text = value("HF_ENDPOINT") ?? Self.defaultEndpoint
    while text.hasSuffix("/") { text.removeLast() }
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil
    else {
      throw .badSetting(
        name: "HF_ENDPOINT", value: text, problem: "an address must start with https://")
    }
    endpoint = url
    let hubHome =
      value("HF_HOME").map(folder)
      ?? folder(value("XDG_CACHE_HOME") ?? "~/.cache").appendingPathComponent("huggingface")
    cacheFolder =
      value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE").map(folder)
      ?? hubHome.appendingPathComponent("hub", isDirectory: true)
    let tokenFile =
      value("HF_TOKEN_PATH").map(folder) ?? hubHome.appendingPathComponent("token")
    let stored =
      value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
      ?? (try? String(contentsOf: tokenFile, encoding: .utf8))
    let trimmed = stored?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    // Line breaks would become headers of their own.
    token =
      trimmed.isEmpty || trimmed.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7f }) ? nil : trimmed
    isOffline = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].contains {
      ["1", "ON", "YES", "TRUE"].contains(environment[$0]?.uppercased())
    }
  }

  /// A path with `~`, `$NAME` and `${NAME}` replaced; unknown names stay.
  private static func expanded(
    _ path: String, _ environment: [String: String], home: String
  ) -> String {
    var path = path
    if path == "~" || path.hasPrefix("~/") { path = home + path.dropFirst() }
    var result = ""
    var rest = path[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      let isBraced = rest.first == "{"
      let body = isBraced ? rest.dropFirst() : rest
      let name = body.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
      let after = body[name.endIndex...]
      if let value = environment[String(name)], !isBraced || after.first == "}" {
        result += value
        rest = isBraced ? after.dropFirst() : after
      } else {
        result += "$"
      }
    }
    return result + rest
  }
}
