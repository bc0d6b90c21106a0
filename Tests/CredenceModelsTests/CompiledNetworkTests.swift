import CredenceModels
import CredenceNN
import CredenceTensor
import Testing

/// Networks of several kinds with random weights, recorded and step by step.
@Suite struct CompiledNetworkTests {
  static let names = [
    "lenet", "cifar_resnet20", "resnet18", "squeezenet1_1", "mobilenetv3_small_050",
    "vit_tiny_patch16_224", "convnext_atto", "regnetx_002",
  ]

  private func network(_ name: String) throws -> (any Network, NetworkSettings) {
    let descriptor = try #require(ModelCatalog[name])
    var settings = descriptor.settings
    settings.classCount = 7
    if settings.imageSize[0] > 64 { settings.imageSize = [64, 64] }
    let store = ParameterStore(.awaitingWeights)
    let network = try descriptor.make(store.root, settings)
    try FormulaWeights.fill(store)
    return (network, settings)
  }

  private func images(_ count: Int, _ settings: NetworkSettings) throws -> Tensor {
    try .normal(
      [count, settings.channelCount] + settings.imageSize, using: Generator(seed: 2))
  }

  private func compiled(
    _ network: any Network, _ settings: NetworkSettings, _ inference: InferenceSettings
  ) throws -> InferenceProgram {
    try InferenceProgram(recording: images(1, settings), inference) { images in
      let output = try network(images, .evaluation)
      return [output.logits, output.embeddings]
    }
  }

  private func difference(_ found: Tensor, _ expected: Tensor) throws -> Double {
    let (found, expected): ([Double], [Double]) = (try found.values(), try expected.values())
    let scale = expected.map(abs).max() ?? 1
    return zip(found, expected).map { abs($0 - $1) }.max().map { $0 / scale } ?? .infinity
  }

  @Test(arguments: names)
  func `one recording serves batches of any size`(_ name: String) throws {
    let (network, settings) = try network(name)
    let program = try compiled(network, settings, InferenceSettings())
    for count in [1, 3, 5] {
      let images = try images(count, settings)
      let expected = try withInference { try network(images, .evaluation) }
      let found = try program(images)
      #expect(found.map(\.shape) == [expected.logits.shape, expected.embeddings.shape])
      #expect(try difference(found[0], expected.logits) < 1e-5, "\(count) images")
      #expect(try difference(found[1], expected.embeddings) < 1e-5, "\(count) images")
    }
  }

  @Test(arguments: names, [ElementType.bfloat16, .float16])
  func `half precision decides as float32 does where logits are apart`(
    _ name: String, _ type: ElementType
  ) throws {
    let (network, settings) = try network(name)
    let images = try images(4, settings)
    let expected = try withInference { try network(images, .evaluation).logits }
    let found = try compiled(network, settings, InferenceSettings(elementType: type))(images)[0]
    #expect(found.elementType == .float32)
    let error = try difference(found, expected)
    #expect(error < (type == .bfloat16 ? 0.1 : 0.02))
    let (values, indices) = try expected.top(2)
    let best: [Double] = try values.values()
    let classes: [Int64] = try indices.values()
    let decided: [Int64] = try found.top(1).indices.values()
    let scale = try expected.magnitude().reshaped([-1]).greatest(over: [0]).item()
    for row in 0..<4 where best[2 * row] - best[2 * row + 1] > 2.1 * error * scale {
      #expect(decided[row] == classes[2 * row])
    }
  }
}
