import CredenceData
import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct NetworkCheckpointTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes a random network.
  private func write(
    _ id: String, _ settings: NetworkSettings, to name: String, prefix: String = "",
    metadata: [String: String] = [:]
  ) throws -> (url: URL, store: ParameterStore) {
    let store = ParameterStore(.random(try Generator(seed: 3)))
    _ = try #require(ModelCatalog[id]).make(store.root, settings)
    let arrays = try store.parameters.map { parameter in
      let values: [Float] = try parameter.value.values()
      return OutgoingArray(
        prefix + parameter.name, values.map(\.bitPattern), element: .float32,
        shape: parameter.shape)
    }
    let url = folder.url.appending(path: name)
    try SafetensorsWriter.write(arrays, metadata: metadata, to: url)
    return (url, store)
  }

  private var tiny: NetworkSettings {
    NetworkSettings(
      classCount: 4, imageSize: [28, 28], channelCount: 1,
      spectralNorm: .on(.init(coefficient: 0.65, powerIterations: 2)), usesModifiedBlocks: true)
  }

  @Test func `a state dictionary of the published code is its network`() throws {
    let golden = GoldenSet("ddu")
    let checkpoint = try NetworkCheckpoint(
      contentsOf: golden.url("wrn10_1_plain.model"), architecture: "wrn10_1")
    #expect(checkpoint.notices.count == 1 && checkpoint.notices[0].contains("3 is taken"))
    let settings = checkpoint.description.settings
    #expect(settings.spectralNorm.settings?.coefficient == 3 && settings.usesModifiedBlocks)
    #expect(settings.imageSize == [32, 32] && settings.channelCount == 3)
    #expect(checkpoint.preprocessing.mean == [0.4914, 0.4822, 0.4465])
    #expect(checkpoint.preprocessing.inputSize == [3, 32, 32])
    let tensors = try golden.tensors("networks.safetensors")
    let name = "wrn10_1_sn1_mod1"
    let images = try Tensor(
      tensors.floats("\(name).input"), shape: tensors.shape("\(name).input"))
    let logits: [Float] = try withInference {
      try checkpoint.model().network(images, .evaluation).logits
    }.values()
    let expected = try tensors.floats("\(name).eval_logits")
    let scale = expected.map(abs).max() ?? 1
    for (found, expected) in zip(logits, expected) {
      #expect(abs(found - expected) <= 1e-5 * scale)
    }
  }

  @Test func `a description makes the network from a path alone`() throws {
    var description = NetworkDescription(
      model: "resnet18_32x32", settings: tiny, dataset: "mnist", classNames: ["a", "b", "c", "d"],
      mean: [0.25], std: [0.5], epoch: 7)
    description.settings.dropoutRate = 0.1
    let (url, store) = try write(
      "resnet18_32x32", tiny, to: "any.safetensors",
      metadata: [NetworkDescription.metadataKey: description.json()])
    #expect(NetworkCheckpoint.describesItself(url))
    let checkpoint = try NetworkCheckpoint(contentsOf: url)
    #expect(checkpoint.description == description && checkpoint.notices.isEmpty)
    #expect(checkpoint.preprocessing.mean == [0.25] && checkpoint.preprocessing.std == [0.5])
    #expect(checkpoint.preprocessing.inputSize == [1, 28, 28])
    let model = try checkpoint.model()
    #expect(model.settings == description.settings)
    let name = "layer3.1.conv2.weight_u"
    #expect(
      try model.store[name]?.value.values(as: Float.self)
        == store[name]?.value.values(as: Float.self))
  }

  @Test func `a description of an earlier version has one head`() throws {
    let description = NetworkDescription(model: "lenet", settings: tiny, heads: 2)
    let text = try description.json()
    func read(_ text: String) throws -> NetworkDescription? {
      try .of([NetworkDescription.metadataKey: text], file: "a")
    }
    #expect(try read(text) == description)
    #expect(try read(text.replacing(#""heads":2,"#, with: ""))?.heads == 1)
    for heads in ["0", "3", "-1", "null"] {
      let bad = text.replacing(#""heads":2"#, with: #""heads":"# + heads)
      if heads == "null" {
        #expect(try read(bad)?.heads == 1)
      } else {
        #expect(throws: ModelError.self) { try read(bad) }
      }
    }
  }

  @Test(arguments: ["", "module."])
  func `a published file name and the tensors tell the rest`(_ prefix: String) throws {
    let (url, _) = try write(
      "resnet18_32x32", tiny, to: "resnet18_sn_0.65_mod_12_350.model", prefix: prefix)
    #expect(NetworkCheckpoint.describesItself(url))
    let checkpoint = try NetworkCheckpoint(contentsOf: url)
    var expected = tiny
    expected.classCount = 10
    expected.spectralNorm = .on(.init(coefficient: 0.65))
    #expect(
      checkpoint.description
        == NetworkDescription(model: "resnet18_32x32", settings: expected, epoch: 350))
    #expect(checkpoint.notices.isEmpty)
    #expect(try checkpoint.model().settings.classCount == 4)
    #expect(checkpoint.preprocessing.mean == [0.1307])
  }

  @Test func `a network without shortcuts is modified if its name or the user says so`() throws {
    var settings = NetworkSettings(classCount: 3, imageSize: [32, 32])
    let (plain, _) = try write("vgg11_32x32", settings, to: "vgg11_1_350.model")
    #expect(try !NetworkCheckpoint(contentsOf: plain).description.settings.usesModifiedBlocks)
    #expect(
      try NetworkCheckpoint(
        contentsOf: plain, overrides: .init(usesModifiedBlocks: true, dropoutRate: 0.2)
      ).description.settings.usesModifiedBlocks)
    let (modified, _) = try write("vgg11_32x32", settings, to: "vgg11_mod_1_350.model")
    settings.usesModifiedBlocks = true
    #expect(try NetworkCheckpoint(contentsOf: modified).description.settings.usesModifiedBlocks)
  }

  @Test func `plain shortcuts tell that blocks are not modified, whatever the name says`() throws {
    let settings = NetworkSettings(classCount: 3, imageSize: [32, 32])
    let (url, _) = try write("wrn10_1", settings, to: "w_mod_1_350.model")
    let checkpoint = try NetworkCheckpoint(contentsOf: url, architecture: "wrn10_1")
    #expect(!checkpoint.description.settings.usesModifiedBlocks)
    #expect(checkpoint.description.settings.spectralNorm == .off)
    #expect(checkpoint.description.settings.dropoutRate == 0.3)
  }

  @Test func `published names and those of the catalog both name the architecture`() throws {
    let settings = NetworkSettings(classCount: 3, imageSize: [32, 32])
    let (url, _) = try write("vgg16_32x32", settings, to: "x.safetensors")
    #expect(!NetworkCheckpoint.describesItself(url))
    #expect(
      try NetworkCheckpoint(contentsOf: url, architecture: "vgg16_32x32").descriptor.id
        == "vgg16_32x32")
    #expect(throws: ModelError.unknownModel(name: "x.safetensors", suggestions: [])) {
      try NetworkCheckpoint(contentsOf: url)
    }
  }

  @Test func `a description that can't be read is an error`() throws {
    let (url, _) = try write(
      "lenet", .init(classCount: 10, imageSize: [28, 28], channelCount: 1), to: "l.safetensors",
      metadata: [NetworkDescription.metadataKey: "{}"])
    let error = #expect(throws: ModelError.self) { try NetworkCheckpoint(contentsOf: url) }
    guard case .unreadableDescription? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(error?.recoverySuggestion == "Name the architecture: NAME=FILE.")
  }

  @Test func `names of checkpoints are the published ones`() throws {
    let model = try #require(DDUModel["wide_resnet"])
    let bound = SpectralNorm.on(.init(coefficient: 3))
    #expect(
      model.checkpointName(seed: 1, spectralNorm: bound, isModified: true)
        == "wide_resnet_sn_3.0_mod_1")
    #expect(
      model.checkpointName(seed: 1, spectralNorm: bound, isModified: false)
        == "wide_resnet_sn_3.0_1")
    #expect(
      model.checkpointName(seed: 12, spectralNorm: .off, isModified: true)
        == "wide_resnet_mod_12")
    #expect(
      model.checkpointName(seed: 1, spectralNorm: .off, isModified: false) == "wide_resnet_1")
    #expect(DDUModel["resnet"] == nil)
    #expect(Set(DDUModel.all.map(\.name)).count == DDUModel.all.count)
    #expect(DDUModel.all.allSatisfy { ModelCatalog[$0.modelID]?.takesNormBounds == true })
  }

  @Test func `an architecture without a bounded form refuses the setting`() throws {
    let descriptor = try #require(ModelCatalog["vit_tiny_patch16_224"])
    var settings = descriptor.settings
    settings.spectralNorm = .on(.init())
    let error = #expect(throws: ModelError.self) {
      try descriptor.make(ParameterStore(.awaitingWeights).root, settings)
    }
    #expect(
      error?.errorDescription == "‘vit_tiny_patch16_224’ can't have spectral normalization.")
    settings.spectralNorm = .off
    settings.usesModifiedBlocks = true
    #expect(throws: ModelError.self) {
      try descriptor.make(ParameterStore(.awaitingWeights).root, settings)
    }
  }
}
