import CredenceFiles
import CredenceHub
import FileSupport
import Foundation
import Synchronization
import Testing

@Suite struct DownloadTests {
  private let folder: TemporaryFolder
  private let body = content(300_000)

  init() throws {
    folder = try TemporaryFolder()
  }

  private func download(_ url: URL) -> Download {
    var download = Download(url, to: folder.url.appendingPathComponent("file.bin"))
    download.retries = .quick
    return download
  }

  private func fetched() throws -> Data {
    try Data(contentsOf: folder.url.appendingPathComponent("file.bin"))
  }

  @Test func `fetches a file once and reports how far it is`() async throws {
    try await LocalServer.with(.answers { [body] in .content(body, $0) }) { server in
      var download = download(server.url("/file.bin"))
      download.checksum = .sha256(sha256(body).uppercased())
      let reports = Mutex<[Download.Progress]>([])
      #expect(try await download.run { report in reports.withLock { $0.append(report) } })
      #expect(try fetched() == body)
      #expect(try names(in: folder.url) == ["file.bin"])
      let last = try #require(reports.withLock { $0.last })
      #expect(last.received == body.count && last.total == body.count)
      #expect(try await !download.run())
      #expect(server.requests.count == 1)
      #expect(server.requests.first?.headers["accept-encoding"] == "identity")
    }
  }

  @Test func `goes on where a transfer was cut`() async throws {
    let count = Mutex(0)
    try await LocalServer.with(
      .answers { [body] request in
        let isFirst = count.withLock { count in
          count += 1
          return count <= 2
        }
        return .content(body, request, tag: "\"a\"", cut: isFirst ? 100_000 : nil)
      }
    ) { server in
      try await download(server.url("/x")).run()
      #expect(try fetched() == body)
      // The end of a connection may overtake bytes that were sent before.
      let starts = server.requests.map { request in
        request.headers["range"].flatMap { Int($0.dropFirst(6).dropLast()) } ?? 0
      }
      #expect(starts.count == 3 && starts == starts.sorted() && Set(starts).count == 3)
      #expect(server.requests.last?.headers["if-range"] == "\"a\"")
    }
  }

  @Test func `goes on with the part of an earlier run where a checksum can tell`() async throws {
    try await LocalServer.with(.answers { [body] in .content(body, $0) }) { server in
      var download = download(server.url("/x"))
      _ = try folder.file("file.bin.incomplete", body.prefix(1234))
      download.checksum = .sha256(sha256(body))
      try await download.run()
      #expect(try fetched() == body)
      #expect(server.requests.map { $0.headers["range"] } == ["bytes=1234-"])
    }
  }

  @Test func `starts anew where the part of an earlier run was another file's`() async throws {
    try await LocalServer.with(.answers { [body] in .content(body, $0) }) { server in
      var download = download(server.url("/x"))
      _ = try folder.file("file.bin.incomplete", content(1234, seed: 2))
      download.checksum = .sha256(sha256(body))
      try await download.run()
      #expect(try fetched() == body)
      #expect(server.requests.map { $0.headers["range"] } == ["bytes=1234-", nil])
    }
    // Without a checksum nothing could tell.
    try await LocalServer.with(.answers { [body] in .content(body, $0) }) { server in
      try FileManager.default.removeItem(at: folder.url.appendingPathComponent("file.bin"))
      _ = try folder.file("file.bin.incomplete", content(1234, seed: 2))
      try await download(server.url("/x")).run()
      #expect(try fetched() == body)
      #expect(server.requests.map { $0.headers["range"] } == [nil])
    }
  }

  @Test func `takes everything from servers that send no parts`() async throws {
    try await LocalServer.with(.answers { [body] _ in .init(body: body) }) { server in
      var download = download(server.url("/x"))
      _ = try folder.file("file.bin.incomplete", body.prefix(1234))
      download.checksum = .sha256(sha256(body))
      try await download.run()
      #expect(try fetched() == body)
      #expect(server.requests.count == 1)
    }
  }

  @Test func `needs nothing more where the part is already the whole`() async throws {
    try await LocalServer.with(.answers { [body] in .content(body, $0) }) { server in
      var download = download(server.url("/x"))
      _ = try folder.file("file.bin.incomplete", body)
      download.checksum = .sha256(sha256(body))
      try await download.run()
      #expect(try fetched() == body)
      #expect(server.requests.map { $0.headers["range"] } == ["bytes=\(body.count)-"])
    }
  }

  @Test func `leaves nothing where the checksum is wrong`() async throws {
    try await LocalServer.with(.answers { [body] in .content(body, $0) }) { server in
      var download = download(server.url("/x"))
      let wrong = String(repeating: "0", count: 64)
      download.checksum = .sha256(wrong)
      let error = await hubError { try await download.run() }
      #expect(
        error
          == .checksumMismatch(
            url: server.url("/x").absoluteString, expected: wrong, found: sha256(body)))
      let left = try names(in: folder.url)
      #expect(left.isEmpty)
    }
  }

  @Test func `refuses other sizes than announced, or too many bytes, before writing`() async throws
  {
    try await LocalServer.with(.answers { [body] in .content(body, $0) }) { server in
      let url = server.url("/x").absoluteString
      var wrong = download(server.url("/x"))
      wrong.size = 5
      #expect(
        await hubError { try await wrong.run() }
          == .sizeMismatch(url: url, expected: 5, found: body.count))
      var limited = download(server.url("/x"))
      limited.sizeLimit = 1000
      #expect(
        await hubError { try await limited.run() }
          == .tooLarge(url: url, size: body.count, limit: 1000))
      let left = try names(in: folder.url)
      #expect(left.isEmpty)
    }
  }

  @Test func `tries again when a server is busy, and gives up in the end`() async throws {
    let count = Mutex(0)
    try await LocalServer.with(
      .answers { [body] request in
        let attempt = count.withLock { count in
          count += 1
          return count
        }
        if request.path == "/never" { return .status(500) }
        return attempt < 3 ? .status(503, [("Retry-After", "0")]) : .content(body, request)
      }
    ) { server in
      try await download(server.url("/x")).run()
      #expect(server.requests.count == 3)
      try FileManager.default.removeItem(at: folder.url.appendingPathComponent("file.bin"))
      var impatient = download(server.url("/never"))
      impatient.retries.count = 2
      #expect(
        await hubError { try await impatient.run() }
          == .refused(url: server.url("/never").absoluteString, status: 500))
      #expect(server.requests.count == 6)
    }
  }

  @Test func `says what a server refuses`() async throws {
    try await LocalServer.with(
      .answers { request in
        .status(request.path == "/absent.bin" ? 404 : request.path == "/mine" ? 401 : 418)
      }
    ) { server in
      #expect(
        await hubError { try await download(server.url("/absent.bin")).run() }
          == .noSuchFile(name: "127.0.0.1", file: "absent.bin"))
      #expect(
        await hubError { try await download(server.url("/mine")).run() }
          == .unauthorized(what: "/mine", endpoint: "127.0.0.1", hasToken: false))
      #expect(
        await hubError { try await download(server.url("/tea")).run() }
          == .refused(url: server.url("/tea").absoluteString, status: 418))
      #expect(server.requests.count == 3)
    }
  }

  @Test func `follows redirections, and takes the token to its own server only`() async throws {
    try await LocalServer.with(.answers { [body] in .content(body, $0) }) { other in
      let target = other.url("/content", host: "localhost").absoluteString
      try await LocalServer.with(
        .answers { request in
          request.path == "/start"
            ? .status(307, [("Location", "/next")]) : .status(302, [("Location", target)])
        }
      ) { server in
        var download = download(server.url("/start"))
        download.token = "secret"
        try await download.run()
        #expect(try fetched() == body)
        #expect(
          server.requests.map { $0.headers["authorization"] } == ["Bearer secret", "Bearer secret"])
        #expect(other.requests.map { $0.headers["authorization"] } == [nil])
      }
    }
  }

  @Test func `stops at redirections in a circle or to what is no server`() async throws {
    try await LocalServer.with(
      .answers { request in
        .status(302, [("Location", request.path == "/file" ? "file:///etc/passwd" : "/circle")])
      }
    ) { server in
      guard
        case .invalidResponse(_, "it leads in a circle")? = await hubError({
          try await download(server.url("/circle")).run()
        }),
        case .invalidResponse(_, "it leads to ‘file:///etc/passwd’, which is not encrypted")? =
          await hubError({ try await download(server.url("/file")).run() })
      else {
        Issue.record("not refused")
        return
      }
    }
  }

  @Test func `names a server that does not answer`() async throws {
    let url = try await LocalServer.with(.answers { _ in .status(200) }) { $0.url("/x") }
    var download = download(url)
    download.retries.count = 0
    guard case .unreachable(url.absoluteString, _)? = await hubError({ try await download.run() })
    else {
      Issue.record("reached")
      return
    }
  }

  @Test func `fetches once where two ask at the same time`() async throws {
    try await LocalServer.with(.answers { [body] in .content(body, $0) }) { server in
      var download = download(server.url("/x"))
      download.checksum = .sha256(sha256(body))
      let shared = download
      let fetched = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 { group.addTask { try await shared.run() } }
        return try await group.reduce(into: [Bool]()) { $0.append($1) }
      }
      #expect(fetched.count { $0 } == 1)
      #expect(server.requests.count == 1)
      #expect(try self.fetched() == body)
      #expect(try names(in: folder.url) == ["file.bin"])
    }
  }
}
