extension ModelDescriptor {
  /// MLP-Mixer, gMixer, ResMLP and gMLP.
  static let mlpMixers: [ModelDescriptor] = [
    mixer("mixer_s32_224", .init(patch: 32, width: 512, depth: 8)),
    mixer("mixer_s16_224", .init(width: 512, depth: 8)),
    mixer("mixer_b32_224", .init(patch: 32, width: 768, depth: 12)),
    mixer("mixer_b16_224", .init(width: 768, depth: 12)),
    mixer("mixer_l32_224", .init(patch: 32, width: 1024, depth: 24)),
    mixer("mixer_l16_224", .init(width: 1024, depth: 24)),
    mixer("gmixer_12_224", .init(width: 384, depth: 12, block: .gatedMixer)),
    mixer("gmixer_24_224", .init(width: 384, depth: 24, block: .gatedMixer)),
    mixer("resmlp_12_224", .init(width: 384, depth: 12, block: .residual(1e-4))),
    mixer("resmlp_24_224", .init(width: 384, depth: 24, block: .residual(1e-5))),
    mixer("resmlp_36_224", .init(width: 384, depth: 36, block: .residual(1e-6))),
    mixer("resmlp_big_24_224", .init(patch: 8, width: 768, depth: 24, block: .residual(1e-6))),
    mixer("gmlp_ti16_224", .init(width: 128, depth: 30, block: .spatialGate, expansion: 6)),
    mixer("gmlp_s16_224", .init(width: 256, depth: 30, block: .spatialGate, expansion: 6)),
    mixer("gmlp_b16_224", .init(width: 512, depth: 30, block: .spatialGate, expansion: 6)),
  ]

  private static func mixer(_ id: String, _ variant: MLPMixer.Variant) -> ModelDescriptor {
    ModelDescriptor(id, family: "MLP-Mixer") { try MLPMixer($0, variant, $1) }
  }
}
