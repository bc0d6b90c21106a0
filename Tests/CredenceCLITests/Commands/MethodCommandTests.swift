import CredenceFiles
import CredenceModels
import CredenceNN
import CredencePredictions
import CredenceTensor
import Foundation
import Testing

/// `credence predict --method` and `credence density audit`.
@Suite(.serialized) struct MethodCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.writeImages()
    try workspace.writeWeights("net.safetensors")
    try workspace.writeWeights("other.safetensors", seed: 2)
  }

  private func predict(_ arguments: String...) throws -> Program.Run {
    try Program.run(
      ["predict", "--data", "digits", "--output", "out"] + arguments, in: workspace)
  }

  private func predictions(_ name: String) throws -> PredictionSet {
    try PredictionReader.read(PredictionSource(workspace.url(name))).set
  }

  @Test func `every method stores its members' logits, and they are scored`() throws {
    #expect(try predict("--model", "lenet=net.safetensors", "--embeddings").status == 0)
    let runs: [(name: String, members: Int, arguments: [String])] = [
      (
        "net_mc-dropout", 4,
        [
          "lenet=net.safetensors", "--method", "mc-dropout", "--samples", "4", "--dropout-rate",
          "0.3",
        ]
      ),
      ("net_tta", 2, ["lenet=net.safetensors", "--method", "tta"]),
      (
        "net_ensemble2", 2,
        ["lenet=net.safetensors", "lenet=other.safetensors", "--method", "ensemble"]
      ),
      (
        "net_shallow-ensemble", 5,
        ["lenet=net.safetensors", "--method", "shallow-ensemble", "--heads", "5"]
      ),
      (
        "net_laplace", 3,
        [
          "lenet=net.safetensors", "--method", "laplace", "--samples", "3", "--train",
          "out/net__digits.safetensors",
        ]
      ),
      (
        "net_swag2", 3,
        [
          "lenet=net.safetensors", "lenet=other.safetensors", "--method", "swag", "--samples", "3",
        ]
      ),
    ]
    try writePairs()
    for run in runs {
      let data = run.arguments.contains("--heads") ? "pairs" : "digits"
      let result = try Program.run(
        ["predict", "--output", "out", "--data", data, "--model"] + run.arguments, in: workspace)
      #expect(result.status == 0, "\(run.name): \(result.error)")
      let file = "out/\(run.name)__\(data).safetensors"
      #expect(result.output == file + "\n")
      #expect(try predictions(file).memberLogits.count == run.members, "\(run.name)")
      let scored = try Program.run(["score", file], in: workspace)
      #expect(scored.status == 0, "\(scored.error)")
    }
  }

  /// Images of two classes, for five heads on ten logits.
  private func writePairs() throws {
    for label in 0..<2 {
      let target = workspace.url("pairs/class\(label)")
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: workspace.url("digits/class\(label)"), to: target)
    }
  }

  @Test func `wrong options are refused with the words`() throws {
    let lonely = try predict("--model", "lenet=net.safetensors", "--samples", "3")
    #expect(lonely.status == 64)
    #expect(lonely.error.contains("Error: --samples belongs to a --method; say which."))
    let unknown = try predict("--model", "lenet=net.safetensors", "--method", "magic")
    #expect(unknown.status == 64)
    #expect(
      unknown.error.contains("Error: --method is ‘magic’; it must be one of mc-dropout, tta,"))
    let foreign = try predict(
      "--model", "lenet=net.safetensors", "--method", "tta", "--heads", "3")
    #expect(
      foreign.error.contains(
        "Error: ‘tta’ does not heed --heads; its options are --tta-flips, --tta-shift."))
    let plain = try predict("--model", "lenet=net.safetensors", "--method", "mc-dropout")
    #expect(plain.status == 1)
    #expect(
      plain.errorLines.last
        == "credence: net_mc-dropout: ‘net.safetensors’ has no dropout. Samples of it would all be "
        + "the same. Say how much to drop: --dropout-rate 0.1.")
    let single = try predict("--model", "lenet=net.safetensors", "--method", "ensemble")
    #expect(single.status == 1)
    #expect(single.error.contains("‘ensemble’ got 1 model. It combines 2 or more."))
    let unfitted = try predict("--model", "lenet=net.safetensors", "--method", "laplace")
    #expect(
      unfitted.error.contains(
        "‘laplace’ needs embeddings of the training data. Make them by ‘credence predict"))
  }

  // MARK: - Audit

  private func writeBounded(_ name: String, warmup: Int) throws {
    guard let descriptor = ModelCatalog["lenet"] else { return }
    var settings = descriptor.settings
    settings.spectralNorm = .on(.init(coefficient: 0.2, warmupIterations: warmup))
    let store = ParameterStore(.random(try Generator(seed: 1)))
    _ = try descriptor.make(store.root, settings)
    try store.write(
      to: workspace.url(name),
      metadata: [
        NetworkDescription.metadataKey: NetworkDescription(model: "lenet", settings: settings)
          .json()
      ])
  }

  @Test func `an audit says which bounds hold`() throws {
    try writeBounded("settled.safetensors", warmup: 300)
    let good = try Program.run(["density", "audit", "settled.safetensors"], in: workspace)
    #expect(good.status == 0, "\(good.error)")
    #expect(good.output.hasPrefix("Layer "))
    #expect(good.output.contains("lenet: All bounds hold."))
    try writeBounded("fresh.safetensors", warmup: 0)
    let bad = try Program.run(["density", "audit", "fresh.safetensors"], in: workspace)
    #expect(bad.status == 2)
    #expect(bad.output.contains("4 bounds of 4 broken."))
    let table = try Program.run(
      ["density", "audit", "fresh.safetensors", "--format", "csv"], in: workspace)
    #expect(table.output.hasPrefix("layer,shape,sigma,norm,norm_in_use,coefficient,holds\r\n"))
    let json = try Program.run(
      ["density", "audit", "settled.safetensors", "--format", "json"], in: workspace)
    #expect(json.output.contains("\"credence.spectral-norm-audit/1\""))
  }

  @Test func `a checkpoint without bounds, or without a network, is refused`() throws {
    let plain = try Program.run(["density", "audit", "lenet=net.safetensors"], in: workspace)
    #expect(plain.status == 1)
    #expect(
      plain.error.contains(
        "The checkpoint is ‘net.safetensors’; it must be of a network trained with -sn; "
          + "this one has no ‘weight_orig’, so nothing to audit."))
    let unnamed = try Program.run(["density", "audit", "net.safetensors"], in: workspace)
    #expect(unnamed.status == 1 && unnamed.error.contains("Weights alone need their architecture"))
  }

  @Test func `a described checkpoint predicts by its path`() throws {
    try writeBounded("bounded.safetensors", warmup: 15)
    let run = try predict("--model", "bounded.safetensors")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output == "out/bounded__digits.safetensors\n")
  }
}
