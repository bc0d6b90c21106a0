import CredenceData
import CredenceEvaluation
import CredenceFiles
import CredenceHub
import FileSupport
import Foundation
import Testing

@Suite struct DatasetDownloaderTests {
  private let folder: TemporaryFolder
  private let body = content(40_000)

  init() throws {
    folder = try TemporaryFolder()
  }

  private func downloader(_ server: LocalServer? = nil) -> DatasetDownloader {
    var downloader = DatasetDownloader(folder: folder.url.path)
    downloader.mirror = server?.url("/files")
    downloader.retries = .quick
    return downloader
  }

  @Test func `files are fetched once, each under its name`() async throws {
    let entry = try DatasetRegistry.named("ambiguous_mnist")
    try await LocalServer.with(.answers { [body] in .content(body, $0) }) { server in
      let first = try await downloader(server).run(entry)
      #expect(first.map(\.file) == ["amnist_samples.pt", "amnist_labels.pt"])
      #expect(first.allSatisfy { !$0.wasThere })
      #expect(
        server.requests.map(\.path) == ["/files/amnist_samples.pt", "/files/amnist_labels.pt"])
      let file = folder.url.appendingPathComponent("ambiguous-mnist/amnist_labels.pt")
      #expect(try Data(contentsOf: file) == body)
      let again = try await downloader(server).run(entry)
      #expect(again.allSatisfy { $0.wasThere } && server.requests.count == 2)
      // Made or not, the bytes are not the published ones.
      let states = try DatasetVerification(entry, in: folder.url.path).files.map(\.state)
      #expect(states == [.other, .other])
    }
  }

  @Test func `other bytes than the published ones never appear`() async throws {
    let entry = try DatasetRegistry.named("kmnist")
    try await LocalServer.with(.answers { [body] in .content(body, $0) }) { server in
      let error = await #expect(throws: HubError.self) { try await downloader(server).run(entry) }
      guard case .checksumMismatch(_, "bdb82020997e1d708af4cf47b453dcf7", let found)? = error else {
        Issue.record("another error: \(String(describing: error))")
        return
      }
      #expect(found == Checksum.md5("").hexadecimal(of: body))
      let names = try names(in: folder.url.appendingPathComponent("kmnist"))
      #expect(!names.contains("train-images-idx3-ubyte.gz"))
    }
  }

  @Test func `only the wanted parts are asked for`() async throws {
    let entry = try DatasetRegistry.named("svhn")
    try await LocalServer.with(.answers { _ in .status(404) }) { server in
      var downloader = downloader(server)
      downloader.parts = [.extra]
      await #expect(throws: HubError.noSuchFile(name: "127.0.0.1", file: "extra_32x32.mat")) {
        try await downloader.run(entry)
      }
      #expect(server.requests.map(\.path) == ["/files/extra_32x32.mat"])
    }
  }

  @Test func `a set with terms of its own is not fetched, and what to do is said`() async throws {
    let entry = try DatasetRegistry.named("tiny_imagenet")
    await #expect(
      throws: DatasetError.manualStep(
        dataset: "tiny_imagenet", license: entry.license, step: entry.manualStep)
    ) { try await downloader().run(entry) }
    #expect(entry.manualStep.contains("https://image-net.org"))
    #expect(entry.manualStep.contains("tiny-imagenet-200/wnids.txt"))
  }

  @Test func `MD5 continues where a transfer was cut`() async throws {
    try await LocalServer.with(
      .answers { [body] request in
        let isFirst = request.headers["range"] == nil
        return .content(body, request, tag: "\"a\"", cut: isFirst ? 10_000 : nil)
      }
    ) { server in
      var download = Download(
        server.url("/x"), to: folder.url.appendingPathComponent("file.bin"))
      download.retries = .quick
      download.checksum = .md5(Checksum.md5("").hexadecimal(of: body))
      let isNew = try await download.run()
      #expect(isNew)
      #expect(server.requests.count >= 2)
      let isNewAgain = try await download.run()
      #expect(!isNewAgain)
    }
  }
}
