extension ModelDescriptor {
  /// PoolFormer of both versions.
  static let poolFormers: [ModelDescriptor] =
    [
      ("s12", [2, 2, 6, 2], small, 1e-5), ("s24", [4, 4, 12, 4], small, 1e-5),
      ("s36", [6, 6, 18, 6], small, 1e-6), ("m36", [6, 6, 18, 6], medium, 1e-6),
      ("m48", [8, 8, 24, 8], medium, 1e-6),
    ].flatMap { name, depths, widths, scale in
      [
        poolFormer(
          "poolformer_\(name)", .init(depths: depths, widths: widths, layerScale: scale)),
        poolFormer("poolformerv2_\(name)", .init(version: .two, depths: depths, widths: widths)),
      ]
    }

  private static let small = [64, 128, 320, 512]
  private static let medium = [96, 192, 384, 768]

  private static func poolFormer(_ id: String, _ variant: PoolFormer.Variant) -> ModelDescriptor {
    ModelDescriptor(id, family: "PoolFormer") { try PoolFormer($0, variant, $1) }
  }
}
