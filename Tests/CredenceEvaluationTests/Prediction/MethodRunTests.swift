import CredenceData
import CredenceEvaluation
import CredenceFiles
import CredenceHub
import CredenceModels
import CredenceNN
import CredencePredictions
import CredenceTensor
import CredenceUncertainty
import FileSupport
import Foundation
import Testing

/// Methods with members, through the predictor.
@Suite struct MethodRunTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  private func located(_ resolver: ModelResolver) async throws -> ModelResolver.Located {
    try await resolver.locate(.weights(architecture: "lenet", file: tiny.weights))
  }

  private func resolver(dropoutRate: Double? = nil) throws -> ModelResolver {
    var overrides = PreprocessingOverrides()
    overrides.network.dropoutRate = dropoutRate
    var hub = try HubSettings()
    hub.isOffline = true
    return ModelResolver(hub: HubClient(hub), overrides: overrides)
  }

  private func dropout(_ samples: Int) throws -> MethodChoice {
    var choice = MethodChoice(try #require(MethodCatalog["mc-dropout"]))
    choice.settings.setSamples(samples)
    return choice
  }

  @Test func `the file holds the members' logits and the mean of their probabilities`() async throws
  {
    let resolver = try resolver(dropoutRate: 0.4)
    let model = try resolver.prepare([await located(resolver)], method: dropout(3))
    #expect(model.memberCount == 3)
    let images = FormulaImages()
    let file = try Predictor(TinyRun.settings()).run(
      model, over: images, named: "formula", split: "val", to: tiny.output()
    ).file
    #expect(file.lastPathComponent.contains("lenet_mc-dropout"))
    let set = try predictions(file)
    #expect(set.memberLogits.count == 3 && set.embeddings?.columnCount == 84)
    guard case .probabilities(let found) = set.output else {
      Issue.record("no probabilities")
      return
    }
    for row in 0..<set.sampleCount {
      var mean = [Double](repeating: 0, count: 10)
      for member in set.memberLogits {
        let exponentials = member.row(row).map { exp($0) }
        let total = exponentials.reduce(0, +)
        for column in 0..<10 { mean[column] += exponentials[column] / total / 3 }
      }
      #expect(agree(found.row(row), mean, within: 1e-5))
    }
  }

  @Test func `a run in small batches gives the same, and one with other settings is another run`()
    async throws
  {
    let resolver = try resolver(dropoutRate: 0.4)
    let located = try await located(resolver)
    let model = try resolver.prepare([located], method: dropout(2))
    let whole = try Predictor(TinyRun.settings { $0.loading.batchSize = 11 }).run(
      model, over: FormulaImages(), named: "formula", to: tiny.output("a"))
    let parts = try Predictor(TinyRun.settings { $0.loading.batchSize = 2 }).run(
      model, over: FormulaImages(), named: "formula", to: tiny.output("b"))
    let (a, b) = (try predictions(whole.file), try predictions(parts.file))
    for (first, second) in zip(a.memberLogits, b.memberLogits) {
      #expect(agree(first.allValues, second.allValues, within: 1e-5))
    }
    let again = try Predictor(TinyRun.settings()).run(
      model, over: FormulaImages(), named: "formula", to: tiny.output("a"))
    #expect(again.isReused)
    let other = try resolver.prepare([located], method: dropout(3))
    #expect(throws: PredictionRunError.self) {
      try Predictor(TinyRun.settings()).run(
        other, over: FormulaImages(), named: "formula", to: tiny.output("a"))
    }
  }

  @Test func `laplace is fitted to stored predictions of the training data`() async throws {
    let train = try tiny.predict(FormulaImages(count: 40))
    let resolver = try resolver()
    var choice = MethodChoice(try #require(MethodCatalog["laplace"]))
    choice.trainingPredictions = train.file
    choice.settings.setSamples(4)
    let model = try resolver.prepare([await located(resolver)], method: choice)
    let result = try Predictor(TinyRun.settings()).run(
      model, over: FormulaImages(), named: "formula", to: tiny.output())
    #expect(try predictions(result.file).memberLogits.count == 4)
  }

  @Test func `laplace refuses embeddings of another network`() async throws {
    let train = try tiny.predict(FormulaImages(count: 40))
    let checkpoint = try NetworkCheckpoint(contentsOf: tiny.weights, architecture: "lenet")
    let set = try predictions(train.file)
    func make(_ change: (inout PredictionSet) -> Void) throws {
      var inputs = MethodInputs(
        [checkpoint], networks: [checkpoint.description.settings], inputSize: [1, 28, 28],
        inference: InferenceSettings())
      var changed = set
      change(&changed)
      inputs.trainingPredictions = changed
      _ = try #require(MethodCatalog["laplace"]).make(inputs)
    }
    try make { _ in }
    try make { $0.metadata.weightsSHA256 = "" }
    #expect(throws: MethodError.self) { try make { $0.metadata.weightsSHA256 = "abc" } }
    let width = try #require(set.embeddings?.columnCount)
    let others = try Matrix(
      (0..<set.sampleCount * width).map { Float($0 % 11) }, columnCount: width)
    #expect(throws: MethodError.self) {
      try make {
        $0.metadata.weightsSHA256 = ""
        $0.embeddings = others
      }
    }
  }

  @Test func `swag sees training images from all parts of a set`() async throws {
    // Batch normalization needs them: a small wide network.
    let folder = try TemporaryFolder()
    let files = try (0..<2).map { seed in
      let descriptor = ModelDescriptor.wideResNet(depth: 10, widening: 1)
      var settings = descriptor.settings
      settings.channelCount = 1
      settings.imageSize = [28, 28]
      let store = ParameterStore(.random(try Generator(seed: UInt64(seed))))
      _ = try descriptor.make(store.root, settings)
      let url = folder.url.appending(path: "\(seed).safetensors")
      try store.write(
        to: url,
        metadata: [
          NetworkDescription.metadataKey: NetworkDescription(
            model: "wrn10_1", settings: settings, mean: [0.5], std: [0.25]
          ).json()
        ])
      return url
    }
    let resolver = try resolver()
    var choice = MethodChoice(try #require(MethodCatalog["swag"]))
    choice.settings.setSamples(2)
    choice.loading.batchSize = 4
    choice.trainingImages = FormulaImages(count: 13)
    var located: [ModelResolver.Located] = []
    for file in files { located.append(try await resolver.locate(.checkpoint(file))) }
    let model = try resolver.prepare(located, method: choice)
    let result = try Predictor(TinyRun.settings()).run(
      model, over: FormulaImages(), named: "formula", to: tiny.output())
    let set = try predictions(result.file)
    #expect(set.memberLogits.count == 2 && set.embeddings == nil)
  }

  @Test func `networks for other images can't be combined`() async throws {
    let resolver = try resolver()
    var other = resolver
    other.overrides.mean = [0.3]
    other.overrides.std = [0.2]
    let located = [try await located(resolver), try await located(other)]
    let choice = MethodChoice(try #require(MethodCatalog["ensemble"]))
    #expect(
      throws: MethodError.differentModels(
        first: "lenet", other: "lenet", difference: "how images become their input")
    ) { try resolver.prepare(located, method: choice) }
  }
}
