import CredenceModels
import CredenceNN
import Testing

@Suite struct TorchvisionNamesTests {
  static let examples: [(model: String, theirs: String, ours: String)] = [
    ("mobilenetv2_100", "features.0.1.bias", "bn1.bias"),
    ("mobilenetv2_100", "features.1.conv.0.0.weight", "blocks.0.0.conv_dw.weight"),
    ("mobilenetv2_100", "features.1.conv.2.weight", "blocks.0.0.bn2.weight"),
    ("mobilenetv2_100", "features.3.conv.2.weight", "blocks.1.1.conv_pwl.weight"),
    ("mobilenetv2_100", "features.18.0.weight", "conv_head.weight"),
    ("mobilenetv2_100", "classifier.1.bias", "classifier.bias"),
    ("mobilenetv3_large_100_tv", "features.4.block.2.fc1.bias", "blocks.2.0.se.conv_reduce.bias"),
    ("mobilenetv3_large_100_tv", "features.16.1.weight", "blocks.6.0.bn1.weight"),
    ("mobilenetv3_large_100_tv", "classifier.0.weight", "conv_head.weight"),
    ("efficientnet_b0", "features.2.1.block.3.0.weight", "blocks.1.1.conv_pwl.weight"),
    ("efficientnetv2_s_tv", "features.1.0.block.0.0.weight", "blocks.0.0.conv.weight"),
    ("convnext_tiny", "features.1.2.block.3.weight", "stages.0.blocks.2.mlp.fc1.weight"),
    ("convnext_tiny", "features.1.2.layer_scale", "stages.0.blocks.2.gamma"),
    ("convnext_tiny", "features.2.0.weight", "stages.1.downsample.0.weight"),
    ("regnety_004", "trunk_output.block2.block2-0.proj.1.bias", "s2.b1.downsample.bn.bias"),
    ("regnety_004", "trunk_output.block2.block2-2.f.se.fc1.bias", "s2.b3.se.fc1.bias"),
    ("vgg16", "classifier.3.weight", "pre_logits.fc2.weight"),
    (
      "densenet121", "features.denseblock1.denselayer2.norm.1.running_var",
      "features.denseblock1.denselayer2.norm1.running_var"
    ),
  ]

  @Test(arguments: 0..<18)
  func `are translated`(_ index: Int) throws {
    let (model, theirs, ours) = Self.examples[index]
    let descriptor = try #require(ModelCatalog[model])
    #expect(descriptor.aliases?.translate(theirs) == ours)
    let store = ParameterStore(.awaitingWeights)
    _ = try descriptor.make(store.root, descriptor.settings)
    #expect(store[ours] != nil)
  }

  @Test func `of an auxiliary classifier are passed over`() throws {
    let aliases = try #require(ModelCatalog["inception_v3"]?.aliases)
    #expect(aliases.translate("AuxLogits.fc.weight") == nil)
    #expect(aliases.translate("fc.weight") == "fc.weight")
  }

  @Test(arguments: ["mobilenetv2_100", "efficientnet_b0", "convnext_atto", "regnetx_002", "vgg11"])
  func `leave the network's own names as they are`(_ model: String) throws {
    let descriptor = try #require(ModelCatalog[model])
    let aliases = try #require(descriptor.aliases)
    let store = ParameterStore(.awaitingWeights)
    _ = try descriptor.make(store.root, descriptor.settings)
    #expect(store.parameters.allSatisfy { aliases.translate($0.name) == $0.name })
  }
}
