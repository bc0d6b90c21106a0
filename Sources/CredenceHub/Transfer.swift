import CredenceFiles
import Foundation

/// A download under way: how much is on the disk, and its digest so far.
final class Transfer {
  private let download: Download
  private let file: LockedFile
  private let progress: (@Sendable (Download.Progress) -> Void)?
  private var received = 0
  private var total: Int?
  private var hash: Digest
  private var reported = 0
  /// What the server calls the content that has been received so far.
  private var entityTag: String?
  private var startedWithEarlierPart = false

  /// A reason to try again.
  private struct Interruption: Error {
    let reason: HubError
    var pause: Duration?
  }

  /// How many bytes pass between two reports.
  private static let reportInterval = 1 << 18

  init(
    _ download: Download, _ file: LockedFile, _ progress: (@Sendable (Download.Progress) -> Void)?
  ) {
    self.download = download
    self.file = file
    self.progress = progress
    total = download.size
    hash = Digest(download.checksum)
  }

  /// Fetches what is missing, and verifies the whole.
  ///
  /// - Throws: `HubError`; `CancellationError`.
  func run(_ session: HTTPSession) async throws {
    try continueEarlierPart()
    try await fetchPatiently(session)
    let expected = download.checksum.expected
    if hash.hexadecimal() != expected, startedWithEarlierPart {
      // The part that was there may have been the wrong one.
      try startAnew()
      try await fetchPatiently(session)
    }
    let found = hash.hexadecimal()
    guard found == expected else {
      try file.truncate(to: 0)
      throw HubError.checksumMismatch(
        url: download.url.absoluteString, expected: expected, found: found)
    }
  }

  private func continueEarlierPart() throws(HubError) {
    let size = try file.size()
    let isTrusted = download.checksum != .none || download.continuesEarlierRuns
    guard size > 0, isTrusted, size <= download.size ?? download.sizeLimit else {
      return try startAnew()
    }
    try file.read { hash.update($0) }
    received = size
    startedWithEarlierPart = true
  }

  private func startAnew() throws(HubError) {
    try file.truncate(to: 0)
    hash = Digest(download.checksum)
    received = 0
    entityTag = nil
    startedWithEarlierPart = false
  }

  private func fetchPatiently(_ session: HTTPSession) async throws {
    var pause = download.retries.pause
    var attempt = 0
    while received != download.size ?? -1 {
      do {
        if try await fetch(session) { break }
      } catch let interruption as Interruption {
        guard attempt < download.retries.count else { throw interruption.reason }
        attempt += 1
        try await Task.sleep(for: interruption.pause ?? pause)
        pause *= 2
      }
    }
    report(isLast: true)
  }

  /// One request.
  ///
  /// - Returns: Whether the content is complete; otherwise to be asked again, from the start.
  private func fetch(_ session: HTTPSession) async throws -> Bool {
    let response = try await start(session)
    let url = download.url.absoluteString
    switch response.status {
    case 200:
      // Not the rest but everything.
      if received > 0 { try startAnew() }
    case 206:
      guard let range = ContentRange(response["Content-Range"]), range.start == received else {
        throw HubError.invalidResponse(url: url, problem: "it sends another part than asked for")
      }
      if let end = range.total { try announce(end) }
    case 416:
      // Nothing is left to send, or what is there is not the start of this content.
      if let total = ContentRange(response["Content-Range"])?.total, total == received {
        return true
      }
      guard received > 0 else { throw HubError.refused(url: url, status: 416) }
      try startAnew()
      return false
    default: throw failure(response)
    }
    if let encoding = response["Content-Encoding"], encoding != "identity" {
      throw HubError.invalidResponse(url: url, problem: "its content is packed (\(encoding))")
    }
    entityTag = response["ETag"]
    if let length = response.contentLength { try announce(received + length) }
    try await receive(response)
    return true
  }

  private func start(_ session: HTTPSession) async throws -> HTTPSession.Response {
    var headers: [(String, String)] = []
    if received > 0 {
      headers.append(("Range", "bytes=\(received)-"))
      // Weak tags do not promise the same bytes.
      if let entityTag, !entityTag.hasPrefix("W/") { headers.append(("If-Range", entityTag)) }
    }
    do {
      return try await session.send(
        .get, download.url, headers: headers,
        credential: download.token.map { .init(token: $0, server: download.url) },
        redirects: .anywhere)
    } catch {
      throw interruption(error)
    }
  }

  private func receive(_ response: HTTPSession.Response) async throws {
    do {
      try await response.forEachPiece { piece in
        guard piece.count <= download.sizeLimit - received else {
          throw HubError.tooLarge(
            url: download.url.absoluteString, size: received + piece.count,
            limit: download.sizeLimit)
        }
        try file.write(piece)
        hash.update(piece)
        received += piece.count
        report(isLast: false)
      }
    } catch {
      throw interruption(error)
    }
    if let total, received != total {
      let error = HubError.sizeMismatch(
        url: download.url.absoluteString, expected: total, found: received)
      guard received < total else { throw error }
      throw Interruption(reason: error)
    }
  }

  /// Takes note of the size before anything is written.
  private func announce(_ size: Int) throws(HubError) {
    let url = download.url.absoluteString
    guard size <= download.sizeLimit else {
      throw .tooLarge(url: url, size: size, limit: download.sizeLimit)
    }
    if let expected = download.size, expected != size {
      throw .sizeMismatch(url: url, expected: expected, found: size)
    }
    total = size
    let folder = download.destination.deletingLastPathComponent().path
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    if let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue, free < size - received {
      throw .noSpace(folder: folder, needed: size - received, available: free)
    }
  }

  private func report(isLast: Bool) {
    guard isLast || received - reported >= Self.reportInterval || received < reported else {
      return
    }
    reported = received
    progress?(Download.Progress(url: download.url, received: received, total: total))
  }

  // MARK: Failures

  private func failure(_ response: HTTPSession.Response) -> any Error {
    let url = download.url.absoluteString
    switch response.status {
    case 401, 403:
      return HubError.unauthorized(
        what: download.url.path, endpoint: download.url.host ?? "",
        hasToken: download.token != nil)
    case 404, 410:
      return HubError.noSuchFile(
        name: download.url.host ?? url, file: download.url.lastPathComponent)
    case 408, 425, 429, 500, 502, 503, 504:
      let seconds = response["Retry-After"].flatMap { Int($0) }.map { min(max($0, 0), 60) }
      return Interruption(
        reason: .refused(url: url, status: response.status), pause: seconds.map { .seconds($0) })
    default: return HubError.refused(url: url, status: response.status)
    }
  }

  /// Errors of the network pass; others stay.
  private func interruption(_ error: any Error) -> any Error {
    if error is HubError || error is CancellationError || Task.isCancelled { return error }
    return Interruption(
      reason: .unreachable(url: download.url.absoluteString, reason: HTTPFailure.text(error)))
  }
}

/// The header that says which part of a content follows.
struct ContentRange {
  /// The first byte; −1 where no part follows.
  let start: Int
  /// The length of the whole, where it is known.
  let total: Int?

  /// Understands `bytes 5-9/10`, `bytes 5-9/*` and `bytes */10`; `nil` for anything else.
  init?(_ text: String?) {
    guard let text, text.hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    total = Int(parts[1])
    if parts[0] == "*" {
      start = -1
      return
    }
    let ends = parts[0].split(separator: "-").compactMap { Int($0) }
    guard ends.count == 2 else { return nil }
    start = ends[0]
  }
}
