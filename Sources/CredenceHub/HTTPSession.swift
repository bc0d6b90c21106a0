import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Requests over HTTP; the one place that knows the library behind them.
struct HTTPSession: Sendable {
  /// A secret that is sent to one server and to no other that it may lead to.
  struct Credential: Sendable {
    let token: String
    let server: URL
  }

  /// Whether the content is wanted, or only what is said of it.
  enum Method: Sendable {
    case get
    case head
  }

  /// How far a redirection is followed.
  enum Redirects: Sendable {
    case sameServer
    case anywhere
  }

  /// The start of an answer; its content is read afterwards.
  struct Response: Sendable {
    let status: Int
    let url: URL
    private let headers: HTTPHeaders
    private let body: HTTPClientResponse.Body

    fileprivate init(_ response: HTTPClientResponse, from url: URL) {
      status = Int(response.status.code)
      headers = response.headers
      body = response.body
      self.url = url
    }

    /// The value of a header; `nil` where it is absent.
    subscript(header: String) -> String? { headers.first(name: header) }

    /// The length of the content, where the server says it.
    var contentLength: Int? { self["Content-Length"].flatMap { Int($0) } }

    /// Hands out the content piece by piece.
    func forEachPiece(_ piece: (UnsafeRawBufferPointer) throws -> Void) async throws {
      for try await buffer in body { try buffer.withUnsafeReadableBytes(piece) }
    }
  }

  private let client: HTTPClient
  private static let greatestRedirectCount = 10

  /// Opens a session for the time of a closure.
  ///
  /// - Parameters:
  ///   - environment: Names a proxy and certificates: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`.
  ///   - url: Where the first request goes.
  ///   - body: Uses the session.
  /// - Returns: What the closure returns.
  /// - Throws: What the closure throws.
  static func with<Result: Sendable>(
    environment: [String: String], for url: URL,
    _ body: (HTTPSession) async throws -> Result
  ) async throws -> Result {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(10), read: .seconds(60)))
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    if let path = environment["SSL_CERT_FILE"], !path.isEmpty {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .file(path)
      configuration.tlsConfiguration = tls
    }
    if let proxy = try proxy(for: url, environment) {
      configuration.proxy = .server(host: proxy.host, port: proxy.port)
    }
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
      let result = try await body(HTTPSession(client: client))
      try await client.shutdown()
      return result
    } catch {
      try? await client.shutdown()
      throw error
    }
  }

  private static func proxy(
    for url: URL, _ environment: [String: String]
  ) throws -> (host: String, port: Int)? {
    let host = url.host ?? ""
    let exceptions = (environment["NO_PROXY"] ?? environment["no_proxy"] ?? "").split(
      separator: ","
    )
    .map { $0.trimmingCharacters(in: .whitespaces) }
    let isException =
      ["localhost", "127.0.0.1", "::1"].contains(host)
      || exceptions.contains {
        $0 == "*" || host == $0 || !$0.isEmpty && host.hasSuffix($0.hasPrefix(".") ? $0 : ".\($0)")
      }
    let name = url.scheme == "http" ? "HTTP_PROXY" : "HTTPS_PROXY"
    guard !isException, let value = environment[name] ?? environment[name.lowercased()],
      !value.isEmpty
    else { return nil }
    guard let proxy = URL(string: value.contains("://") ? value : "http://\(value)"),
      let proxyHost = proxy.host
    else { throw HubError.badSetting(name: name, value: value, problem: "this is no address") }
    return (proxyHost, proxy.port ?? 80)
  }

  /// Sends a request without content and returns the start of the answer.
  ///
  /// - Parameters:
  ///   - method: Whether the content is wanted.
  ///   - url: Where to.
  ///   - headers: More headers.
  ///   - credential: A secret for one server.
  ///   - redirects: Beyond these the redirection itself is the answer.
  /// - Returns: The answer, whatever its status.
  /// - Throws: The library's errors where there is none; `HubError.invalidResponse` for redirections in a circle or to an
  ///   unencrypted server.
  func send(
    _ method: Method, _ url: URL, headers: [(String, String)] = [],
    credential: Credential? = nil, redirects: Redirects
  ) async throws -> Response {
    var url = url
    for _ in 0...Self.greatestRedirectCount {
      var request = HTTPClientRequest(url: url.absoluteString)
      request.method = method == .get ? .GET : .HEAD
      request.headers.add(name: "User-Agent", value: "credence")
      // Sizes and checksums are those of the content as it is.
      request.headers.add(name: "Accept-Encoding", value: "identity")
      for (name, value) in headers { request.headers.add(name: name, value: value) }
      if let credential, credential.server.hasSameServer(as: url) {
        request.headers.add(name: "Authorization", value: "Bearer \(credential.token)")
      }
      let response = try await client.execute(request, deadline: .distantFuture)
      let answer = Response(response, from: url)
      guard [301, 302, 303, 307, 308].contains(answer.status),
        let location = answer["Location"],
        let target = URL(string: location, relativeTo: url)?.absoluteURL
      else { return answer }
      if redirects == .sameServer, !target.hasSameServer(as: url) { return answer }
      guard target.scheme == "https" || target.scheme == "http" && url.scheme == "http" else {
        throw HubError.invalidResponse(
          url: url.absoluteString, problem: "it leads to ‘\(location)’, which is not encrypted")
      }
      url = target
    }
    throw HubError.invalidResponse(url: url.absoluteString, problem: "it leads in a circle")
  }
}

extension URL {
  /// Whether scheme, host and port are the same, so that a secret for one may be sent to the other.
  func hasSameServer(as other: URL) -> Bool {
    func port(_ url: URL) -> Int { url.port ?? (url.scheme == "http" ? 80 : 443) }
    return scheme == other.scheme && host?.lowercased() == other.host?.lowercased()
      && port(self) == port(other)
  }
}
