import CredenceModels
import CredenceNN
import CredenceTensor
import Testing

/// What all transformers and mixers promise, on the smallest of each kind.
@Suite struct TransformerTests {
  private static let smallest = [
    "deit_tiny_distilled_patch16_224", "vit_dpwee_patch16_reg1_gap_256",
    "eva02_tiny_patch14_224", "swinv2_tiny_window8_256",
    "gmlp_ti16_224", "poolformerv2_s12", "coatnet_pico_rw_224", "maxvit_pico_rw_256",
  ]

  /// A network with random weights, for the smallest images that it takes, and their size.
  private func network(_ name: String, _ store: ParameterStore, dropPathRate: Double = 0) throws
    -> (network: any Network, size: Int)
  {
    let model = try #require(ModelCatalog[name])
    let size = name.hasPrefix("eva") ? 56 : 64
    let settings = NetworkSettings(
      classCount: 5, imageSize: [size, size], dropPathRate: dropPathRate)
    return (try model.make(store.root, settings), size)
  }

  @Test(arguments: smallest)
  func `treats each image alone and writes the batch's size into no shape`(_ name: String) throws {
    let batch = 11  // No network has a length that this divides.
    let generator = try Generator(seed: 3)
    let (network, size) = try network(name, ParameterStore(.random(generator)))
    let images = try Tensor.normal([batch, 3, size, size], using: generator)
    let recording = Recording()
    let (whole, part) = try withInference {
      let whole = try network(recording.input(images), .evaluation).logits
      return (whole, try network(images.slice(0, from: 1, to: 2), .evaluation).logits)
    }
    #expect(whole.shape == [batch, 5] && part.shape == [1, 5])
    let second = try whole.values(as: Float.self)[5..<10]
    for (a, b) in zip(second, try part.values(as: Float.self)) { #expect(abs(a - b) < 1e-4) }
    for step in recording.steps {
      for case .constant(.ints(let numbers)) in step.arguments {
        #expect(
          numbers.allSatisfy { $0 == 0 || $0 % batch != 0 }, "\(step.operation.name) \(numbers)")
      }
    }
  }

  @Test(arguments: smallest)
  func `gives a finite gradient to each parameter`(_ name: String) throws {
    let generator = try Generator(seed: 3)
    let store = ParameterStore(.random(generator))
    let (network, size) = try network(name, store, dropPathRate: 0.1)
    let learned = store.parameters.filter { $0.kind == .learned }
    for parameter in learned {
      try parameter.replace(with: parameter.value.requiringGradient())
    }
    let images = try Tensor.normal([2, 3, size, size], using: generator)
    let loss = try network(images, .training(generator)).logits
      .crossEntropy(Tensor([1, 4] as [Int64], shape: [2]))
    try loss.backward()
    for parameter in learned {
      let gradient = try #require(try parameter.value.gradient(), "\(parameter.name)")
      #expect(try gradient.sum().item().isFinite, "\(parameter.name)")
    }
  }

  @Test func `refuses images of another size`() throws {
    let (network, _) = try network("vit_tiny_patch16_224", ParameterStore(.awaitingWeights))
    #expect(
      throws: EngineError.wrongShape(
        what: "A batch of images", expected: "[any, 3, 64, 64]", found: [1, 3, 32, 64])
    ) { try network(Tensor.zeros([1, 3, 32, 64]), .evaluation) }
  }

  @Test(arguments: [
    ("vit_base_patch16_224", "pos_embed", [1, 50, 768], [1, 197, 768]),
    ("vit_base_patch14_reg4_dinov2", "pos_embed", [1, 49, 768], [1, 1369, 768]),
    (
      "beit_base_patch16_224", "blocks.0.attn.relative_position_bias_table", [28, 12], [732, 12]
    ),
    (
      "swin_tiny_patch4_window7_224", "layers.3.blocks.0.attn.relative_position_bias_table",
      [25, 24], [169, 24]
    ),
    (
      "maxvit_tiny_tf_384", "stages.0.blocks.0.attn_grid.attn.rel_pos.relative_position_bias_table",
      [2, 13, 13], [2, 23, 23]
    ),
  ])
  func `fits what was learned for another image size`(
    _ model: String, _ name: String, _ shape: [Int], _ expected: [Int]
  ) throws {
    let model = try #require(ModelCatalog[model])
    let fitted = try model.adapt?(name, .ones(shape), expected, model.settings)
    #expect(fitted?.shape == expected)
  }
}
