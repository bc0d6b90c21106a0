import CredenceNN

extension ModelDescriptor {
  /// EfficientNet V1, Lite, EdgeTPU and V2.
  ///
  /// Those named `tf_` have TensorFlow's padding and normalization, as the weights published by the authors need them; those that end in
  /// `_tv` have torchvision's normalization.
  static let efficientNets: [ModelDescriptor] = [
    EfficientNet.compound.flatMap { row in
      both(
        "efficientnet_\(row.name)", .compound(width: row.width, depth: row.depth),
        sizes: (row.size, row.tensorFlowSize))
    },
    EfficientNet.compound[5...7].map { row in
      efficientNet(
        "efficientnet_\(row.name)_tv",
        .compound(width: row.width, depth: row.depth).withEpsilon(1e-3), size: row.tensorFlowSize)
    },
    EfficientNet.lite.flatMap { row in
      both(
        "efficientnet_\(row.name)", .lite(width: row.width, depth: row.depth),
        sizes: (row.size, row.size))
    },
    EfficientNet.edge.flatMap { row in
      both(
        "efficientnet_\(row.name)", .edge(width: row.width, depth: row.depth),
        sizes: (row.size, row.size))
    },
    EfficientNet.secondBase.map { row in
      efficientNet(
        "tf_efficientnetv2_\(row.name)",
        .secondBase(width: row.width, depth: row.depth).tensorFlow, size: row.size)
    },
    both("efficientnetv2_s", .secondSmall(), sizes: (288, 300)),
    both("efficientnetv2_m", .secondMedium, sizes: (320, 384)),
    both("efficientnetv2_l", .secondLarge, sizes: (384, 384)),
    both("efficientnetv2_xl", .secondExtraLarge, sizes: (384, 384)),
    [
      efficientNet("efficientnetv2_rw_t", .secondSmall(width: 0.8, depth: [0.9]), size: 224),
      efficientNet("efficientnetv2_rw_s", .secondSmall(followsFigure: true), size: 288),
      efficientNet(
        "efficientnetv2_rw_m",
        .secondSmall(width: 1.2, depth: [1.2, 1.2, 1.2, 1.2, 1.6, 1.6], followsFigure: true),
        size: 320),
      efficientNet("efficientnetv2_s_tv", .secondSmall().withEpsilon(1e-3), size: 384),
      efficientNet("efficientnetv2_m_tv", .secondMedium.withEpsilon(1e-3), size: 480),
      efficientNet("efficientnetv2_l_tv", .secondLarge.withEpsilon(1e-3), size: 480),
    ],
  ].flatMap { $0 }

  private static func both(
    _ id: String, _ variant: EfficientNet.Variant, sizes: (plain: Int, tensorFlow: Int)
  ) -> [ModelDescriptor] {
    [
      efficientNet(id, variant, size: sizes.plain),
      efficientNet("tf_" + id, variant.tensorFlow, size: sizes.tensorFlow),
    ]
  }

  private static func efficientNet(
    _ id: String, _ variant: EfficientNet.Variant, size: Int
  ) -> ModelDescriptor {
    ModelDescriptor(
      id, family: "EfficientNet", settings: NetworkSettings(imageSize: [size, size]),
      aliases: variant.torchvisionNames(.staged)
    ) { try EfficientNet($0, variant, $1) }
  }
}

extension EfficientNet {
  /// A network's scale, and the size of the images that its published weights expect.
  struct Scale: Sendable {
    var name: String
    var width: Double
    var depth: Double
    var size: Int
    var tensorFlowSize: Int

    init(
      _ name: String, _ width: Double, _ depth: Double, _ size: Int, _ tensorFlowSize: Int? = nil
    ) {
      self.name = name
      self.width = width
      self.depth = depth
      self.size = size
      self.tensorFlowSize = tensorFlowSize ?? size
    }
  }

  static let compound: [Scale] = [
    Scale("b0", 1.0, 1.0, 224), Scale("b1", 1.0, 1.1, 240), Scale("b2", 1.1, 1.2, 256, 260),
    Scale("b3", 1.2, 1.4, 288, 300), Scale("b4", 1.4, 1.8, 320, 380),
    Scale("b5", 1.6, 2.2, 448, 456), Scale("b6", 1.8, 2.6, 528), Scale("b7", 2.0, 3.1, 600),
    Scale("b8", 2.2, 3.6, 672), Scale("l2", 4.3, 5.3, 800, 475),
  ]

  static let lite: [Scale] = [
    Scale("lite0", 1.0, 1.0, 224), Scale("lite1", 1.0, 1.1, 240), Scale("lite2", 1.1, 1.2, 260),
    Scale("lite3", 1.2, 1.4, 300), Scale("lite4", 1.4, 1.8, 380),
  ]

  static let edge: [Scale] = [
    Scale("es", 1.0, 1.0, 224), Scale("em", 1.0, 1.1, 240), Scale("el", 1.2, 1.4, 300),
  ]

  static let secondBase: [Scale] = [
    Scale("b0", 1.0, 1.0, 192), Scale("b1", 1.0, 1.1, 192), Scale("b2", 1.1, 1.2, 208),
    Scale("b3", 1.2, 1.4, 240),
  ]
}

extension EfficientNet.Variant {
  static func compound(width: Double, depth: Double) -> Self {
    let width = EfficientNet.Width(factor: width)
    return Self(
      stages: EfficientNet.firstStages(), width: width, depth: Depth(factors: [depth]),
      head: .convolvedThenPooled(width(1280)), style: .init(activation: .silu))
  }

  /// Without squeeze-and-excitation; stem, head, first and last stage are not scaled.
  static func lite(width: Double, depth: Double) -> Self {
    Self(
      stages: EfficientNet.firstStages(attention: 0), width: .init(factor: width),
      depth: Depth(factors: [depth], keepsEnds: true), scalesStem: false,
      head: .convolvedThenPooled(1280), style: .init(activation: .relu6))
  }

  static func edge(width: Double, depth: Double) -> Self {
    let width = EfficientNet.Width(factor: width)
    return Self(
      stages: EfficientNet.edgeStages, width: width, depth: Depth(factors: [depth]),
      head: .convolvedThenPooled(width(1280)))
  }

  static func secondBase(width: Double, depth: Double) -> Self {
    let width = EfficientNet.Width(factor: width, limit: 0)
    return Self(
      stages: EfficientNet.secondBaseStages, width: width, depth: Depth(factors: [depth]),
      head: .convolvedThenPooled(width(1280)), style: .init(activation: .silu))
  }

  static func secondSmall(
    width: Double = 1, depth: [Double] = [1], followsFigure: Bool = false
  ) -> Self {
    let width = EfficientNet.Width(factor: width)
    return Self(
      stages: followsFigure
        ? EfficientNet.secondSmallFigureStages : EfficientNet.secondSmallStages,
      width: width, depth: Depth(factors: depth), stemWidth: 24,
      head: .convolvedThenPooled(width(followsFigure ? 1792 : 1280)),
      style: .init(activation: .silu))
  }

  static let secondMedium = second(
    stem: 24, counts: [3, 5, 5, 7, 14, 18, 5], channels: [24, 48, 80, 160, 176, 304, 512])
  static let secondLarge = second(
    stem: 32, counts: [4, 7, 7, 10, 19, 25, 7], channels: [32, 64, 96, 192, 224, 384, 640])
  static let secondExtraLarge = second(
    stem: 32, counts: [4, 8, 8, 16, 24, 32, 8], channels: [32, 64, 96, 192, 256, 512, 640])

  private static func second(stem: Int, counts: [Int], channels: [Int]) -> Self {
    Self(
      stages: EfficientNet.secondStages(counts: counts, channels: channels), stemWidth: stem,
      head: .convolvedThenPooled(1280), style: .init(activation: .silu))
  }

  func withEpsilon(_ epsilon: Double) -> Self {
    var variant = self
    variant.style.epsilon = epsilon
    return variant
  }

  /// With TensorFlow's padding.
  var samePadded: Self {
    var variant = self
    variant.style.padding = .same
    return variant
  }

  /// With TensorFlow's padding and its small number in batch normalization.
  var tensorFlow: Self { samePadded.withEpsilon(1e-3) }
}
