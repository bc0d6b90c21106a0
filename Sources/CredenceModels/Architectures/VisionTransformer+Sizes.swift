import CredenceNN

/// The sizes that papers name, and the changes that make the other variants of them.
extension VisionTransformer.Variant {
  static let tiny = Self(width: 192, heads: 3)
  static let wee = Self(width: 256, depth: 14, heads: 4, expansion: 5)
  static let little = Self(width: 320, depth: 14, heads: 5, expansion: 5.6)
  static let small = Self(width: 384, heads: 6)
  static let medium = Self(width: 512, heads: 8)
  static let betwixt = Self(width: 640, heads: 10)
  static let base = Self(width: 768, heads: 12)
  static let basePlus = Self(width: 896, heads: 14)
  static let so150m = Self(width: 896, depth: 18, heads: 14, expansion: 2.572)
  static let so150m2 = Self(width: 832, depth: 21, heads: 13, expansion: 34.0 / 13)
  static let large = Self(width: 1024, depth: 24, heads: 16)
  static let so400m = Self(width: 1152, depth: 27, heads: 16, expansion: 3.7362)
  static let huge = Self(width: 1280, depth: 32, heads: 16)
  static let giant = Self(width: 1408, depth: 40, heads: 16, expansion: 48.0 / 11)
  static let gigantic = Self(width: 1664, depth: 48, heads: 16, expansion: 64.0 / 13)

  /// Another value of one of the numbers.
  func with<Value>(_ field: WritableKeyPath<Self, Value>, _ value: Value) -> Self {
    var variant = self
    variant[keyPath: field] = value
    return variant
  }

  func patches(_ size: Int) -> Self { with(\.patch, size) }

  func scaled(_ start: Double) -> Self { with(\.layerScale, start) }

  /// The mean over patches, normalized before or after; no class token.
  func averaged(_ norm: VisionTransformer.FinalNorm = .tokens, registers: Int = 0) -> Self {
    with(\.tokens, .registers(registers)).with(\.pooling, .average).with(\.finalNorm, norm)
  }

  /// The search of “vision transformers small but mighty”: registers, average, layer scale, positions of patches only.
  func searched(registers: Int) -> Self {
    averaged(.pooled, registers: registers).with(\.positions, .patches).scaled(1e-5)
  }

  /// CLIP's image tower.
  var clip: Self { with(\.normalizesFirst, true).with(\.norm, .layer(epsilon: 1e-5)) }

  /// CLIP's image tower with OpenAI's activation.
  var quickCLIP: Self { clip.with(\.activation, .quickGELU) }

  /// SigLIP's image tower.
  var sigLIP: Self { with(\.tokens, .registers(0)).with(\.pooling, .attention) }

  /// DINOv2's, with or without registers.
  func dino(registers: Int = 0) -> Self {
    let scaled = patches(14).scaled(1e-5)
    return registers == 0
      ? scaled
      : scaled.with(\.tokens, .classAndRegisters(registers)).with(\.positions, .patches)
  }

  /// DeiT III's.
  var deit3: Self { with(\.positions, .patches).scaled(1e-6) }

  /// BEiT's: relative positions alone, average after which comes the norm.
  func beit(scale: Double) -> Self {
    with(\.positions, .none).with(\.hasRelativeBias, true).scaled(scale)
      .with(\.layerScaleNames, .flat).with(\.projection, .packedWithoutKeyBias)
      .with(\.pooling, .average).with(\.finalNorm, .pooled)
  }

  /// EVA's: average after which comes the norm, no bias of keys.
  var eva: Self {
    patches(14).with(\.projection, .packedWithoutKeyBias).with(\.pooling, .average)
      .with(\.finalNorm, .pooled)
  }

  /// EVA-02's: rotary positions and a gated MLP.
  var eva02: Self {
    eva.with(\.expansion, 8.0 / 3).with(\.rotaryReference, 16).with(\.activation, .silu)
      .with(\.mlp, .gated)
  }

  /// EVA-02's of the greater sizes: separate projections, and a normalized MLP.
  var eva02Normalized: Self { eva02.with(\.projection, .separate).with(\.normalizesHidden, true) }

  /// EVA-02's image tower of CLIP.
  var eva02CLIP: Self {
    eva02Normalized.with(\.normalizesAttention, true).with(\.pooling, .classToken)
      .with(\.finalNorm, .tokens)
  }
}
