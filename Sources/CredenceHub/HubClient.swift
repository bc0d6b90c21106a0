import CredenceFiles
public import Foundation

/// Fetches files of models from a hub, each once.
///
/// ```swift
/// let client = try HubClient(HubSettings())
/// let weights = try await client.weights(of: HubModel("timm/resnet50.a1_in1k"))
/// ```
public struct HubClient: Sendable {
  public let settings: HubSettings

  public init(_ settings: HubSettings) {
    self.settings = settings
  }

  /// A file of a model on this machine.
  public struct File: Hashable, Sendable {
    public let url: URL
    /// The commit that it belongs to.
    public let commit: String
    /// Whether it was fetched just now.
    public let isNew: Bool
    /// Why the hub was not asked whether there is a newer one; `nil` where it was, or where a commit was asked for.
    public let notice: String?
  }

  /// The weights of a model and their description.
  public struct Weights: Hashable, Sendable {
    public let configuration: HubConfiguration
    public let file: File
  }

  /// The names of files with weights, the best first.
  public static let weightFiles = ["model.safetensors", "pytorch_model.bin"]
  /// The name of the file that describes a model.
  public static let configurationFile = "config.json"

  /// Fetches a model's weights and their description.
  ///
  /// - Parameters:
  ///   - model: Its name.
  ///   - progress: Called now and then, from any thread.
  /// - Returns: The description, and the file of the weights.
  /// - Throws: `HubError`; `CancellationError`.
  public func weights(
    of model: HubModel, progress: (@Sendable (Download.Progress) -> Void)? = nil
  ) async throws -> Weights {
    let description = try await file(Self.configurationFile, of: model, progress: progress)
    let configuration = try HubConfiguration(contentsOf: description.url)
    for name in Self.weightFiles.dropLast() {
      do {
        return Weights(
          configuration: configuration,
          file: try await file(name, of: model, progress: progress))
      } catch HubError.noSuchFile {
        continue
      }
    }
    return Weights(
      configuration: configuration,
      file: try await file(
        Self.weightFiles[Self.weightFiles.count - 1], of: model, progress: progress))
  }

  /// Fetches one file of a model, unless it is in the cache and no newer one is on the hub.
  ///
  /// Where the hub can't be reached, a file that is in the cache is used, and the result says so.
  ///
  /// - Parameters:
  ///   - name: The file's name, with its folders.
  ///   - model: The model's name.
  ///   - progress: Called now and then, from any thread.
  /// - Returns: The file in the cache.
  /// - Throws: `HubError`; `CancellationError`.
  public func file(
    _ name: String, of model: HubModel, progress: (@Sendable (Download.Progress) -> Void)? = nil
  ) async throws -> File {
    if let problem = ZIP.nameProblem(name) {
      throw HubError.badName(text: name, problem: problem)
    }
    let cache = HubCache(folder: settings.cacheFolder, model: model)
    if model.isPinned, let url = cache.file(name, of: model.revision) {
      return File(url: url, commit: model.revision, isNew: false, notice: nil)
    }
    if settings.isOffline {
      return try cached(name, cache, notice: "The network may not be used.")
    }
    let description: RemoteFile
    do {
      description = try await describe(name, of: model, cache)
    } catch let failure as HubError {
      guard case .unreachable(_, let reason) = failure else { throw failure }
      guard let file = try? cached(name, cache, notice: "The hub can't be reached: \(reason)")
      else { throw failure }
      return file
    }
    return try await fetch(description, name, cache, progress)
  }

  private func cached(_ name: String, _ cache: HubCache, notice: String) throws -> File {
    guard let commit = cache.commit, let url = cache.file(name, of: commit) else {
      if let commit = cache.commit, cache.lacks(name, in: commit) {
        throw HubError.noSuchFile(name: cache.model.name, file: name)
      }
      throw HubError.notCached(
        name: cache.model.name, file: name, folder: cache.folder.path)
    }
    return File(url: url, commit: commit, isNew: false, notice: notice)
  }

  // MARK: What the hub says

  /// A file as the hub describes it.
  private struct RemoteFile {
    let url: URL
    let commit: String
    /// The name of its content: its SHA-256, or another text of a fixed alphabet.
    let tag: String
    let size: Int?
  }

  private func address(_ name: String, of model: HubModel) throws(HubError) -> URL {
    func escaped(_ text: String, slash: Bool) -> String {
      var allowed = CharacterSet.alphanumerics
      allowed.insert(charactersIn: slash ? "-._~/" : "-._~")
      return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
    let text =
      "\(settings.endpoint.absoluteString)/\(model.name)/resolve/"
      + "\(escaped(model.revision, slash: false))/\(escaped(name, slash: true))"
    guard let url = URL(string: text) else {
      throw .badSetting(
        name: "HF_ENDPOINT", value: settings.endpoint.absoluteString,
        problem: "it makes no address of a file")
    }
    return url
  }

  private func describe(
    _ name: String, of model: HubModel, _ cache: HubCache
  ) async throws -> RemoteFile {
    let url = try address(name, of: model)
    let response = try await ask(url)
    let commit = response["X-Repo-Commit"]
    switch response.status {
    case 200..<400: break
    case 401, 403, 404, 410: throw try failure(response, name, model, cache)
    default: throw HubError.refused(url: url.absoluteString, status: response.status)
    }
    func invalid(_ problem: String) -> HubError {
      .invalidResponse(url: url.absoluteString, problem: problem)
    }
    guard let commit, HubModel.isCommit(commit) else {
      throw invalid("it does not name a commit (X-Repo-Commit)")
    }
    var tag = response["X-Linked-Etag"] ?? response["ETag"] ?? ""
    if tag.hasPrefix("W/") { tag = String(tag.dropFirst(2)) }
    tag = tag.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
    // The tag becomes the name of a file.
    guard (1...128).contains(tag.utf8.count), !tag.hasPrefix("."),
      tag.utf8.allSatisfy({
        $0 < 0x80
          && ($0 == 0x2d || $0 == 0x2e || $0 == 0x5f || Character(Unicode.Scalar($0)).isLetter
            || Character(Unicode.Scalar($0)).isNumber)
      })
    else { throw invalid("it has no usable tag of its content (ETag)") }
    let isRedirection = response.status >= 300
    let size =
      response["X-Linked-Size"].flatMap { Int($0) }
      ?? (isRedirection ? nil : response.contentLength)
    if let size, size > settings.sizeLimit {
      throw HubError.tooLarge(url: url.absoluteString, size: size, limit: settings.sizeLimit)
    }
    return RemoteFile(url: url, commit: commit, tag: tag, size: size)
  }

  /// Asks for a file without its content, again where the hub is busy.
  private func ask(_ url: URL) async throws -> HTTPSession.Response {
    try await HTTPSession.with(environment: settings.environment, for: url) { session in
      var pause = settings.retries.pause
      for attempt in 0... {
        let isLast = attempt >= settings.retries.count
        do {
          let response = try await session.send(
            .head, url,
            credential: settings.token.map { .init(token: $0, server: settings.endpoint) },
            redirects: .sameServer)
          guard !isLast, [408, 429, 500, 502, 503, 504].contains(response.status) else {
            return response
          }
        } catch {
          if error is HubError || error is CancellationError || Task.isCancelled { throw error }
          // The cache may serve instead, so no long waiting for a network that is absent.
          guard !isLast, attempt < 1 else {
            throw HubError.unreachable(
              url: url.absoluteString, reason: HTTPFailure.text(error))
          }
        }
        try await Task.sleep(for: pause)
        pause *= 2
      }
      throw HubError.refused(url: url.absoluteString, status: 503)
    }
  }

  private func failure(
    _ response: HTTPSession.Response, _ name: String, _ model: HubModel, _ cache: HubCache
  ) throws(HubError) -> HubError {
    let endpoint = settings.endpoint.absoluteString
    switch response["X-Error-Code"] {
    case "EntryNotFound":
      if let commit = response["X-Repo-Commit"], HubModel.isCommit(commit) {
        try cache.remember(commit)
        try cache.rememberAbsence(of: name, in: commit)
      }
      return .noSuchFile(name: model.name, file: name)
    case "RevisionNotFound": return .noSuchRevision(name: model.name, revision: model.revision)
    case "RepoNotFound": return .noSuchModel(name: model.name, endpoint: endpoint)
    case "GatedRepo":
      return .unauthorized(what: model.name, endpoint: endpoint, hasToken: settings.token != nil)
    default: break
    }
    // Without a token the hub does not tell private models from those that don't exist.
    if response.status == 404 || response.status == 410 {
      return .noSuchModel(name: model.name, endpoint: endpoint)
    }
    return .unauthorized(what: model.name, endpoint: endpoint, hasToken: settings.token != nil)
  }

  // MARK: Fetching

  private func fetch(
    _ remote: RemoteFile, _ name: String, _ cache: HubCache,
    _ progress: (@Sendable (Download.Progress) -> Void)?
  ) async throws -> File {
    if let url = cache.file(name, of: remote.commit) {
      try cache.remember(remote.commit)
      return File(url: url, commit: remote.commit, isNew: false, notice: nil)
    }
    let lock = cache.lock(remote.tag)
    try cache.makeFolder(of: lock)
    let held = try await LockedFile.open(lock)
    defer { withExtendedLifetime(held) {} }
    let isThere = FileManager.default.fileExists(atPath: cache.blob(remote.tag).path)
    if !isThere {
      var download = Download(remote.url, to: cache.blob(remote.tag))
      download.size = remote.size
      download.sizeLimit = settings.sizeLimit
      download.token = settings.token
      download.retries = settings.retries
      download.environment = settings.environment
      // The name of a content's part says what it is a part of.
      download.continuesEarlierRuns = true
      if remote.tag.utf8.count == 64, remote.tag.utf8.allSatisfy({ Self.isHexadecimal($0) }) {
        download.checksum = .sha256(remote.tag)
      }
      try await download.run(progress: progress)
    }
    let url = try cache.link(name, of: remote.commit, to: remote.tag)
    try cache.remember(remote.commit)
    return File(url: url, commit: remote.commit, isNew: !isThere, notice: nil)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
