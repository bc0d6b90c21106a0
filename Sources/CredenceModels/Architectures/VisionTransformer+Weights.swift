import CredenceTensor
import Foundation

extension VisionTransformer {
  /// The names of torchvision's and of the DeiT III, DINOv2 and BEiT files.
  static func names(_ variant: Variant) -> NameMapping {
    let isNested = variant.layerScaleNames == .nested
    return NameMapping("torchvision, DeiT III, DINOv2, BEiT") { name in
      if let known = whole[name] { return known }
      if name == "mask_token" || name.hasSuffix("relative_position_index") { return nil }
      return (isNested ? parts + nestedScales : parts).reduce(name) { renamed, part in
        renamed.replacingOccurrences(of: part.0, with: part.1)
      }
    }
  }

  private static let whole = [
    "class_token": "cls_token", "encoder.pos_embedding": "pos_embed",
    "conv_proj.weight": "patch_embed.proj.weight", "conv_proj.bias": "patch_embed.proj.bias",
    "encoder.ln.weight": "norm.weight", "encoder.ln.bias": "norm.bias",
    "heads.head.weight": "head.weight", "heads.head.bias": "head.bias",
  ]

  private static let nestedScales = [(".gamma_1", ".ls1.gamma"), (".gamma_2", ".ls2.gamma")]

  private static let parts = [
    ("encoder.layers.encoder_layer_", "blocks."),
    (".ln_1.", ".norm1."), (".ln_2.", ".norm2."), (".self_attention.in_proj_", ".attn.qkv."),
    (".self_attention.out_proj.", ".attn.proj."), (".mlp.linear_1.", ".mlp.fc1."),
    (".mlp.linear_2.", ".mlp.fc2."), (".mlp.0.", ".mlp.fc1."), (".mlp.3.", ".mlp.fc2."),
    (".mlp.w12.", ".mlp.fc1."), (".mlp.w3.", ".mlp.fc2."),
  ]

  /// Positions of another image size, and patches stored as rows of a matrix.
  static func adapted(
    _ name: String, _ tensor: Tensor, _ shape: [Int], _ variant: Variant,
    _ settings: NetworkSettings
  ) throws -> Tensor? {
    let grid = settings.imageSize.map { $0 / variant.patch }
    switch name {
    case "pos_embed":
      return try PositionEmbedding.resampled(
        tensor, prefix: variant.positions == .all ? variant.tokens.count : 0, to: grid)
    case "patch_embed.proj.weight" where tensor.count == shape.reduce(1, *):
      return try tensor.reshaped(shape)
    case let name where name.hasSuffix("relative_position_bias_table"):
      return try RelativePositionTable.resampled(tensor, extra: 3, to: grid)
    default: return nil
    }
  }
}
