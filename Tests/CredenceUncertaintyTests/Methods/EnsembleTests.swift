import CredenceModels
import CredenceNN
import CredenceTensor
import CredenceUncertainty
import FileSupport
import Foundation
import Testing

@Suite struct EnsembleTests {
  @Test func `members of a deep ensemble are its networks`() throws {
    let models = try (0..<3).map { try SmallNetworks.model(seed: UInt64($0)) }
    let compiled = try models.map { try SmallNetworks.compiled($0) }
    let method = try DeepEnsemble(
      compiled.map { network in { try network($0).logits } }, classCount: 4)
    let images = try SmallNetworks.images(6, models[0])
    let output = try method(images)
    #expect(method.memberCount == 3 && method.embeddingWidth == 0 && output.embeddings == nil)
    for (model, logits) in zip(models, output.logits) {
      let expected = try withInference { try model.network(images, .evaluation).logits }
      #expect(try difference(logits, expected) < 1e-5)
    }
    let found: [Double] = try output.probabilities.values()
    for (found, expected) in try zip(found, meanProbabilities(output.logits)) {
      #expect(abs(found - expected) < 1e-6)
    }
  }

  @Test func `one network is no ensemble`() {
    #expect(throws: MethodError.tooFewModels(method: "ensemble", found: 1, needed: 2)) {
      try DeepEnsemble([{ $0 }], classCount: 4)
    }
  }

  @Test func `heads of a shallow ensemble are blocks of its logits`() throws {
    let model = try SmallNetworks.model { $0.classCount = 12 }
    let method = try ShallowEnsemble(SmallNetworks.compiled(model), heads: 4, name: "m")
    let images = try SmallNetworks.images(2, model)
    let output = try method(images)
    #expect(method.classCount == 3 && method.memberCount == 4)
    let logits = try withInference { try model.network(images, .evaluation).logits }
    for head in 0..<4 {
      let expected = try logits.slice(1, from: 3 * head, to: 3 * head + 3)
      #expect(try difference(output.logits[head], expected) < 1e-5)
    }
    for heads in [1, 5, 12] {
      #expect(throws: MethodError.self) {
        try ShallowEnsemble(SmallNetworks.compiled(model), heads: heads, name: "m")
      }
    }
  }

  @Test func `heads are trained by the mean of their losses`() throws {
    let logits = try Tensor.normal([5, 12], using: Generator(seed: 1))
    let labels = try Tensor([0, 2, 1, 1, 0] as [Int64], shape: [5])
    for descriptor in LossDescriptor.all where !descriptor.usesOutliers {
      var settings = LossSettings()
      settings.name = descriptor.id
      let loss = try settings.loss()
      let found = try HeadMeanLoss(loss, heads: 4)(logits, labels).item()
      let expected =
        try (0..<4).reduce(0.0) { sum, head in
          sum + (try loss(logits.slice(1, from: 3 * head, to: 3 * head + 3), labels).item())
        } / 4
      #expect(abs(found - expected) < 1e-6, "\(descriptor.id)")
    }
    let single = try HeadMeanLoss(CrossEntropy(), heads: 1)(logits, labels).item()
    #expect(try single == CrossEntropy()(logits, labels).item())
  }

  @Test func `a shallow ensemble is judged by its mean probabilities`() throws {
    let logits = try Tensor.normal([5, 12], deviation: 20, using: Generator(seed: 2))
    let found: [Double] = try ShallowEnsemble.logProbabilities(logits, heads: 4).values()
    let members = try (0..<4).map { try logits.slice(1, from: 3 * $0, to: 3 * $0 + 3) }
    for (found, expected) in try zip(found, meanProbabilities(members)) {
      #expect(abs(exp(found) - expected) < 1e-6)
    }
  }

  @Test func `only a shallow ensemble takes a checkpoint with several heads`() throws {
    let folder = try TemporaryFolder()
    let model = try SmallNetworks.model { $0.classCount = 12 }
    let url = folder.url.appending(path: "heads.safetensors")
    try model.store.write(
      to: url,
      metadata: [
        NetworkDescription.metadataKey:
          NetworkDescription(model: "lenet", settings: model.settings, heads: 4).json()
      ])
    let checkpoint = try NetworkCheckpoint(contentsOf: url)
    var inputs = MethodInputs(
      [checkpoint], networks: [checkpoint.description.settings],
      inputSize: SmallNetworks.size(model), inference: InferenceSettings())
    let method = try #require(MethodCatalog["shallow-ensemble"]).make(inputs)
    #expect(method.memberCount == 4 && method.classCount == 3)
    inputs.classCount = 3
    #expect(try #require(MethodCatalog["shallow-ensemble"]).make(inputs).classCount == 3)
    inputs.settings.heads = 3
    #expect(throws: MethodError.severalHeads(model: "heads.safetensors", heads: 4, expected: 3)) {
      try #require(MethodCatalog["shallow-ensemble"]).make(inputs)
    }
    inputs.settings.heads = 0
    let error = MethodError.severalHeads(model: "heads.safetensors", heads: 4, expected: 1)
    for id in ["tta", "mc-dropout", "ensemble", "laplace"] {
      #expect(throws: error) { try #require(MethodCatalog[id]).make(inputs) }
    }
    #expect(error.recoverySuggestion == "Predict by --method shallow-ensemble.")
  }

  @Test func `views are the image, its shifts to the corners, and their mirrors`() throws {
    let model = try SmallNetworks.model("wrn10_1")
    let compiled = try SmallNetworks.compiled(model)
    let images = try SmallNetworks.images(2, model)
    let mirrored = try TestTimeAugmentation(compiled, inputSize: [3, 32, 32], .init())(images)
    #expect(mirrored.logits.count == 2)
    #expect(try difference(mirrored.logits[0], compiled(images).logits) == 0)
    #expect(try difference(mirrored.logits[1], compiled(images.flipped([3])).logits) < 1e-6)
    let shifted = try TestTimeAugmentation(
      compiled, inputSize: [3, 32, 32], .init(flips: true, shift: 2))(images)
    #expect(shifted.logits.count == 10)
    // A shift back to where the image was leaves all but the border.
    let corner = try images.reflectionPadded([2, 2, 2, 2]).slice(2, to: 32).slice(3, to: 32)
    #expect(
      try difference(
        corner.slice(2, from: 2).slice(3, from: 2), images.slice(2, to: 30).slice(3, to: 30)) == 0)
    #expect(try difference(shifted.logits[1], compiled(corner).logits) < 1e-6)
    #expect(try difference(shifted.logits[6], compiled(corner.flipped([3])).logits) < 1e-6)
  }

  @Test func `views that don't exist are refused`() throws {
    let model = try SmallNetworks.model()
    let compiled = try SmallNetworks.compiled(model)
    for configuration in [
      TestTimeAugmentation.Configuration(flips: false, shift: 0), .init(shift: 28),
      .init(shift: -1),
    ] {
      #expect(throws: MethodError.self) {
        try TestTimeAugmentation(compiled, inputSize: [1, 28, 28], configuration)
      }
    }
  }

  @Test func `the catalog names methods once, with their sources, and settings survive JSON`()
    throws
  {
    let all = MethodCatalog.all
    #expect(Set(all.map(\.id)).count == all.count)
    #expect(all.allSatisfy { !$0.title.isEmpty && $0.source.hasPrefix("arXiv:") })
    #expect(MethodCatalog["swag"]?.models == .several && MethodCatalog["nothing"] == nil)
    var settings = MethodSettings()
    settings.setSamples(7)
    settings.setSeed(2)
    settings.laplace.priorPrecision = .fixed(3)
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(MethodSettings.self, from: data) == settings)
  }
}
