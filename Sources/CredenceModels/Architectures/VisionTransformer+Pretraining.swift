import CredenceNN

extension ModelDescriptor {
  /// Image towers of CLIP and SigLIP, also fine-tuned.
  static let contrastiveVisionTransformers: [ModelDescriptor] =
    [
      vit("vit_xsmall_patch16_clip_224", .xsmall.clip, classes: 512),
      vit("vit_medium_patch32_clip_224", .medium.patches(32).clip, classes: 512),
      vit("vit_medium_patch16_clip_224", .medium.clip, classes: 512),
      vit("vit_betwixt_patch32_clip_224", .betwixt.patches(32).clip, classes: 512),
      vit("vit_base_patch32_clip_224", .base.patches(32).clip),
      vit("vit_base_patch32_clip_256", .base.patches(32).clip, size: 256, classes: 512),
      vit("vit_base_patch32_clip_384", .base.patches(32).clip, size: 384),
      vit("vit_base_patch32_clip_448", .base.patches(32).clip, size: 448),
      vit("vit_base_patch32_clip_quickgelu_224", .base.patches(32).quickCLIP, classes: 512),
      vit("vit_base_patch16_clip_224", .base.clip),
      vit("vit_base_patch16_clip_384", .base.clip, size: 384),
      vit("vit_base_patch16_clip_quickgelu_224", .base.quickCLIP, classes: 512),
      vit("vit_base_patch16_plus_clip_240", .basePlus.clip, size: 240, classes: 640),
      vit("vit_large_patch14_clip_224", .large.patches(14).clip),
      vit("vit_large_patch14_clip_336", .large.patches(14).clip, size: 336),
      vit("vit_large_patch14_clip_quickgelu_224", .large.patches(14).quickCLIP, classes: 768),
      vit(
        "vit_large_patch14_clip_quickgelu_336", .large.patches(14).quickCLIP, size: 336,
        classes: 768),
      vit("vit_huge_patch14_clip_224", .huge.patches(14).clip),
      vit("vit_huge_patch14_clip_336", .huge.patches(14).clip, size: 336),
      vit("vit_huge_patch14_clip_378", .huge.patches(14).clip, size: 378, classes: 1024),
      vit("vit_huge_patch14_clip_quickgelu_224", .huge.patches(14).quickCLIP, classes: 1024),
      vit(
        "vit_huge_patch14_clip_quickgelu_378", .huge.patches(14).quickCLIP, size: 378,
        classes: 1024),
      vit("vit_giant_patch14_clip_224", .giant.patches(14).clip, classes: 1024),
      vit("vit_gigantic_patch14_clip_224", .gigantic.patches(14).clip, classes: 1280),
      vit("vit_gigantic_patch14_clip_378", .gigantic.patches(14).clip, size: 378, classes: 1280),
      vit(
        "vit_gigantic_patch14_clip_quickgelu_224", .gigantic.patches(14).quickCLIP, classes: 1280),
    ]
    + sigLIP("base_patch16", .base, [224, 256, 384, 512])
    + sigLIP("base_patch32", .base.patches(32).with(\.activation, .geluTanh), [256])
    + sigLIP("large_patch16", .large, [256, 384])
    + sigLIP("large_patch16", .large.with(\.activation, .geluTanh), [512])
    + sigLIP("so400m_patch14", .so400m.patches(14), [224, 378, 384], averaged: [448, 896])
    + sigLIP("so400m_patch16", .so400m.with(\.activation, .geluTanh), [256, 384, 512])

  /// BEiT, EVA and EVA-02.
  static let maskedVisionTransformers: [ModelDescriptor] = [
    vit("beit_base_patch16_224", .base.beit(scale: 0.1)),
    vit("beit_base_patch16_384", .base.beit(scale: 0.1), size: 384),
    vit("beit_large_patch16_224", .large.beit(scale: 1e-5)),
    vit("beit_large_patch16_384", .large.beit(scale: 1e-5), size: 384),
    vit("beit_large_patch16_512", .large.beit(scale: 1e-5), size: 512),
    vit("beitv2_base_patch16_224", .base.beit(scale: 1e-5)),
    vit("beitv2_large_patch16_224", .large.beit(scale: 1e-5)),
    vit("eva_large_patch14_196", .large.eva.with(\.projection, .packed), size: 196),
    vit("eva_large_patch14_336", .large.eva.with(\.projection, .packed), size: 336),
    vit("eva_giant_patch14_224", .giant.eva),
    vit("eva_giant_patch14_336", .giant.eva, size: 336),
    vit("eva_giant_patch14_560", .giant.eva, size: 560),
    vit("eva02_tiny_patch14_224", .tiny.eva02.packed, classes: 0),
    vit("eva02_tiny_patch14_336", .tiny.eva02.packed, size: 336),
    vit("eva02_small_patch14_224", .small.eva02.packed, classes: 0),
    vit("eva02_small_patch14_336", .small.eva02.packed, size: 336),
    vit("eva02_base_patch14_224", .base.eva02Normalized, classes: 0),
    vit("eva02_base_patch14_448", .base.eva02Normalized, size: 448),
    vit("eva02_large_patch14_224", .large.eva02Normalized, classes: 0),
    vit("eva02_large_patch14_448", .large.eva02Normalized, size: 448),
    vit("eva02_base_patch16_clip_224", .base.eva02CLIP.patches(16), classes: 512),
    vit("eva02_large_patch14_clip_224", .large.eva02CLIP, classes: 768),
    vit("eva02_large_patch14_clip_336", .large.eva02CLIP, size: 336, classes: 768),
  ]

  /// A size of SigLIP at several image sizes, with attention and with average as pooling.
  private static func sigLIP(
    _ size: String, _ variant: VisionTransformer.Variant, _ imageSizes: [Int],
    averaged: [Int] = []
  ) -> [ModelDescriptor] {
    imageSizes.map { vit("vit_\(size)_siglip_\($0)", variant.sigLIP, size: $0, classes: 0) }
      + (imageSizes + averaged).map {
        vit("vit_\(size)_siglip_gap_\($0)", variant.averaged(), size: $0, classes: 0)
      }
  }
}

extension VisionTransformer.Variant {
  /// TinyCLIP's least.
  fileprivate static let xsmall = Self(width: 256, depth: 10, heads: 4)

  /// A gated MLP whose two matrices are stacked, so that twice the hidden features leave the first layer.
  fileprivate var packed: Self {
    with(\.mlp, .gatedPacked).with(\.expansion, 2 * expansion)
  }
}
