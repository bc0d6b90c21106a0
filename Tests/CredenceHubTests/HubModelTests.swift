import CredenceHub
import Foundation
import Testing

@Suite struct HubModelTests {
  @Test(arguments: [
    ("timm/resnet50.a1_in1k", "timm/resnet50.a1_in1k", "main"),
    ("hf-hub:timm/vit@v1.0", "timm/vit", "v1.0"), ("hf_hub:gpt2", "gpt2", "main"),
    ("a/b@refs/pr/3", "a/b", "refs/pr/3"),
  ])
  func `understands names`(_ text: String, _ name: String, _ revision: String) throws {
    let model = try HubModel(text)
    #expect(model.name == name)
    #expect(model.revision == revision)
    #expect(try HubModel(model.description) == model)
  }

  @Test(arguments: [
    "", "a/b/c", "../b", "a/..", "a//b", "/a", "a/", "a/.b", "a/b-", "a/b@", "a/b@c@d", "a/b@../x",
    "a/b@/x", "a b/c", "a/b?x", "a/b@x%2f", "a/b--c", "ä/b", "a/b@x//y", "a/b\n", "a/x..y",
    String(repeating: "a", count: 97),
  ])
  func `refuses what could be no name, or lead out of the cache`(_ text: String) async {
    guard case .badName(text, _)? = await hubError({ _ = try HubModel(text) }) else {
      Issue.record("another error")
      return
    }
  }
}
