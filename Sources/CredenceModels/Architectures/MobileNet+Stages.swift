import CredenceNN

extension EfficientNet {
  /// MobileNet V1.
  ///
  /// - Note: Howard et al., arXiv:1704.04861.
  static let mobileNetV1Stages: [[Blocks]] = [
    [.pointwiseActive(1, to: 64)],
    [.pointwiseActive(2, stride: 2, to: 128)],
    [.pointwiseActive(2, stride: 2, to: 256)],
    [.pointwiseActive(6, stride: 2, to: 512)],
    [.pointwiseActive(2, stride: 2, to: 1024)],
  ]

  /// MobileNet V2.
  ///
  /// - Note: Sandler et al., CVPR 2018, arXiv:1801.04381.
  static let mobileNetV2Stages: [[Blocks]] = [
    [.separable(1, to: 16)],
    [.inverted(2, stride: 2, expansion: 6, to: 24)],
    [.inverted(3, stride: 2, expansion: 6, to: 32)],
    [.inverted(4, stride: 2, expansion: 6, to: 64)],
    [.inverted(3, expansion: 6, to: 96)],
    [.inverted(3, stride: 2, expansion: 6, to: 160)],
    [.inverted(1, expansion: 6, to: 320)],
  ]

  /// MobileNet V3-Large.
  ///
  /// - Note: Howard et al., ICCV 2019, arXiv:1905.02244.
  static let mobileNetV3LargeStages = largeStages(
    first: .separable(1, to: 16, activation: .relu), kernel: 5, attention: 0.25,
    earlyActivation: .relu)

  static let mobileNetV3LargeMinimalStages = largeStages(
    first: .separable(1, to: 16), kernel: 3, attention: 0, earlyActivation: nil)

  static let mobileNetV3EarlyStages = largeStages(
    first: .separable(1, to: 16, keepsShortcut: false, activation: .relu), kernel: 5,
    attention: 0.25, earlyActivation: .relu)

  private static func largeStages(
    first: Blocks, kernel: Int, attention: Double, earlyActivation: Activation?
  ) -> [[Blocks]] {
    [
      [first],
      [
        .inverted(1, stride: 2, expansion: 4, to: 24, activation: earlyActivation),
        .inverted(1, expansion: 3, to: 24, activation: earlyActivation),
      ],
      [
        .inverted(
          3, kernel: kernel, stride: 2, expansion: 3, to: 40, attention: attention,
          activation: earlyActivation)
      ],
      [
        .inverted(1, stride: 2, expansion: 6, to: 80), .inverted(1, expansion: 2.5, to: 80),
        .inverted(2, expansion: 2.3, to: 80),
      ],
      [.inverted(2, expansion: 6, to: 112, attention: attention)],
      [.inverted(3, kernel: kernel, stride: 2, expansion: 6, to: 160, attention: attention)],
      [.plain(1, kernel: 1, to: 960)],
    ]
  }

  /// MobileNet V3-Small.
  static let mobileNetV3SmallStages = smallStages(
    kernel: 5, attention: 0.25, earlyActivation: .relu)
  static let mobileNetV3SmallMinimalStages = smallStages(
    kernel: 3, attention: 0, earlyActivation: nil)

  private static func smallStages(
    kernel: Int, attention: Double, earlyActivation: Activation?
  ) -> [[Blocks]] {
    [
      [.separable(1, stride: 2, to: 16, attention: attention, activation: earlyActivation)],
      [
        .inverted(1, stride: 2, expansion: 4.5, to: 24, activation: earlyActivation),
        .inverted(1, expansion: 3.67, to: 24, activation: earlyActivation),
      ],
      [
        .inverted(1, kernel: kernel, stride: 2, expansion: 4, to: 40, attention: attention),
        .inverted(2, kernel: kernel, expansion: 6, to: 40, attention: attention),
      ],
      [.inverted(2, kernel: kernel, expansion: 3, to: 48, attention: attention)],
      [.inverted(3, kernel: kernel, stride: 2, expansion: 6, to: 96, attention: attention)],
      [.plain(1, kernel: 1, to: 576)],
    ]
  }

  /// MnasNet-B1.
  ///
  /// - Note: Tan et al., CVPR 2019, arXiv:1807.11626.
  static let mnasNetStages: [[Blocks]] = [
    [.separable(1, to: 16, keepsShortcut: false)],
    [.inverted(3, stride: 2, expansion: 3, to: 24)],
    [.inverted(3, kernel: 5, stride: 2, expansion: 3, to: 40)],
    [.inverted(3, kernel: 5, stride: 2, expansion: 6, to: 80)],
    [.inverted(2, expansion: 6, to: 96)],
    [.inverted(4, kernel: 5, stride: 2, expansion: 6, to: 192)],
    [.inverted(1, expansion: 6, to: 320, keepsShortcut: false)],
  ]

  /// MnasNet-A1.
  static let attendingMnasNetStages: [[Blocks]] = [
    [.separable(1, to: 16, keepsShortcut: false)],
    [.inverted(2, stride: 2, expansion: 6, to: 24)],
    [.inverted(3, kernel: 5, stride: 2, expansion: 3, to: 40, attention: 0.25)],
    [.inverted(4, stride: 2, expansion: 6, to: 80)],
    [.inverted(2, expansion: 6, to: 112, attention: 0.25)],
    [.inverted(3, kernel: 5, stride: 2, expansion: 6, to: 160, attention: 0.25)],
    [.inverted(1, expansion: 6, to: 320)],
  ]

  /// MnasNet-small.
  static let smallMnasNetStages: [[Blocks]] = [
    [.separable(1, to: 8)],
    [.inverted(1, stride: 2, expansion: 3, to: 16)],
    [.inverted(2, stride: 2, expansion: 6, to: 16)],
    [.inverted(4, kernel: 5, stride: 2, expansion: 6, to: 32, attention: 0.25)],
    [.inverted(3, expansion: 6, to: 32, attention: 0.25)],
    [.inverted(3, kernel: 5, stride: 2, expansion: 6, to: 88, attention: 0.25)],
    [.inverted(1, expansion: 6, to: 144)],
  ]

  /// FBNet-C.
  ///
  /// - Note: Wu et al., CVPR 2019, arXiv:1812.03443.
  static let fbNetCStages: [[Blocks]] = [
    [.inverted(1, expansion: 1, to: 16)],
    [.inverted(1, stride: 2, expansion: 6, to: 24), .inverted(2, expansion: 1, to: 24)],
    [
      .inverted(1, kernel: 5, stride: 2, expansion: 6, to: 32),
      .inverted(1, kernel: 5, expansion: 3, to: 32), .inverted(1, kernel: 5, expansion: 6, to: 32),
      .inverted(1, expansion: 6, to: 32),
    ],
    [
      .inverted(1, kernel: 5, stride: 2, expansion: 6, to: 64),
      .inverted(1, kernel: 5, expansion: 3, to: 64), .inverted(2, kernel: 5, expansion: 6, to: 64),
    ],
    [
      .inverted(3, kernel: 5, expansion: 6, to: 112),
      .inverted(1, kernel: 5, expansion: 3, to: 112),
    ],
    [.inverted(4, kernel: 5, stride: 2, expansion: 6, to: 184)],
    [.inverted(1, expansion: 6, to: 352)],
  ]

  /// Single-Path NAS.
  ///
  /// - Note: Stamoulis et al., ECML PKDD 2019, arXiv:1904.02877.
  static let singlePathStages: [[Blocks]] = [
    [.separable(1, to: 16, keepsShortcut: false)],
    [.inverted(3, stride: 2, expansion: 3, to: 24)],
    [
      .inverted(1, kernel: 5, stride: 2, expansion: 6, to: 40),
      .inverted(3, expansion: 3, to: 40),
    ],
    [
      .inverted(1, kernel: 5, stride: 2, expansion: 6, to: 80),
      .inverted(3, expansion: 3, to: 80),
    ],
    [
      .inverted(1, kernel: 5, expansion: 6, to: 96),
      .inverted(3, kernel: 5, expansion: 3, to: 96),
    ],
    [.inverted(4, kernel: 5, stride: 2, expansion: 6, to: 192)],
    [.inverted(1, expansion: 6, to: 320, keepsShortcut: false)],
  ]

  /// FBNetV3.
  ///
  /// - Note: Dai et al., CVPR 2021, arXiv:2006.02049.
  static let fbNetV3BStages: [[Blocks]] = [
    [.separable(2, to: 16)],
    [
      .inverted(1, kernel: 5, stride: 2, expansion: 4, to: 24),
      .inverted(3, kernel: 5, expansion: 2, to: 24),
    ],
    [
      .inverted(1, kernel: 5, stride: 2, expansion: 5, to: 40, attention: 0.25),
      .inverted(4, kernel: 5, expansion: 3, to: 40, attention: 0.25),
    ],
    [.inverted(1, kernel: 5, stride: 2, expansion: 5, to: 72), .inverted(4, expansion: 3, to: 72)],
    [
      .inverted(1, expansion: 5, to: 120, attention: 0.25),
      .inverted(5, kernel: 5, expansion: 3, to: 120, attention: 0.25),
    ],
    [
      .inverted(1, stride: 2, expansion: 6, to: 184, attention: 0.25),
      .inverted(5, kernel: 5, expansion: 4, to: 184, attention: 0.25),
      .inverted(1, kernel: 5, expansion: 6, to: 224, attention: 0.25),
    ],
    [.plain(1, kernel: 1, to: 1344)],
  ]

  static let fbNetV3DStages: [[Blocks]] = [
    [.separable(2, to: 16)],
    [.inverted(1, stride: 2, expansion: 5, to: 24), .inverted(5, expansion: 2, to: 24)],
    [
      .inverted(1, kernel: 5, stride: 2, expansion: 4, to: 40, attention: 0.25),
      .inverted(4, expansion: 3, to: 40, attention: 0.25),
    ],
    [.inverted(1, stride: 2, expansion: 5, to: 72), .inverted(4, expansion: 3, to: 72)],
    [
      .inverted(1, expansion: 5, to: 128, attention: 0.25),
      .inverted(6, kernel: 5, expansion: 3, to: 128, attention: 0.25),
    ],
    [
      .inverted(1, stride: 2, expansion: 6, to: 208, attention: 0.25),
      .inverted(5, kernel: 5, expansion: 5, to: 208, attention: 0.25),
      .inverted(1, kernel: 5, expansion: 6, to: 240, attention: 0.25),
    ],
    [.plain(1, kernel: 1, to: 1440)],
  ]

  static let fbNetV3GStages: [[Blocks]] = [
    [.separable(3, to: 24)],
    [
      .inverted(1, kernel: 5, stride: 2, expansion: 4, to: 40),
      .inverted(4, kernel: 5, expansion: 2, to: 40),
    ],
    [
      .inverted(1, kernel: 5, stride: 2, expansion: 4, to: 56, attention: 0.25),
      .inverted(4, kernel: 5, expansion: 3, to: 56, attention: 0.25),
    ],
    [
      .inverted(1, kernel: 5, stride: 2, expansion: 5, to: 104),
      .inverted(4, expansion: 3, to: 104),
    ],
    [
      .inverted(1, expansion: 5, to: 160, attention: 0.25),
      .inverted(8, kernel: 5, expansion: 3, to: 160, attention: 0.25),
    ],
    [
      .inverted(1, stride: 2, expansion: 6, to: 264, attention: 0.25),
      .inverted(6, kernel: 5, expansion: 5, to: 264, attention: 0.25),
      .inverted(2, kernel: 5, expansion: 6, to: 288, attention: 0.25),
    ],
    [.plain(1, kernel: 1, to: 1728)],
  ]

  /// PP-LCNet.
  ///
  /// - Note: Cui et al., arXiv:2109.15099.
  static let lcNetStages: [[Blocks]] = [
    [.pointwiseActive(1, to: 32)],
    [.pointwiseActive(2, stride: 2, to: 64)],
    [.pointwiseActive(2, stride: 2, to: 128)],
    [.pointwiseActive(1, stride: 2, to: 256), .pointwiseActive(1, kernel: 5, to: 256)],
    [.pointwiseActive(4, kernel: 5, to: 256)],
    [.pointwiseActive(2, kernel: 5, stride: 2, to: 512, attention: 0.25)],
  ]
}

extension EfficientNet.Blocks {
  /// Depthwise separable convolutions that end with an activation and have no shortcut.
  fileprivate static func pointwiseActive(
    _ count: Int, kernel: Int = 3, stride: Int = 1, to outputs: Int, attention: Double = 0
  ) -> Self {
    separable(
      count, kernel: kernel, stride: stride, to: outputs, attention: attention,
      keepsShortcut: false, endsWithActivation: true)
  }
}
