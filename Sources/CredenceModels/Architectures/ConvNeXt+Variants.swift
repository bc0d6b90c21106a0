extension ModelDescriptor {
  /// ConvNeXt and ConvNeXt V2.
  static let convNeXts: [ModelDescriptor] = firstConvNeXts + secondConvNeXts

  private static let firstConvNeXts: [ModelDescriptor] = [
    convNeXt("convnext_atto", .atto.storingConvolutions),
    convNeXt("convnext_atto_ols", .atto.storingConvolutions.with(stem: .overlapping(24))),
    convNeXt("convnext_atto_rms", .atto.storingConvolutions.with(norm: .rootMeanSquare)),
    convNeXt("convnext_femto", .femto.storingConvolutions),
    convNeXt("convnext_femto_ols", .femto.storingConvolutions.with(stem: .overlapping(24))),
    convNeXt("convnext_pico", .pico.storingConvolutions),
    convNeXt("convnext_pico_ols", .pico.storingConvolutions.with(stem: .overlapping(32))),
    convNeXt("convnext_nano", .nano.storingConvolutions),
    convNeXt("convnext_nano_ols", .nano.storingConvolutions.with(stem: .overlapping(80))),
    convNeXt("convnext_zepto_rms", .zepto.storingConvolutions.with(norm: .deviation)),
    convNeXt(
      "convnext_zepto_rms_ols",
      .zepto.storingConvolutions.with(norm: .deviation)
        .with(stem: .overlapping(32, activates: true))),
    convNeXt("convnext_tiny_hnf", .tiny.storingConvolutions.with(head: .normalizedFirst)),
    convNeXt("convnext_tiny", .tiny),
    convNeXt("convnext_small", .small),
    convNeXt("convnext_base", .base),
    convNeXt("convnext_large", .large),
    convNeXt("convnext_large_mlp", .large.with(head: .hidden(1536)), size: 320),
    convNeXt("convnext_xlarge", .extraLarge),
    convNeXt(
      "convnext_xxlarge",
      .init(depths: [3, 4, 30, 3], widths: [384, 768, 1536, 3072], epsilon: 1e-5), size: 256),
  ]

  private static let secondConvNeXts: [ModelDescriptor] = [
    convNeXt("convnextv2_atto", .atto.storingConvolutions.normalizingResponse),
    convNeXt("convnextv2_femto", .femto.storingConvolutions.normalizingResponse),
    convNeXt("convnextv2_pico", .pico.storingConvolutions.normalizingResponse),
    convNeXt("convnextv2_nano", .nano.storingConvolutions.normalizingResponse),
    convNeXt("convnextv2_tiny", .tiny.normalizingResponse),
    convNeXt("convnextv2_small", .small.normalizingResponse),
    convNeXt("convnextv2_base", .base.normalizingResponse),
    convNeXt("convnextv2_large", .large.normalizingResponse),
    convNeXt(
      "convnextv2_huge",
      .init(
        depths: [3, 3, 27, 3], widths: [352, 704, 1408, 2816], normalizesResponse: true),
      size: 384),
  ]

  private static func convNeXt(
    _ id: String, _ variant: ConvNeXt.Variant, size: Int = 224
  ) -> ModelDescriptor {
    ModelDescriptor(
      id, family: "ConvNeXt", settings: NetworkSettings(imageSize: [size, size]),
      aliases: NameMapping("torchvision", ConvNeXt.name(forTorchvision:)), adapt: flattening
    ) { try ConvNeXt($0, variant, $1) }
  }
}

extension ConvNeXt.Variant {
  fileprivate static let zepto = Self(depths: [2, 2, 4, 2], widths: [32, 64, 128, 256])
  fileprivate static let atto = Self(depths: [2, 2, 6, 2], widths: [40, 80, 160, 320])
  fileprivate static let femto = Self(depths: [2, 2, 6, 2], widths: [48, 96, 192, 384])
  fileprivate static let pico = Self(depths: [2, 2, 6, 2], widths: [64, 128, 256, 512])
  fileprivate static let nano = Self(depths: [2, 2, 8, 2], widths: [80, 160, 320, 640])
  fileprivate static let tiny = Self(depths: [3, 3, 9, 3], widths: [96, 192, 384, 768])
  fileprivate static let small = Self(depths: [3, 3, 27, 3], widths: [96, 192, 384, 768])
  fileprivate static let base = Self(depths: [3, 3, 27, 3], widths: [128, 256, 512, 1024])
  fileprivate static let large = Self(depths: [3, 3, 27, 3], widths: [192, 384, 768, 1536])
  fileprivate static let extraLarge = Self(depths: [3, 3, 27, 3], widths: [256, 512, 1024, 2048])

  fileprivate var storingConvolutions: Self {
    var variant = self
    variant.storesConvolutions = true
    return variant
  }

  fileprivate var normalizingResponse: Self {
    var variant = self
    variant.normalizesResponse = true
    return variant
  }

  fileprivate func with(
    stem: ConvNeXt.Stem? = nil, norm: ChannelNorm? = nil, head: ConvNeXt.Head? = nil
  ) -> Self {
    var variant = self
    variant.stem = stem ?? self.stem
    variant.norm = norm ?? self.norm
    variant.head = head ?? self.head
    return variant
  }
}

extension ConvNeXt {
  /// The name here of a parameter of torchvision's; any other name as it is.
  static func name(forTorchvision name: String) -> String? {
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count >= 3, let leaf = parts.last else { return name }
    if parts[0] == "classifier" {
      return parts[1] == "0" ? "head.norm.\(leaf)" : "head.fc.\(leaf)"
    }
    guard parts[0] == "features", let index = Int(parts[1]) else { return name }
    if index == 0 { return "stem.\(parts[2]).\(leaf)" }
    // Stages stand at odd places, what comes before them at even ones.
    if index % 2 == 0 { return "stages.\(index / 2).downsample.\(parts[2]).\(leaf)" }
    let block = "stages.\(index / 2).blocks.\(parts[2])"
    if leaf == "layer_scale" { return block + ".gamma" }
    let modules = ["0": "conv_dw", "2": "norm", "3": "mlp.fc1", "5": "mlp.fc2"]
    guard parts.count == 6, let module = modules[parts[4]] else { return name }
    return "\(block).\(module).\(leaf)"
  }
}
