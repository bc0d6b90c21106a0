import CredenceEvaluation
import CredenceHub
import CredenceModels
import FileSupport
import Foundation
import Testing

@Suite struct ImageTextResolverTests {
  private let folder: TemporaryFolder
  private let resolver: ImageTextResolver
  private let commit = String(repeating: "ab", count: 20)

  init() throws {
    folder = try TemporaryFolder()
    resolver = ImageTextResolver(
      hub: HubClient(
        try HubSettings(
          environment: ["HF_HUB_CACHE": folder.url.path, "HF_HUB_OFFLINE": "1", "HOME": "/"])))
  }

  /// Puts files of a repository into the cache.
  private func cache(_ name: String, _ files: [String: String]) throws {
    let repository = folder.url.appending(
      path: "models--" + name.replacing("/", with: "--"))
    let snapshot = repository.appending(path: "snapshots/\(commit)")
    let references = repository.appending(path: "refs")
    for folder in [snapshot, references] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    try Data(commit.utf8).write(to: references.appending(path: "main"))
    for (name, text) in files { try Data(text.utf8).write(to: snapshot.appending(path: name)) }
  }

  @Test func `repositories are found in the hub's cache, in both forms`() async throws {
    try cache(
      "openai/tiny", ["config.json": #"{"model_type": "clip"}"#, "pytorch_model.bin": "x"])
    let clip = try await resolver.locate("openai/tiny")
    #expect(clip.checkpoint.name == "openai/tiny")
    #expect(clip.checkpoint.weights.lastPathComponent == "pytorch_model.bin")
    #expect(clip.checkpoint.layout == .transformersCLIP)
    #expect(clip.notices == ["The network may not be used."])
    let config = #"{"model_cfg": {"embed_dim": 512, "vision_cfg": {}, "text_cfg": {}}}"#
    try cache(
      "laion/tiny",
      ["open_clip_config.json": config, "open_clip_model.safetensors": "x", "config.json": "{}"])
    let open = try await resolver.locate("hf-hub:laion/tiny")
    #expect(open.checkpoint.layout == .openCLIP)
  }

  @Test func `what is not in the cache is named, and so is a path that is not there`() async throws
  {
    await #expect(throws: HubError.self) { try await resolver.locate("openai/absent") }
    try cache("openai/noweights", ["config.json": #"{"model_type": "clip"}"#])
    let error = await #expect(throws: HubError.self) {
      try await resolver.locate("openai/noweights")
    }
    guard case .notCached("openai/noweights", "model.safetensors", _)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    await #expect(throws: ImageTextError.self) { try await resolver.locate("./absent/clip") }
  }
}
