import CredenceNN
import CredenceTensor

extension ModelDescriptor {
  /// CoAtNet.
  static let coAtNets: [ModelDescriptor] = [
    maxViT("coatnet_pico_rw_224", .nano.late.with(\.depths, [2, 3, 5, 2])),
    maxViT("coatnet_nano_rw_224", .nano.late.pooled),
    maxViT(
      "coatnet_0_rw_224", .zero.early.pooled.with(\.depths, [2, 3, 7, 2])),
    maxViT("coatnet_1_rw_224", .one.early),
    maxViT("coatnet_2_rw_224", .two.late.activated),
    maxViT("coatnet_3_rw_224", .three.late.activated.scaled, classes: 11821),
    maxViT(
      "coatnet_bn_0_rw_224",
      .zero.early.with(\.depths, [2, 3, 7, 2]).with(\.attention.norm, .batch)),
    maxViT(
      "coatnet_nano_cc_224",
      .nano.late.activated.pooled.with(\.convolution.gateActivation, .relu)
        .with(
          \.stages,
          [.convolution, .convolution, .convolutionThenAttention, .convolutionThenAttention])),
    maxViT(
      "coatnet_rmlp_nano_rw_224", .nano.late.with(\.attention.positions, .network(384))),
    maxViT(
      "coatnet_rmlp_0_rw_224",
      .zero.late.activated.networked.with(\.depths, [2, 3, 7, 2])
        .with(\.convolution.gateActivation, .relu)),
    maxViT(
      "coatnet_rmlp_1_rw_224",
      .one.early.pooled.with(\.attention.positions, .network(384))
        .with(\.convolution.pool, .greatest).with(\.attention.pool, .greatest)),
    maxViT(
      "coatnet_rmlp_1_rw2_224",
      .one.late.activated.networked.with(\.convolution.gateActivation, .relu)),
    maxViT("coatnet_rmlp_2_rw_224", .two.late.activated.networked.scaled),
    maxViT("coatnet_rmlp_2_rw_384", .two.late.activated.networked.scaled, size: 384),
    maxViT("coatnet_rmlp_3_rw_224", .three.late.activated.networked.scaled),
    maxViT("coatnet_0_224", .zero.paper(stem: 64)),
    maxViT("coatnet_1_224", .one.paper(stem: 64)),
    maxViT("coatnet_2_224", .two.paper(stem: 128)),
    maxViT("coatnet_3_224", .three.paper(stem: 192)),
    maxViT("coatnet_4_224", .three.with(\.depths, [2, 12, 28, 2]).paper(stem: 192)),
    maxViT(
      "coatnet_5_224",
      .three.with(\.depths, [2, 12, 28, 2]).with(\.widths, [256, 512, 1280, 2048])
        .paper(stem: 192)),
  ]

  /// MaxViT.
  static let maxViTs: [ModelDescriptor] =
    [
      maxViT("maxvit_pico_rw_256", .multiAxisPico, size: 256),
      maxViT("maxvit_nano_rw_256", .multiAxisNano, size: 256),
      maxViT("maxvit_tiny_rw_224", .multiAxisTiny),
      maxViT("maxvit_tiny_rw_256", .multiAxisTiny, size: 256),
      maxViT(
        "maxvit_tiny_pm_256",
        .multiAxisTiny.with(\.stages, Array(repeating: .parallelMultiAxis, count: 4)), size: 256),
      maxViT("maxvit_rmlp_pico_rw_256", .multiAxisPico.networked, size: 256),
      maxViT("maxvit_rmlp_nano_rw_256", .multiAxisNano.networked, size: 256),
      maxViT("maxvit_rmlp_tiny_rw_256", .multiAxisTiny.networked, size: 256),
      maxViT("maxvit_rmlp_small_rw_224", .multiAxisSmall.networked.scaled),
      maxViT("maxvit_rmlp_small_rw_256", .multiAxisSmall.networked.scaled, size: 256),
      maxViT("maxvit_rmlp_base_rw_224", .multiAxisBase.networked.with(\.headWidth, 768)),
      maxViT(
        "maxvit_rmlp_base_rw_384", .multiAxisBase.networked.with(\.headWidth, 768), size: 384),
    ]
    + [
      ("tiny", .multiAxisTiny.tensorFlow(stem: 64)),
      ("small", .multiAxisSmall.tensorFlow(stem: 64)),
      ("base", .multiAxisBase.tensorFlow(stem: 64)),
      ("large", .multiAxisBase.with(\.widths, [128, 256, 512, 1024]).tensorFlow(stem: 128)),
      ("xlarge", .multiAxisBase.with(\.widths, [192, 384, 768, 1536]).tensorFlow(stem: 192)),
    ].flatMap { (name: String, variant: MaxViT.Variant) in
      [224, 384, 512].map { size in
        maxViT(
          "maxvit_\(name)_tf_\(size)", variant, size: size,
          classes: name == "xlarge" && size == 224 ? 21843 : 1000)
      }
    }

  private static func maxViT(
    _ id: String, _ variant: MaxViT.Variant, size: Int = 224, classes: Int = 1000
  ) -> ModelDescriptor {
    ModelDescriptor(
      id, family: id.hasPrefix("coatnet") ? "CoAtNet" : "MaxViT",
      settings: NetworkSettings(classCount: classes, imageSize: [size, size]),
      adapt: { name, tensor, shape, settings in
        try MaxViT.adapted(name, tensor, shape, variant, settings)
      },
      make: { try MaxViT($0, variant, $1) })
  }
}

extension MaxViT.Variant {
  fileprivate static let nano = Self(
    widths: [64, 128, 256, 512], depths: [3, 4, 6, 3], stemWidths: [32, 64])
  fileprivate static let zero = Self(stemWidths: [32, 64])
  fileprivate static let one = Self(depths: [2, 6, 14, 2], stemWidths: [32, 64])
  fileprivate static let two = Self(
    widths: [128, 256, 512, 1024], depths: [2, 6, 14, 2], stemWidths: [64, 128])
  fileprivate static let three = Self(
    widths: [192, 384, 768, 1536], depths: [2, 6, 14, 2], stemWidths: [96, 192])

  fileprivate static let multiAxisPico = multiAxis([32, 64, 128, 256], stem: [24, 32])
  fileprivate static let multiAxisTiny = multiAxis([64, 128, 256, 512])
  fileprivate static let multiAxisNano = multiAxisTiny.with(\.depths, [1, 2, 3, 1])
  fileprivate static let multiAxisSmall = multiAxis([96, 192, 384, 768])
  fileprivate static let multiAxisBase = multiAxisSmall.with(\.depths, [2, 6, 14, 2])

  /// timm's own MaxViT.
  private static func multiAxis(_ widths: [Int], stem: [Int] = [32, 64]) -> Self {
    Self(
      widths: widths, depths: [2, 2, 5, 2], stages: Array(repeating: .multiAxis, count: 4),
      stemWidths: stem
    ).late.with(\.convolution.hasOutputBias, false).with(\.convolution.gateRatio, 1.0 / 16)
  }

  fileprivate func with<Value>(_ field: WritableKeyPath<Self, Value>, _ value: Value) -> Self {
    var variant = self
    variant[keyPath: field] = value
    return variant
  }

  /// timm's own form: hidden channels follow the input, SiLU, attention as wide as its input.
  fileprivate var late: Self {
    with(\.convolution.activation, .silu).with(\.convolution.expandsOutput, false)
      .with(\.attention.expandsFirst, false)
  }

  /// An earlier form: an activation after the first normalization, no bias at the end.
  fileprivate var activated: Self {
    with(\.convolution.startsWithActivation, true).with(\.convolution.hasOutputBias, false)
  }

  /// The first form: gates before the second normalization, shortcuts without bias.
  fileprivate var early: Self {
    late.activated.with(\.convolution.gatesEarly, true).with(\.convolution.gateActivation, .relu)
      .with(\.attention.hasShortcutBias, false)
  }

  fileprivate var pooled: Self { with(\.convolution.shrinksByPooling, true) }
  fileprivate var scaled: Self { with(\.attention.layerScale, 1e-6) }
  fileprivate var networked: Self { with(\.attention.positions, .network(512)) }

  /// As the paper on CoAtNet has it.
  fileprivate func paper(stem: Int) -> Self {
    with(\.stemWidths, [stem, stem]).with(\.headWidth, widths[3])
  }

  /// As the authors of MaxViT trained it in TensorFlow.
  fileprivate func tensorFlow(stem: Int) -> Self {
    var variant = with(\.stemWidths, [stem, stem]).with(\.headWidth, widths[3])
    variant.stemHasBias = true
    variant.convolution = MaxViT.Convolution(activation: .geluTanh, epsilon: 1e-3, padding: .same)
    variant.attention = MaxViT.Attention(
      activation: .geluTanh, epsilon: 1e-5, isPackedByHead: false, positions: .headwiseTable)
    return variant
  }
}

extension MaxViT {
  /// Tables of relative positions for another image size.
  static func adapted(
    _ name: String, _ tensor: Tensor, _ shape: [Int], _ variant: Variant,
    _ settings: NetworkSettings
  ) throws -> Tensor? {
    if tensor.count == shape.reduce(1, *) { return try tensor.reshaped(shape) }
    let parts = name.split(separator: ".")
    guard parts.last == "relative_position_bias_table", parts.count > 1, let stage = Int(parts[1]),
      variant.stages.indices.contains(stage)
    else { return nil }
    return try RelativePositionTable.resampled(
      tensor, extra: 0, to: window(variant, stage: stage, imageSize: settings.imageSize))
  }
}
