import CredenceHub
import FileSupport
import Foundation
import Testing

@Suite struct HubSettingsTests {
  @Test(arguments: [
    ([:], "/home/u/.cache/huggingface/hub"),
    (["XDG_CACHE_HOME": "/x"], "/x/huggingface/hub"),
    (["XDG_CACHE_HOME": "/x", "HF_HOME": "~/h"], "/home/u/h/hub"),
    (["HF_HOME": "/h", "HUGGINGFACE_HUB_CACHE": "/old"], "/old"),
    (
      ["HF_HOME": "/h", "HUGGINGFACE_HUB_CACHE": "/old", "HF_HUB_CACHE": "$D/c", "D": "/d"], "/d/c"
    ),
    (["HF_HOME": "${D}x/$NONE/${D", "D": "/d"], "/dx/$NONE/${D/hub"),
    (["HF_HOME": ""], "/home/u/.cache/huggingface/hub"),
  ])
  func `finds the cache as Python's library does`(
    _ environment: [String: String], _ expected: String
  ) throws {
    let settings = try HubSettings(
      environment: environment.merging(["HOME": "/home/u"]) { $1 })
    #expect(settings.cacheFolder.path == expected)
  }

  @Test func `takes the token from the environment, else from its file`() throws {
    let folder = try TemporaryFolder()
    let home = folder.url.path
    #expect(try HubSettings(environment: ["HF_HOME": home]).token == nil)
    _ = try folder.file("token", " stored\n")
    #expect(try HubSettings(environment: ["HF_HOME": home]).token == "stored")
    #expect(try HubSettings(environment: ["HF_HOME": home, "HF_TOKEN": "given"]).token == "given")
    let other = try folder.file("other", "other")
    #expect(
      try HubSettings(environment: ["HF_HOME": home, "HF_TOKEN_PATH": other.path]).token == "other")
    #expect(try HubSettings(environment: ["HF_HOME": home, "HF_TOKEN": "a\r\nb"]).token == nil)
  }

  @Test func `honors a mirror and the wish to stay offline`() throws {
    let usual = try HubSettings(environment: [:])
    #expect(usual.endpoint.absoluteString == "https://huggingface.co")
    #expect(!usual.isOffline)
    let mirror = try HubSettings(
      environment: ["HF_ENDPOINT": "https://mirror.example/hub/", "HF_HUB_OFFLINE": "yes"])
    #expect(mirror.endpoint.absoluteString == "https://mirror.example/hub")
    #expect(mirror.isOffline)
    #expect(
      throws: HubError.badSetting(
        name: "HF_ENDPOINT", value: "mirror", problem: "an address must start with https://")
    ) { try HubSettings(environment: ["HF_ENDPOINT": "mirror"]) }
  }
}
