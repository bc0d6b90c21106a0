import CredenceModels
import CredenceNN
import Testing

@Suite struct VisionTransformerNamesTests {
  private func names(_ model: ModelDescriptor) throws -> Set<String> {
    let store = ParameterStore(.awaitingWeights)
    _ = try model.make(store.root, model.settings)
    return Set(store.parameters.map(\.name))
  }

  @Test func `knows torchvision's names`() throws {
    let model = try #require(ModelCatalog["vit_base_patch16_224"])
    let ends = [
      "ln_1", "ln_2", "self_attention.in_proj", "self_attention.out_proj", "mlp.0", "mlp.3",
    ]
    var theirs = ["class_token", "encoder.pos_embedding"]
    for part in ["conv_proj", "encoder.ln", "heads.head"]
      + (0..<12).flatMap({ layer in ends.map { "encoder.layers.encoder_layer_\(layer).\($0)" } })
    {
      let separator = part.hasSuffix("in_proj") ? "_" : "."
      theirs += ["weight", "bias"].map { part + separator + $0 }
    }
    #expect(Set(theirs.compactMap { model.aliases?.translate($0) }) == (try names(model)))
  }

  @Test func `knows the names of DeiT III`() throws {
    let model = try #require(ModelCatalog["deit3_small_patch16_224"])
    #expect(model.aliases?.translate("blocks.3.gamma_2") == "blocks.3.ls2.gamma")
    let beit = try #require(ModelCatalog["beit_base_patch16_224"])
    #expect(beit.aliases?.translate("blocks.3.gamma_2") == "blocks.3.gamma_2")
  }

  @Test func `leaves its own names`() throws {
    for id in ["vit_base_patch32_clip_224", "eva02_base_patch14_448", "vit_giant_patch14_dinov2"] {
      let model = try #require(ModelCatalog[id])
      for name in try names(model) { #expect(model.aliases?.translate(name) == name) }
    }
  }
}
