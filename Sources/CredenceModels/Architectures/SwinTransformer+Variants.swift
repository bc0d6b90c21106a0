import CredenceNN
import CredenceTensor

extension ModelDescriptor {
  /// Swin, its searched variants S3, and Swin V2.
  static let swinTransformers: [ModelDescriptor] = [
    swin("swin_tiny_patch4_window7_224", .tiny(7)),
    swin("swin_small_patch4_window7_224", .small(7)),
    swin("swin_base_patch4_window7_224", .base(7)),
    swin("swin_large_patch4_window7_224", .large(7)),
    swin("swin_base_patch4_window12_384", .base(12), size: 384),
    swin("swin_large_patch4_window12_384", .large(12), size: 384),
    swin(
      "swin_s3_tiny_224",
      .init(width: 96, depths: [2, 2, 6, 2], heads: 3, windows: [7, 7, 14, 7])),
    swin(
      "swin_s3_small_224",
      .init(width: 96, depths: [2, 2, 18, 2], heads: 3, windows: [14, 14, 14, 7])),
    swin(
      "swin_s3_base_224",
      .init(width: 96, depths: [2, 2, 30, 2], heads: 3, windows: [7, 7, 14, 7])),
    swin("swinv2_tiny_window8_256", .tiny(8).two, size: 256),
    swin("swinv2_tiny_window16_256", .tiny(16).two, size: 256),
    swin("swinv2_small_window8_256", .small(8).two, size: 256),
    swin("swinv2_small_window16_256", .small(16).two, size: 256),
    swin("swinv2_base_window8_256", .base(8).two, size: 256),
    swin("swinv2_base_window16_256", .base(16).two, size: 256),
    swin("swinv2_base_window12_192", .base(12).two, size: 192, classes: 21841),
    swin("swinv2_base_window12to16_192to256", .base(16).twoFrom12, size: 256),
    swin("swinv2_base_window12to24_192to384", .base(24).twoFrom12, size: 384),
    swin("swinv2_large_window12_192", .large(12).two, size: 192, classes: 21841),
    swin("swinv2_large_window12to16_192to256", .large(16).twoFrom12, size: 256),
    swin("swinv2_large_window12to24_192to384", .large(24).twoFrom12, size: 384),
  ]

  private static func swin(
    _ id: String, _ variant: SwinTransformer.Variant, size: Int = 224, classes: Int = 1000
  ) -> ModelDescriptor {
    ModelDescriptor(
      id, family: "Swin Transformer",
      settings: NetworkSettings(classCount: classes, imageSize: [size, size]),
      aliases: SwinTransformer.names,
      adapt: { name, tensor, _, settings in
        try SwinTransformer.adapted(name, tensor, variant, settings)
      },
      make: { try SwinTransformer($0, variant, $1) })
  }
}

extension SwinTransformer.Variant {
  fileprivate static func tiny(_ window: Int) -> Self {
    Self(width: 96, depths: [2, 2, 6, 2], heads: 3, windows: Array(repeating: window, count: 4))
  }
  fileprivate static func small(_ window: Int) -> Self {
    Self(width: 96, depths: [2, 2, 18, 2], heads: 3, windows: Array(repeating: window, count: 4))
  }
  fileprivate static func base(_ window: Int) -> Self {
    Self(width: 128, depths: [2, 2, 18, 2], heads: 4, windows: Array(repeating: window, count: 4))
  }
  fileprivate static func large(_ window: Int) -> Self {
    Self(width: 192, depths: [2, 2, 18, 2], heads: 6, windows: Array(repeating: window, count: 4))
  }

  /// Version 2.
  fileprivate var two: Self {
    var variant = self
    variant.version = .two
    return variant
  }

  /// Version 2, trained first with windows of 12 at images of 192.
  fileprivate var twoFrom12: Self {
    var variant = two
    variant.referenceWindows = [12, 12, 12, 6]
    return variant
  }
}

extension SwinTransformer {
  /// The names of the published files.
  ///
  /// Their merging stands at the end of a stage, here at the start of the next.
  static let names = NameMapping("Microsoft") { name in
    if name.hasSuffix("relative_position_index") || name.hasSuffix("relative_coords_table")
      || name.hasSuffix("attn_mask") || name.hasSuffix("k_bias")
    {
      return nil
    }
    var parts = name.split(separator: ".").map(String.init)
    if parts.count == 2, parts[0] == "head" { return "head.fc." + parts[1] }
    if parts.count > 3, parts[0] == "layers", parts[2] == "downsample", let stage = Int(parts[1]) {
      parts[1] = String(stage + 1)
    }
    return parts.joined(separator: ".")
  }

  /// Tables of relative positions for the windows of another image size.
  static func adapted(
    _ name: String, _ tensor: Tensor, _ variant: Variant, _ settings: NetworkSettings
  ) throws -> Tensor? {
    let parts = name.split(separator: ".")
    guard parts.last == "relative_position_bias_table", parts.count > 1, let stage = Int(parts[1]),
      variant.windows.indices.contains(stage)
    else { return nil }
    let window = settings.imageSize.map { size in
      min((size / 4 + (1 << stage) - 1) >> stage, variant.windows[stage])
    }
    return try RelativePositionTable.resampled(tensor, extra: 0, to: window)
  }
}
