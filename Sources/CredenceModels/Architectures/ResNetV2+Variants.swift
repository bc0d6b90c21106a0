extension ModelDescriptor {
  /// ResNet V2 and Big Transfer.
  static let resNetV2s: [ModelDescriptor] = [
    resNetV2("resnetv2_18", .init(depths: [2, 2, 2, 2], isBasic: true)),
    resNetV2(
      "resnetv2_18d",
      .init(depths: [2, 2, 2, 2], isBasic: true, stem: .narrow, averagesShortcut: true)),
    resNetV2("resnetv2_34", .init(depths: [3, 4, 6, 3], isBasic: true)),
    resNetV2(
      "resnetv2_34d",
      .init(depths: [3, 4, 6, 3], isBasic: true, stem: .narrow, averagesShortcut: true)),
    resNetV2("resnetv2_50", .init(depths: [3, 4, 6, 3])),
    resNetV2("resnetv2_50d", .init(depths: [3, 4, 6, 3], stem: .narrow, averagesShortcut: true)),
    resNetV2(
      "resnetv2_50d_gn",
      .init(depths: [3, 4, 6, 3], stem: .narrow, averagesShortcut: true, norm: .group)),
    resNetV2(
      "resnetv2_50t", .init(depths: [3, 4, 6, 3], stem: .deep(24, 32), averagesShortcut: true)),
    resNetV2("resnetv2_101", .init(depths: [3, 4, 23, 3])),
    resNetV2("resnetv2_101d", .init(depths: [3, 4, 23, 3], stem: .narrow, averagesShortcut: true)),
    resNetV2("resnetv2_152", .init(depths: [3, 8, 36, 3])),
    resNetV2("resnetv2_152d", .init(depths: [3, 8, 36, 3], stem: .narrow, averagesShortcut: true)),
    resNetV2("resnetv2_50x1_bit", .bigTransfer([3, 4, 6, 3], width: 1)),
    resNetV2("resnetv2_50x3_bit", .bigTransfer([3, 4, 6, 3], width: 3), size: 448),
    resNetV2("resnetv2_101x1_bit", .bigTransfer([3, 4, 23, 3], width: 1), size: 448),
    resNetV2("resnetv2_101x3_bit", .bigTransfer([3, 4, 23, 3], width: 3), size: 448),
    resNetV2("resnetv2_152x2_bit", .bigTransfer([3, 8, 36, 3], width: 2)),
    resNetV2("resnetv2_152x4_bit", .bigTransfer([3, 8, 36, 3], width: 4), size: 480),
  ]

  private static func resNetV2(
    _ id: String, _ variant: ResNetV2.Variant, size: Int = 224
  ) -> ModelDescriptor {
    ModelDescriptor(
      id, family: "ResNet V2", settings: NetworkSettings(imageSize: [size, size])
    ) { try ResNetV2($0, variant, $1) }
  }
}

extension ResNetV2.Stem {
  /// The stem of the -D variants.
  fileprivate static let narrow = Self.deep(32, 32)
}

extension ResNetV2.Variant {
  fileprivate static func bigTransfer(_ depths: [Int], width: Int) -> Self {
    Self(depths: depths, width: width, stem: .padded, norm: .group, standardization: 1e-8)
  }
}
