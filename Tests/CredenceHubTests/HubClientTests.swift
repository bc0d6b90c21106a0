import CredenceHub
import FileSupport
import Foundation
import Synchronization
import Testing

@Suite struct HubClientTests {
  private let folder: TemporaryFolder
  private let hub: FakeHub
  private let configuration = Data(
    #"{"architecture": "resnet18", "num_classes": 10, "pretrained_cfg": {"tag": "x"}}"#.utf8)
  private let weights = content(50_000)
  private let commit = String(repeating: "a", count: 40)

  init() throws {
    folder = try TemporaryFolder()
    hub = FakeHub(["config.json": configuration, "model.safetensors": weights])
  }

  private var cache: URL { folder.url.appendingPathComponent("hub/models--timm--net") }

  private func link(_ path: String) throws -> String {
    try FileManager.default.destinationOfSymbolicLink(
      atPath: cache.appendingPathComponent(path).path)
  }

  private func model(_ revision: String = "") throws -> HubModel {
    try HubModel("timm/net\(revision)")
  }

  @Test func `fetches weights with their description`() async throws {
    try await LocalServer.with(.answers(hub.answer)) { server in
      let found = try await client(server, folder.url, token: "t").weights(of: model())
      #expect(found.configuration.architecture == "resnet18")
      #expect(try Data(contentsOf: found.file.url) == weights)
      #expect(found.file.commit == commit)
      #expect(found.file.isNew && found.file.notice == nil)
      // The token stays on the hub.
      let authorized = server.requests.filter { $0.headers["authorization"] != nil }
      #expect(authorized.allSatisfy { !$0.path.hasPrefix("/cdn/") })
      #expect(authorized.count == 4)
    }
  }

  @Test func `keeps them as Python's library does`() async throws {
    try await LocalServer.with(.answers(hub.answer)) { server in
      let client = try client(server, folder.url)
      _ = try await client.weights(of: model())
      let tag = sha256(configuration).prefix(40)
      #expect(try link("snapshots/\(commit)/config.json") == "../../blobs/\(tag)")
      #expect(
        try link("snapshots/\(commit)/model.safetensors") == "../../blobs/\(sha256(weights))")
      #expect(try names(in: cache) == ["blobs", "snapshots", "refs"])
      #expect(try names(in: cache.appendingPathComponent("blobs")).count == 2)
      #expect(
        try String(contentsOf: cache.appendingPathComponent("refs/main"), encoding: .utf8) == commit
      )
      #expect(
        try names(in: folder.url.appendingPathComponent("hub/.locks/models--timm--net"))
          == ["\(tag).lock", "\(sha256(weights)).lock"])
      #expect(try names(in: folder.url.appendingPathComponent("hub")).contains("CACHEDIR.TAG"))
      // A name for another commit with the same content costs a link.
      hub.state.withLock { $0.commit = String(repeating: "b", count: 40) }
      let again = try await client.file("model.safetensors", of: model())
      #expect(!again.isNew)
      #expect(try names(in: cache.appendingPathComponent("snapshots")).count == 2)
      #expect(server.requests.count { $0.path.hasPrefix("/cdn/") } == 1)
    }
  }

  @Test func `finds what Python's library fetched`() async throws {
    let manager = FileManager.default
    for name in ["blobs", "snapshots/\(commit)", "refs"] {
      try manager.createDirectory(
        at: cache.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    try weights.write(to: cache.appendingPathComponent("blobs/\(sha256(weights))"))
    try manager.createSymbolicLink(
      atPath: cache.appendingPathComponent("snapshots/\(commit)/model.safetensors").path,
      withDestinationPath: "../../blobs/\(sha256(weights))")
    try Data(commit.utf8).write(to: cache.appendingPathComponent("refs/main"))
    try await LocalServer.with(.answers(hub.answer)) { server in
      let client = try client(server, folder.url)
      let file = try await client.file("model.safetensors", of: model())
      #expect(!file.isNew && server.requests.map(\.method) == ["HEAD"])
      // A commit never changes, so nobody need be asked.
      let pinned = try await client.file("model.safetensors", of: model("@\(commit)"))
      #expect(pinned.url == file.url && server.requests.count == 1)
    }
  }

  @Test func `takes the older format where there is no other`() async throws {
    let pickle = Data("p".utf8)
    hub.state.withLock {
      $0.files["model.safetensors"] = nil
      $0.files["pytorch_model.bin"] = pickle
    }
    try await LocalServer.with(.answers(hub.answer)) { server in
      let found = try await client(server, folder.url).weights(of: model())
      #expect(try Data(contentsOf: found.file.url) == pickle)
      #expect(
        try names(in: cache.appendingPathComponent(".no_exist/\(commit)")) == ["model.safetensors"])
      let offline = try client(server, folder.url, isOffline: true)
      let count = server.requests.count
      #expect(try await offline.weights(of: model()).file.url == found.file.url)
      #expect(server.requests.count == count)
    }
  }

  @Test func `uses the cache alone when offline`() async throws {
    try await LocalServer.with(.answers(hub.answer)) { server in
      let offline = try client(server, folder.url, isOffline: true)
      let model = try model()
      let expected = HubError.notCached(
        name: "timm/net", file: "config.json", folder: folder.url.path + "/hub")
      #expect(await hubError { _ = try await offline.weights(of: model) } == expected)
      #expect(server.requests.isEmpty)
      _ = try await client(server, folder.url).weights(of: model)
      let found = try await offline.weights(of: model)
      #expect(found.file.notice == "The network may not be used.")
      #expect(try Data(contentsOf: found.file.url) == weights)
    }
  }

  @Test func `uses the cache where the hub can't be reached, and says so`() async throws {
    let unreachable = try await LocalServer.with(.answers(hub.answer)) { server in
      let client = try client(server, folder.url)
      _ = try await client.weights(of: model())
      return client
    }
    let found = try await unreachable.weights(of: model())
    #expect(found.file.notice?.hasPrefix("The hub can't be reached: ") == true)
    let other = try HubModel("timm/other")
    guard case .unreachable? = await hubError({ _ = try await unreachable.weights(of: other) })
    else {
      Issue.record("another error")
      return
    }
  }

  @Test func `goes on where a transfer was cut, in another run too`() async throws {
    hub.state.withLock { $0.cut = 20_000 }
    try await LocalServer.with(.answers(hub.answer)) { server in
      var settings = try client(server, folder.url).settings
      settings.retries.count = 0
      let model = try model()
      let impatient = HubClient(settings)
      guard
        case .unreachable? = await hubError({
          _ = try await impatient.file("model.safetensors", of: model)
        })
      else {
        Issue.record("not cut")
        return
      }
      let tag = sha256(weights)
      #expect(try names(in: cache.appendingPathComponent("blobs")) == ["\(tag).incomplete"])
      let file = try await client(server, folder.url).file("model.safetensors", of: model)
      #expect(try Data(contentsOf: file.url) == weights)
      #expect(server.requests.last?.headers["range"]?.hasPrefix("bytes=") == true)
      #expect(try names(in: cache.appendingPathComponent("blobs")) == [tag])
    }
  }

  @Test func `refuses contents that are not what their tag says`() async throws {
    let tag = String(repeating: "0", count: 64)
    hub.state.withLock { $0.wrongTag = tag }
    try await LocalServer.with(.answers(hub.answer)) { server in
      let client = try client(server, folder.url)
      let model = try model()
      guard
        case .checksumMismatch(_, tag, _)? = await hubError({
          _ = try await client.file("model.safetensors", of: model)
        })
      else {
        Issue.record("taken")
        return
      }
      #expect(try names(in: cache.appendingPathComponent("blobs")).isEmpty)
    }
  }

  @Test(arguments: ["../../etc", "a/b", "", ".", "a\"b", "ä"])
  func `refuses tags that are no file names`(_ tag: String) async throws {
    hub.state.withLock { $0.wrongTag = tag }
    try await LocalServer.with(.answers(hub.answer)) { server in
      let client = try client(server, folder.url)
      let model = try model()
      guard
        case .invalidResponse(_, "it has no usable tag of its content (ETag)")? = await hubError({
          _ = try await client.file("model.safetensors", of: model)
        })
      else {
        Issue.record("taken")
        return
      }
    }
  }

  @Test(arguments: ["../x", "/etc/passwd", "a/../../b", ""])
  func `refuses names of files that lead out of the cache`(_ name: String) async throws {
    try await LocalServer.with(.answers(hub.answer)) { server in
      let client = try client(server, folder.url)
      let model = try model()
      guard
        case .badName(name, _)? = await hubError({ _ = try await client.file(name, of: model) })
      else {
        Issue.record("taken")
        return
      }
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `says what is absent, and what is closed`() async throws {
    try await LocalServer.with(.answers(hub.answer)) { server in
      let endpoint = server.url().absoluteString
      let anonymous = try client(server, folder.url)
      let model = try model()
      #expect(
        await hubError { _ = try await anonymous.file("x.bin", of: model) }
          == .noSuchFile(name: "timm/net", file: "x.bin"))
      let other = try HubModel("timm/other")
      #expect(
        await hubError { _ = try await anonymous.weights(of: other) }
          == .noSuchModel(name: "timm/other", endpoint: endpoint))
      let revision = try self.model("@v9")
      #expect(
        await hubError { _ = try await anonymous.weights(of: revision) }
          == .noSuchRevision(name: "timm/net", revision: "v9"))
      hub.state.withLock { $0.isGated = true }
      #expect(
        await hubError { _ = try await anonymous.weights(of: model) }
          == .unauthorized(what: "timm/net", endpoint: endpoint, hasToken: false))
      let wrong = try client(server, folder.url, token: "wrong")
      #expect(
        await hubError { _ = try await wrong.weights(of: model) }
          == .unauthorized(what: "timm/net", endpoint: endpoint, hasToken: true))
      let right = try client(server, folder.url, token: "right")
      #expect(try await right.weights(of: model).file.isNew)
    }
  }

  @Test func `keeps revisions apart`() async throws {
    try await LocalServer.with(.answers(hub.answer)) { server in
      let client = try client(server, folder.url)
      _ = try await client.file("config.json", of: model("@refs/pr/1"))
      #expect(server.requests.first?.path == "/timm/net/resolve/refs%2Fpr%2F1/config.json")
      #expect(
        try String(
          contentsOf: cache.appendingPathComponent("refs/refs/pr/1"), encoding: .utf8) == commit)
      _ = try await client.file("config.json", of: model("@\(commit)"))
      #expect(try names(in: cache.appendingPathComponent("refs")) == ["refs"])
    }
  }

  @Test func `takes no other server for a hub`() async throws {
    try await LocalServer.with(.answers { _ in .init(body: Data("<html>".utf8)) }) { server in
      let client = try client(server, folder.url)
      let model = try model()
      guard
        case .invalidResponse(_, "it does not name a commit (X-Repo-Commit)")? = await hubError({
          _ = try await client.weights(of: model)
        })
      else {
        Issue.record("taken")
        return
      }
    }
  }
}
