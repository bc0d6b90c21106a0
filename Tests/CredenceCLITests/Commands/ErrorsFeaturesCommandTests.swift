import Foundation
import Testing

@Suite(.serialized) struct ErrorsFeaturesCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func features(_ arguments: String...) throws -> Program.Run {
    try Program.run(["errors", "features"] + arguments, in: workspace)
  }

  @Test func `impossible settings are refused before anything is opened`() throws {
    for (arguments, text) in [
      (["--precision", "int8"], "--precision is ‘int8’"),
      (["--batch-size", "0"], "--batch-size is 0"), (["--device", "tpu"], "--device is ‘tpu’"),
      (["--dataset", "../x"], "--dataset is ‘../x’"),
      (["--train", "a", "--train-embeddings", "b"], "--train-embeddings stands in place of"),
    ] {
      let run = try Program.run(
        ["errors", "features", "--clip", "clip", "--images", "val"] + arguments, in: workspace)
      #expect(run.status == 64 && run.error.contains(text), "\(run.error)")
    }
    #expect(try features("--images", "val").status == 64)
  }

  @Test func `without weights it says where to get them`() throws {
    let run = try features("--clip", "clip", "--images", "val")
    #expect(run.status == 1 && run.output.isEmpty)
    #expect(run.error.contains("has no ‘clip’"), "\(run.error)")
    #expect(run.error.contains("openai/clip-vit-large-patch14-336"))
    #expect(run.error.contains("docs/error-features.md"))
    let offline = try features("--clip", "someone/absent", "--images", "val", "--offline")
    #expect(offline.status == 1 && offline.error.contains("someone/absent"), "\(offline.error)")
  }

  @Test func `it is found under its second name, too`() throws {
    let run = try Program.run(["errors", "encode", "--help"], in: workspace)
    #expect(run.status == 0 && run.output.contains("--train-embeddings"))
  }
}
