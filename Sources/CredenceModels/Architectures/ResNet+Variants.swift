import CredenceNN

extension ModelDescriptor {
  /// ResNet, wide ResNet, ResNeXt and their variants.
  static let resNets: [ModelDescriptor] = [
    resNet(
      "resnet10t",
      .init(depths: [1, 1, 1, 1], block: .basic, stem: .tiered, averagesShortcut: true)),
    resNet("resnet14t", .init(depths: [1, 1, 1, 1], stem: .tiered, averagesShortcut: true)),
    resNet("resnet18", .init(depths: [2, 2, 2, 2], block: .basic)),
    resNet(
      "resnet18d",
      .init(depths: [2, 2, 2, 2], block: .basic, stem: .narrow, averagesShortcut: true)),
    resNet("resnet26", .init(depths: [2, 2, 2, 2])),
    resNet("resnet26d", .init(depths: [2, 2, 2, 2], stem: .narrow, averagesShortcut: true)),
    resNet("resnet26t", .init(depths: [2, 2, 2, 2], stem: .tiered, averagesShortcut: true)),
    resNet("resnet34", .init(depths: [3, 4, 6, 3], block: .basic)),
    resNet(
      "resnet34d",
      .init(depths: [3, 4, 6, 3], block: .basic, stem: .narrow, averagesShortcut: true)),
    resNet("resnet50", .init(depths: [3, 4, 6, 3])),
    resNet("resnet50c", .init(depths: [3, 4, 6, 3], stem: .narrow)),
    resNet("resnet50d", .init(depths: [3, 4, 6, 3], stem: .narrow, averagesShortcut: true)),
    resNet("resnet50s", .init(depths: [3, 4, 6, 3], stem: .deep(64, 64), stemWidth: 128)),
    resNet("resnet50t", .init(depths: [3, 4, 6, 3], stem: .tiered, averagesShortcut: true)),
    resNet("resnet101", .init(depths: [3, 4, 23, 3])),
    resNet("resnet101c", .init(depths: [3, 4, 23, 3], stem: .narrow)),
    resNet("resnet101d", .init(depths: [3, 4, 23, 3], stem: .narrow, averagesShortcut: true)),
    resNet("resnet101s", .init(depths: [3, 4, 23, 3], stem: .deep(64, 64), stemWidth: 128)),
    resNet("resnet152", .init(depths: [3, 8, 36, 3])),
    resNet("resnet152c", .init(depths: [3, 8, 36, 3], stem: .narrow)),
    resNet("resnet152d", .init(depths: [3, 8, 36, 3], stem: .narrow, averagesShortcut: true)),
    resNet("resnet152s", .init(depths: [3, 8, 36, 3], stem: .deep(64, 64), stemWidth: 128)),
    resNet("resnet200", .init(depths: [3, 24, 36, 3])),
    resNet("resnet200d", .init(depths: [3, 24, 36, 3], stem: .narrow, averagesShortcut: true)),
    resNet("wide_resnet50_2", .init(depths: [3, 4, 6, 3], groupWidth: 128)),
    resNet("wide_resnet101_2", .init(depths: [3, 4, 23, 3], groupWidth: 128)),
    resNet("resnext50_32x4d", .init(depths: [3, 4, 6, 3], cardinality: 32, groupWidth: 4)),
    resNet(
      "resnext50d_32x4d",
      .init(
        depths: [3, 4, 6, 3], stem: .narrow, averagesShortcut: true, cardinality: 32, groupWidth: 4)
    ),
    resNet("resnext101_32x4d", .init(depths: [3, 4, 23, 3], cardinality: 32, groupWidth: 4)),
    resNet("resnext101_32x8d", .init(depths: [3, 4, 23, 3], cardinality: 32, groupWidth: 8)),
    resNet("resnext101_32x16d", .init(depths: [3, 4, 23, 3], cardinality: 32, groupWidth: 16)),
    resNet("resnext101_32x32d", .init(depths: [3, 4, 23, 3], cardinality: 32, groupWidth: 32)),
    resNet("resnext101_64x4d", .init(depths: [3, 4, 23, 3], cardinality: 64, groupWidth: 4)),
    resNet(
      "seresnet18", .init(depths: [2, 2, 2, 2], block: .basic, attention: .squeezeExcitation())),
    resNet(
      "seresnet34", .init(depths: [3, 4, 6, 3], block: .basic, attention: .squeezeExcitation())),
    resNet("seresnet50", .init(depths: [3, 4, 6, 3], attention: .squeezeExcitation())),
    resNet(
      "seresnet50t",
      .init(
        depths: [3, 4, 6, 3], stem: .tiered, averagesShortcut: true, attention: .squeezeExcitation()
      )),
    resNet("seresnet101", .init(depths: [3, 4, 23, 3], attention: .squeezeExcitation())),
    resNet("seresnet152", .init(depths: [3, 8, 36, 3], attention: .squeezeExcitation())),
    resNet(
      "seresnet152d",
      .init(
        depths: [3, 8, 36, 3], stem: .narrow, averagesShortcut: true,
        attention: .squeezeExcitation())),
    resNet(
      "seresnext50_32x4d",
      .init(depths: [3, 4, 6, 3], cardinality: 32, groupWidth: 4, attention: .squeezeExcitation())),
    resNet(
      "seresnext101_32x4d",
      .init(depths: [3, 4, 23, 3], cardinality: 32, groupWidth: 4, attention: .squeezeExcitation())),
    resNet(
      "seresnext101_32x8d",
      .init(depths: [3, 4, 23, 3], cardinality: 32, groupWidth: 8, attention: .squeezeExcitation())),
    resNet(
      "ecaresnet50d",
      .init(depths: [3, 4, 6, 3], stem: .narrow, averagesShortcut: true, attention: .efficient)),
    resNet(
      "ecaresnet50t",
      .init(depths: [3, 4, 6, 3], stem: .tiered, averagesShortcut: true, attention: .efficient)),
    resNet(
      "ecaresnet101d",
      .init(depths: [3, 4, 23, 3], stem: .narrow, averagesShortcut: true, attention: .efficient)),
    resNet(
      "ecaresnet269d",
      .init(depths: [3, 30, 48, 8], stem: .narrow, averagesShortcut: true, attention: .efficient)),
    resNet(
      "resnetrs50",
      .init(
        depths: [3, 4, 6, 3], stem: .narrow, averagesShortcut: true,
        attention: .squeezeExcitation(reduction: 0.25), replacesPool: true)),
    resNet(
      "resnetrs101",
      .init(
        depths: [3, 4, 23, 3], stem: .narrow, averagesShortcut: true,
        attention: .squeezeExcitation(reduction: 0.25), replacesPool: true)),
    resNet(
      "resnetrs152",
      .init(
        depths: [3, 8, 36, 3], stem: .narrow, averagesShortcut: true,
        attention: .squeezeExcitation(reduction: 0.25), replacesPool: true)),
    resNet(
      "resnetrs200",
      .init(
        depths: [3, 24, 36, 3], stem: .narrow, averagesShortcut: true,
        attention: .squeezeExcitation(reduction: 0.25), replacesPool: true)),
  ]

  /// ResNet for small images, as they are trained on CIFAR and MNIST: one 3 × 3 convolution as the stem.
  static let smallResNets: [ModelDescriptor] = [
    ("resnet18", [2, 2, 2, 2], ResNet.Block.basic), ("resnet34", [3, 4, 6, 3], .basic),
    ("resnet50", [3, 4, 6, 3], .bottleneck), ("resnet101", [3, 4, 23, 3], .bottleneck),
    ("resnet110", [3, 4, 26, 3], .bottleneck), ("resnet152", [3, 8, 36, 3], .bottleneck),
  ].map { name, depths, block in
    resNet(
      "\(name)_32x32",
      .init(
        depths: depths, block: block, stem: .small, shortcutName: "shortcut",
        initialization: .kaimingUniform),
      NetworkSettings(classCount: 10, imageSize: [32, 32]))
  }

  private static func resNet(
    _ id: String, _ variant: ResNet.Variant, _ settings: NetworkSettings = NetworkSettings()
  ) -> ModelDescriptor {
    ModelDescriptor(
      id, family: "ResNet", settings: settings,
      takesNormBounds: variant.attention == .none, takesModifiedBlocks: true
    ) { try ResNet($0, variant, $1) }
  }
}

extension ResNet.Stem {
  /// The stem of the -D variants.
  static let narrow = Self.deep(32, 32)
  /// The stem of the -T variants.
  static let tiered = Self.deep(24, 32)
}
