import CredenceNN
import CredenceTensor

extension ModelDescriptor {
  /// ViT and DeiT, and their variants with class token, average, or registers.
  static let visionTransformers: [ModelDescriptor] =
    [
      vit("vit_tiny_patch16_224", .tiny),
      vit("vit_tiny_patch16_384", .tiny, size: 384),
      vit("vit_small_patch32_224", .small.patches(32)),
      vit("vit_small_patch32_384", .small.patches(32), size: 384),
      vit("vit_small_patch16_224", .small),
      vit("vit_small_patch16_384", .small, size: 384),
      vit("vit_small_patch8_224", .small.patches(8), classes: 0),
      vit("vit_base_patch32_224", .base.patches(32)),
      vit("vit_base_patch32_384", .base.patches(32), size: 384),
      vit("vit_base_patch16_224", .base),
      vit("vit_base_patch16_384", .base, size: 384),
      vit("vit_base_patch8_224", .base.patches(8)),
      vit("vit_large_patch32_224", .large.patches(32), classes: 0),
      vit("vit_large_patch32_384", .large.patches(32), size: 384),
      vit("vit_large_patch16_224", .large),
      vit("vit_large_patch16_384", .large, size: 384),
      vit("vit_large_patch14_224", .large.patches(14)),
      vit("vit_huge_patch14_224", .huge.patches(14), classes: 0),
      vit("vit_giant_patch14_224", .giant.patches(14)),
      vit("vit_gigantic_patch14_224", .gigantic.patches(14)),
      vit(
        "vit_base_patch16_224_miil", .base.with(\.projection, .packedWithoutBias), classes: 11221),
      vit("vit_medium_patch16_gap_240", .mediumAveraged, size: 240, classes: 11821),
      vit("vit_medium_patch16_gap_256", .mediumAveraged, size: 256),
      vit("vit_medium_patch16_gap_384", .mediumAveraged, size: 384),
      vit("vit_base_patch16_gap_224", .base.with(\.heads, 16).averaged()),
      vit("vit_huge_patch14_gap_224", .huge.patches(14).averaged(), classes: 0),
      vit("vit_huge_patch16_gap_448", .huge.averaged(), size: 448, classes: 0),
      vit("vit_giant_patch16_gap_224", .giant.averaged(), classes: 0),
      vit("vit_base_patch16_plus_240", .basePlus.scaled(1e-5), size: 240),
      vit("vit_base_patch32_plus_256", .basePlus.patches(32).scaled(1e-5), size: 256),
      vit("vit_wee_patch16_reg1_gap_256", .wee.searched(registers: 1), size: 256),
      vit(
        "vit_pwee_patch16_reg1_gap_256",
        .wee.with(\.depth, 16).searched(registers: 1).with(\.block, .parallel), size: 256),
      vit(
        "vit_dwee_patch16_reg1_gap_256",
        .wee.searched(registers: 1).with(\.block, .differential), size: 256),
      vit(
        "vit_dpwee_patch16_reg1_gap_256",
        .wee.with(\.depth, 16).searched(registers: 1).with(\.block, .differentialParallel),
        size: 256),
      vit("vit_little_patch16_reg1_gap_256", .little.searched(registers: 1), size: 256),
      vit(
        "vit_dlittle_patch16_reg1_gap_256",
        .little.searched(registers: 1).with(\.block, .differential), size: 256),
      vit("vit_medium_patch16_reg1_gap_256", .medium.searched(registers: 1), size: 256),
      vit("vit_betwixt_patch16_reg1_gap_256", .betwixt.searched(registers: 1), size: 256),
      vit("vit_little_patch16_reg4_gap_256", .little.searched(registers: 4), size: 256),
      vit("vit_medium_patch16_reg4_gap_256", .medium.searched(registers: 4), size: 256),
      vit("vit_betwixt_patch16_reg4_gap_256", .betwixt.searched(registers: 4), size: 256),
      vit("vit_betwixt_patch16_reg4_gap_384", .betwixt.searched(registers: 4), size: 384),
      vit(
        "vit_mediumd_patch16_reg4_gap_256", .medium.with(\.depth, 20).searched(registers: 4),
        size: 256),
      vit(
        "vit_mediumd_patch16_reg4_gap_384", .medium.with(\.depth, 20).searched(registers: 4),
        size: 384),
      vit(
        "vit_base_patch16_reg4_gap_256",
        .base.searched(registers: 4).with(\.layerScale, nil), size: 256),
      vit(
        "vit_so150m_patch16_reg4_map_256", .so150m.sigLIP.with(\.tokens, .registers(4)), size: 256),
      vit("vit_so150m_patch16_reg4_gap_256", .so150m.averaged(registers: 4), size: 256),
      vit("vit_so150m_patch16_reg4_gap_384", .so150m.averaged(registers: 4), size: 384),
      vit("vit_so150m2_patch16_reg1_gap_256", .so150m2Averaged, size: 256),
      vit("vit_so150m2_patch16_reg1_gap_384", .so150m2Averaged, size: 384),
      vit("vit_so150m2_patch16_reg1_gap_448", .so150m2Averaged, size: 448),
      vit(
        "vit_base_patch16_rpn_224",
        .base.averaged(.pooled).scaled(1e-5).with(\.block, .postNorm)
          .with(\.projection, .packedWithoutBias)),
      vit("vit_base_patch16_xp_224", .base.parallel),
      vit("vit_large_patch14_xp_224", .large.patches(14).parallel),
      vit("vit_huge_patch14_xp_224", .huge.patches(14).parallel),
      vit(
        "vit_intern300m_patch14_448",
        .large.patches(14).scaled(0.1).with(\.finalNorm, .none), size: 448, classes: 0),
      vit(
        "vit_small_patch16_18x2_224",
        .small.with(\.depth, 18).scaled(1e-5).with(\.block, .pairs)),
      vit("vit_small_patch16_36x1_224", .small.with(\.depth, 36).scaled(1e-5)),
      vit(
        "vit_base_patch16_18x2_224",
        .base.with(\.depth, 18).scaled(1e-5).with(\.block, .pairs)),
      vit("vit_small_patch14_dinov2", .small.dino(), size: 518, classes: 0),
      vit("vit_base_patch14_dinov2", .base.dino(), size: 518, classes: 0),
      vit("vit_large_patch14_dinov2", .large.dino(), size: 518, classes: 0),
      vit("vit_giant_patch14_dinov2", .giantGated.dino(), size: 518, classes: 0),
      vit("vit_small_patch14_reg4_dinov2", .small.dino(registers: 4), size: 518, classes: 0),
      vit("vit_base_patch14_reg4_dinov2", .base.dino(registers: 4), size: 518, classes: 0),
      vit("vit_large_patch14_reg4_dinov2", .large.dino(registers: 4), size: 518, classes: 0),
      vit("vit_giant_patch14_reg4_dinov2", .giantGated.dino(registers: 4), size: 518, classes: 0),
      vit("deit_tiny_patch16_224", .tiny),
      vit("deit_small_patch16_224", .small),
      vit("deit_base_patch16_224", .base),
      vit("deit_base_patch16_384", .base, size: 384),
      vit("deit_tiny_distilled_patch16_224", .tiny.with(\.tokens, .classAndDistillation)),
      vit("deit_small_distilled_patch16_224", .small.with(\.tokens, .classAndDistillation)),
      vit("deit_base_distilled_patch16_224", .base.with(\.tokens, .classAndDistillation)),
      vit(
        "deit_base_distilled_patch16_384", .base.with(\.tokens, .classAndDistillation), size: 384),
      vit("deit3_small_patch16_224", .small.deit3),
      vit("deit3_small_patch16_384", .small.deit3, size: 384),
      vit("deit3_medium_patch16_224", .medium.deit3),
      vit("deit3_base_patch16_224", .base.deit3),
      vit("deit3_base_patch16_384", .base.deit3, size: 384),
      vit("deit3_large_patch16_224", .large.deit3),
      vit("deit3_large_patch16_384", .large.deit3, size: 384),
      vit("deit3_huge_patch14_224", .huge.patches(14).deit3),
    ] + contrastiveVisionTransformers + maskedVisionTransformers

  static func vit(
    _ id: String, _ variant: VisionTransformer.Variant, size: Int = 224, classes: Int = 1000
  ) -> ModelDescriptor {
    ModelDescriptor(
      id, family: "Vision Transformer",
      settings: NetworkSettings(classCount: classes, imageSize: [size, size]),
      aliases: VisionTransformer.names(variant),
      adapt: { name, tensor, shape, settings in
        try VisionTransformer.adapted(name, tensor, shape, variant, settings)
      },
      make: { try VisionTransformer($0, variant, $1) })
  }
}

extension VisionTransformer.Variant {
  fileprivate static let mediumAveraged = medium.averaged().scaled(1e-6)
    .with(\.projection, .packedWithoutBias)
  fileprivate static let so150m2Averaged = so150m2.averaged(.pooled, registers: 1).scaled(1e-5)
    .with(\.projection, .packedWithoutBias)
  /// DINOv2's greatest, whose MLP has a gate.
  fileprivate static let giantGated = Self(
    width: 1536, depth: 40, heads: 24, expansion: 5.33334, mlp: .gatedPacked, activation: .silu)
  /// Blocks whose attention and MLP stand side by side, with normalized queries and keys.
  fileprivate var parallel: Self {
    with(\.block, .parallel).with(\.norm, .rootMeanSquare()).with(\.normalizesFirst, true)
      .with(\.normalizesQueries, true).with(\.positions, .patches)
      .with(\.projection, .packedWithoutBias)
  }
}
