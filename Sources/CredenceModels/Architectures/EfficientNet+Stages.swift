import CredenceNN

extension EfficientNet.Blocks {
  /// Depthwise separable convolutions.
  static func separable(
    _ count: Int, kernel: Int = 3, stride: Int = 1, to outputs: Int, attention: Double = 0,
    keepsShortcut: Bool = true, endsWithActivation: Bool = false, activation: Activation? = nil
  ) -> Self {
    Self(
      count: count,
      block: .init(
        kind: .separable(endsWithActivation: endsWithActivation), kernel: kernel, stride: stride,
        outputs: outputs, attention: attention, keepsShortcut: keepsShortcut,
        activation: activation))
  }

  /// Inverted residuals.
  static func inverted(
    _ count: Int, kernel: Int = 3, stride: Int = 1, expansion: Double, to outputs: Int,
    attention: Double = 0, keepsShortcut: Bool = true, activation: Activation? = nil
  ) -> Self {
    Self(
      count: count,
      block: .init(
        kind: .inverted, kernel: kernel, stride: stride, expansion: expansion, outputs: outputs,
        attention: attention, keepsShortcut: keepsShortcut, activation: activation))
  }

  /// Residuals that expand by a dense convolution.
  static func fused(
    _ count: Int, kernel: Int = 3, stride: Int = 1, expansion: Double, to outputs: Int,
    expandedChannels: Int = 0, keepsShortcut: Bool = true
  ) -> Self {
    Self(
      count: count,
      block: .init(
        kind: .fused, kernel: kernel, stride: stride, expansion: expansion, outputs: outputs,
        expandedChannels: expandedChannels, keepsShortcut: keepsShortcut))
  }

  /// Plain convolutions.
  static func plain(
    _ count: Int, kernel: Int = 3, to outputs: Int, keepsShortcut: Bool = false
  ) -> Self {
    Self(
      count: count,
      block: .init(
        kind: .plain, kernel: kernel, stride: 1, outputs: outputs, keepsShortcut: keepsShortcut))
  }
}

extension EfficientNet {
  /// B0, which the others scale; without attention the Lite networks.
  static func firstStages(attention: Double = 0.25) -> [[Blocks]] {
    [
      [.separable(1, to: 16, attention: attention)],
      [.inverted(2, stride: 2, expansion: 6, to: 24, attention: attention)],
      [.inverted(2, kernel: 5, stride: 2, expansion: 6, to: 40, attention: attention)],
      [.inverted(3, stride: 2, expansion: 6, to: 80, attention: attention)],
      [.inverted(3, kernel: 5, expansion: 6, to: 112, attention: attention)],
      [.inverted(4, kernel: 5, stride: 2, expansion: 6, to: 192, attention: attention)],
      [.inverted(1, expansion: 6, to: 320, attention: attention)],
    ]
  }

  /// EfficientNet-EdgeTPU.
  ///
  /// - Note: Gupta & Tan, Google AI blog, 2019; the first stage expands 24 channels where 32 come in.
  static let edgeStages: [[Blocks]] = [
    [.fused(1, expansion: 4, to: 24, expandedChannels: 24, keepsShortcut: false)],
    [.fused(2, stride: 2, expansion: 8, to: 32)],
    [.fused(4, stride: 2, expansion: 8, to: 48)],
    [.inverted(5, kernel: 5, stride: 2, expansion: 8, to: 96)],
    [.inverted(4, kernel: 5, expansion: 8, to: 144)],
    [.inverted(2, kernel: 5, stride: 2, expansion: 8, to: 192)],
  ]

  /// V2, B0 to B3.
  static let secondBaseStages: [[Blocks]] = [
    [.plain(1, to: 16, keepsShortcut: true)],
    [.fused(2, stride: 2, expansion: 4, to: 32)],
    [.fused(2, stride: 2, expansion: 4, to: 48)],
    [.inverted(3, stride: 2, expansion: 4, to: 96, attention: 0.25)],
    [.inverted(5, expansion: 6, to: 112, attention: 0.25)],
    [.inverted(8, stride: 2, expansion: 6, to: 192, attention: 0.25)],
  ]

  /// V2-S.
  static let secondSmallStages: [[Blocks]] = [
    [.plain(2, to: 24, keepsShortcut: true)],
    [.fused(4, stride: 2, expansion: 4, to: 48)],
    [.fused(4, stride: 2, expansion: 4, to: 64)],
    [.inverted(6, stride: 2, expansion: 4, to: 128, attention: 0.25)],
    [.inverted(9, expansion: 6, to: 160, attention: 0.25)],
    [.inverted(15, stride: 2, expansion: 6, to: 256, attention: 0.25)],
  ]

  /// V2-S as timm had it from the paper's figure, before the code was published.
  static let secondSmallFigureStages: [[Blocks]] =
    [[.fused(2, expansion: 1, to: 24)]] + secondSmallStages[1...4]
    + [[.inverted(15, stride: 2, expansion: 6, to: 272, attention: 0.25)]]

  /// V2-M, -L and -XL.
  static func secondStages(counts: [Int], channels: [Int]) -> [[Blocks]] {
    [
      [.plain(counts[0], to: channels[0], keepsShortcut: true)],
      [.fused(counts[1], stride: 2, expansion: 4, to: channels[1])],
      [.fused(counts[2], stride: 2, expansion: 4, to: channels[2])],
      [.inverted(counts[3], stride: 2, expansion: 4, to: channels[3], attention: 0.25)],
      [.inverted(counts[4], expansion: 6, to: channels[4], attention: 0.25)],
      [.inverted(counts[5], stride: 2, expansion: 6, to: channels[5], attention: 0.25)],
      [.inverted(counts[6], expansion: 6, to: channels[6], attention: 0.25)],
    ]
  }
}
