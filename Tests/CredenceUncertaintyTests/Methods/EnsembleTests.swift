import CredenceModels
import CredenceNN
import CredenceTensor
import CredenceUncertainty
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
