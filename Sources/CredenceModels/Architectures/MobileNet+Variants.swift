import CredenceNN

extension ModelDescriptor {
  /// MobileNet V1, V2 and V3 and the searched networks of the same blocks.
  ///
  /// Those named `tf_` have TensorFlow's padding, as weights that come from there need it; those that end in `_tv` have torchvision's
  /// normalization.
  static let mobileNets =
    firstMobileNets + secondMobileNets + thirdMobileNets + searchedMobileNets + tinyMobileNets

  private static let firstMobileNets: [ModelDescriptor] = [
    mobileNet("mobilenetv1_100", .mobileNetV1()),
    mobileNet("mobilenetv1_100h", .mobileNetV1(head: 1024)),
    mobileNet("mobilenetv1_125", .mobileNetV1(width: 1.25)),
    mobileNet("tf_mobilenetv1_025", .mobileNetV1(width: 0.25).samePadded, size: 128),
    mobileNet("tf_mobilenetv1_050", .mobileNetV1(width: 0.5).samePadded, size: 160),
    mobileNet("tf_mobilenetv1_075", .mobileNetV1(width: 0.75).samePadded, size: 192),
    mobileNet("tf_mobilenetv1_100", .mobileNetV1().samePadded),
  ]

  private static let secondMobileNets: [ModelDescriptor] = [
    mobileNet("mobilenetv2_035", .mobileNetV2(width: 0.35), torchvision: .flat),
    mobileNet("mobilenetv2_050", .mobileNetV2(width: 0.5), torchvision: .flat),
    mobileNet("mobilenetv2_075", .mobileNetV2(width: 0.75), torchvision: .flat),
    mobileNet("mobilenetv2_100", .mobileNetV2(width: 1), torchvision: .flat),
    mobileNet("mobilenetv2_140", .mobileNetV2(width: 1.4), torchvision: .flat),
    mobileNet("mobilenetv2_110d", .mobileNetV2(width: 1.1, deepened: 1.2)),
    mobileNet("mobilenetv2_120d", .mobileNetV2(width: 1.2, deepened: 1.4)),
    mobileNet("tf_mobilenetv2_100", .mobileNetV2().samePadded, torchvision: .flat),
  ]

  private static let thirdMobileNets: [ModelDescriptor] = [
    mobileNet("mobilenetv3_large_075", .mobileNetV3Large(width: 0.75)),
    mobileNet("mobilenetv3_large_100", .mobileNetV3Large()),
    mobileNet("mobilenetv3_large_150d", .mobileNetV3Large(width: 1.5, depth: 1.2), size: 256),
    mobileNet("mobilenetv3_small_050", .mobileNetV3Small(width: 0.5)),
    mobileNet("mobilenetv3_small_075", .mobileNetV3Small(width: 0.75)),
    mobileNet("mobilenetv3_small_100", .mobileNetV3Small()),
    mobileNet("mobilenetv3_rw", .mobileNetV3Early.withEpsilon(1e-3)),
    mobileNet(
      "mobilenetv3_large_100_tv", .mobileNetV3Large().withEpsilon(1e-3),
      torchvision: .flatWithPlainEnd),
    mobileNet(
      "mobilenetv3_small_100_tv", .mobileNetV3Small().withEpsilon(1e-3),
      torchvision: .flatWithPlainEnd),
    mobileNet("tf_mobilenetv3_large_075", .mobileNetV3Large(width: 0.75).tensorFlow),
    mobileNet("tf_mobilenetv3_large_100", .mobileNetV3Large().tensorFlow),
    mobileNet("tf_mobilenetv3_large_minimal_100", .mobileNetV3LargeMinimal.tensorFlow),
    mobileNet("tf_mobilenetv3_small_075", .mobileNetV3Small(width: 0.75).tensorFlow),
    mobileNet("tf_mobilenetv3_small_100", .mobileNetV3Small().tensorFlow),
    mobileNet("tf_mobilenetv3_small_minimal_100", .mobileNetV3SmallMinimal.tensorFlow),
  ]

  private static let searchedMobileNets: [ModelDescriptor] = [
    mobileNet("mnasnet_050", .init(EfficientNet.mnasNetStages, width: 0.5)),
    mobileNet("mnasnet_075", .init(EfficientNet.mnasNetStages, width: 0.75)),
    mobileNet("mnasnet_100", .init(EfficientNet.mnasNetStages, width: 1)),
    mobileNet("mnasnet_140", .init(EfficientNet.mnasNetStages, width: 1.4)),
    mobileNet("semnasnet_050", .init(EfficientNet.attendingMnasNetStages, width: 0.5)),
    mobileNet("semnasnet_075", .init(EfficientNet.attendingMnasNetStages, width: 0.75)),
    mobileNet("semnasnet_100", .init(EfficientNet.attendingMnasNetStages, width: 1)),
    mobileNet("semnasnet_140", .init(EfficientNet.attendingMnasNetStages, width: 1.4)),
    mobileNet("mnasnet_small", .init(EfficientNet.smallMnasNetStages, stem: 8)),
    mobileNet("fbnetc_100", .init(EfficientNet.fbNetCStages, stem: 16, head: 1984)),
    mobileNet("spnasnet_100", .init(EfficientNet.singlePathStages)),
  ]

  private static let tinyMobileNets: [ModelDescriptor] = [
    mobileNet("tinynet_a", .tinyNet(width: 1, depth: 1.2), size: 192),
    mobileNet("tinynet_b", .tinyNet(width: 0.75, depth: 1.1), size: 188),
    mobileNet("tinynet_c", .tinyNet(width: 0.54, depth: 0.85), size: 184),
    mobileNet("tinynet_d", .tinyNet(width: 0.54, depth: 0.695), size: 152),
    mobileNet("tinynet_e", .tinyNet(width: 0.51, depth: 0.6), size: 106),
    mobileNet("lcnet_035", .lcNet(width: 0.35)),
    mobileNet("lcnet_050", .lcNet(width: 0.5)),
    mobileNet("lcnet_075", .lcNet(width: 0.75)),
    mobileNet("lcnet_100", .lcNet(width: 1)),
    mobileNet("lcnet_150", .lcNet(width: 1.5)),
    mobileNet("fbnetv3_b", .fbNetV3(EfficientNet.fbNetV3BStages, stem: 16)),
    mobileNet("fbnetv3_d", .fbNetV3(EfficientNet.fbNetV3DStages, stem: 24)),
    mobileNet("fbnetv3_g", .fbNetV3(EfficientNet.fbNetV3GStages, stem: 32), size: 240),
  ]

  private static func mobileNet(
    _ id: String, _ variant: EfficientNet.Variant, size: Int = 224,
    torchvision layout: EfficientNet.TorchvisionLayout? = nil
  ) -> ModelDescriptor {
    ModelDescriptor(
      id, family: "MobileNet", settings: NetworkSettings(imageSize: [size, size]),
      aliases: layout.map { variant.torchvisionNames($0) }, adapt: flattening
    ) { try EfficientNet($0, variant, $1) }
  }
}

extension EfficientNet.Variant {
  /// Stages under ReLU and a head of 1280 channels, of which only the former are scaled.
  init(_ stages: [[EfficientNet.Blocks]], width: Double = 1, stem: Int = 32, head: Int = 1280) {
    self.init(
      stages: stages, width: .init(factor: width), stemWidth: stem,
      head: .convolvedThenPooled(head))
  }

  static func mobileNetV1(width: Double = 1, head: Int = 0) -> Self {
    Self(
      stages: EfficientNet.mobileNetV1Stages, width: .init(factor: width),
      head: head > 0 ? .convolvedThenPooled(head) : .pooled, style: .init(activation: .relu6))
  }

  /// The head's channels are never scaled down; in a deepened network stem, head, first and last stage are not scaled at all.
  static func mobileNetV2(width: Double = 1, deepened depth: Double? = nil) -> Self {
    let width = EfficientNet.Width(factor: width)
    return Self(
      stages: EfficientNet.mobileNetV2Stages, width: width,
      depth: Depth(factors: [depth ?? 1], keepsEnds: depth != nil), scalesStem: depth == nil,
      head: .convolvedThenPooled(depth == nil ? max(1280, width(1280)) : 1280),
      style: .init(activation: .relu6))
  }

  static func mobileNetV3Large(width: Double = 1, depth: Double = 1) -> Self {
    mobileNetV3(EfficientNet.mobileNetV3LargeStages, width: width, depth: depth, head: 1280)
  }

  static func mobileNetV3Small(width: Double = 1) -> Self {
    mobileNetV3(EfficientNet.mobileNetV3SmallStages, width: width, head: 1024)
  }

  /// Without squeeze-and-excitation, 5 × 5 kernels and hard swish.
  static let mobileNetV3LargeMinimal = mobileNetV3(
    EfficientNet.mobileNetV3LargeMinimalStages, head: 1280, activation: .relu)
  static let mobileNetV3SmallMinimal = mobileNetV3(
    EfficientNet.mobileNetV3SmallMinimalStages, head: 1024, activation: .relu)

  private static func mobileNetV3(
    _ stages: [[EfficientNet.Blocks]], width: Double = 1, depth: Double = 1, head: Int,
    activation: Activation = .hardSwish
  ) -> Self {
    Self(
      stages: stages, width: .init(factor: width), depth: Depth(factors: [depth]), stemWidth: 16,
      scalesStem: width >= 0.75, head: .pooledThenConvolved(head),
      style: .init(
        activation: activation,
        gate: .init(
          function: .hardSigmoid, activation: .relu, countsHidden: true,
          rounding: .eighths(limit: 0.9))))
  }

  /// V3-Large as timm had it from the paper, before the code was published.
  static let mobileNetV3Early = Self(
    stages: EfficientNet.mobileNetV3EarlyStages, stemWidth: 16,
    head: .pooledThenConvolved(1280, hasBias: false),
    style: .init(
      activation: .hardSwish, gate: .init(function: .hardSigmoid, countsHidden: true)))

  /// EfficientNet-B0 made smaller in all directions.
  ///
  /// - Note: Han et al., NeurIPS 2020, arXiv:2010.14819.
  static func tinyNet(width: Double, depth: Double) -> Self {
    let width = EfficientNet.Width(factor: width)
    return Self(
      stages: EfficientNet.firstStages(), width: width,
      depth: Depth(factors: [depth], rounding: .nearest), scalesStem: false,
      head: .convolvedThenPooled(max(1280, width(1280))), style: .init(activation: .silu))
  }

  static func lcNet(width: Double) -> Self {
    Self(
      stages: EfficientNet.lcNetStages, width: .init(factor: width), stemWidth: 16,
      head: .pooledThenConvolved(1280),
      style: .init(
        activation: .hardSwish,
        gate: .init(function: .hardSigmoid, activation: .relu, countsHidden: true)))
  }

  static func fbNetV3(_ stages: [[EfficientNet.Blocks]], stem: Int) -> Self {
    Self(
      stages: stages, width: .init(limit: 0.95), stemWidth: stem,
      head: .pooledThenConvolved(1984, hasBias: false),
      style: .init(
        activation: .hardSwish,
        gate: .init(function: .hardSigmoid, rounding: .eighths(limit: 0.95))))
  }
}
