import Foundation

/// How a program that trains image–text networks names and stores their parameters.
public enum ImageTextLayout: String, CaseIterable, Hashable, Sendable {
  /// OpenAI's and OpenCLIP's: `visual.transformer.resblocks.0.attn.in_proj_weight`, `transformer.resblocks.0…`.
  case openCLIP
  /// OpenCLIP's where towers are exchangeable: the text tower under `text.`, a timm image tower under `visual.trunk.`.
  case openCLIPTowers
  /// The transformers library's `CLIPModel`: `vision_model.encoder.layers.0.self_attn.q_proj.weight`.
  case transformersCLIP
  /// The transformers library's `SiglipModel`.
  case transformersSigLIP
}

/// Where in a file a parameter's numbers stand.
struct WeightSource: Hashable {
  /// What is done with the file's tensors.
  enum Form: Hashable {
    /// Tensors of the same numbers, several one below the other; dimensions of length 1 may be elsewhere.
    case plain
    /// A matrix with rows and columns exchanged.
    case transposed
    /// Of three equal parts of the rows these.
    case thirds(Range<Int>)
  }

  var names: [String]
  var form = Form.plain

  init(_ names: String..., form: Form = .plain) {
    self.names = names
    self.form = form
  }
}

extension ImageTextLayout {
  /// Where the numbers of a parameter stand; `nil` for a parameter that the layout has no name for.
  func source(of parameter: String) -> WeightSource? {
    let parts = parameter.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return WeightSource(parameter) }
    return switch (self, parts[0]) {
    case (.openCLIP, "visual"): Self.openCLIPImage(parts[1])
    case (.openCLIP, _): Self.openCLIPText(parts[1], prefix: "", hasLinearHead: false)
    case (.openCLIPTowers, "visual"): WeightSource("visual.trunk." + parts[1])
    case (.openCLIPTowers, _): Self.openCLIPText(parts[1], prefix: "text.", hasLinearHead: true)
    case (.transformersCLIP, "visual"): Self.transformersImage(parts[1])
    case (.transformersSigLIP, "visual"): Self.transformersImage(parts[1])
    case (.transformersCLIP, _):
      parts[1] == "head.weight"
        ? WeightSource("text_projection.weight") : Self.transformersText(parts[1])
    case (.transformersSigLIP, _): Self.transformersText(parts[1])
    }
  }

  /// Whether a tensor holds no numbers of the network: counters and sizes that programs store beside it.
  func ignores(_ name: String) -> Bool {
    name.hasSuffix(".position_ids") || name.hasSuffix("num_batches_tracked")
      || ["input_resolution", "context_length", "vocab_size", "attn_mask", "text.attn_mask"]
        .contains(name)
  }

  // MARK: - OpenCLIP

  private static func openCLIPImage(_ name: String) -> WeightSource {
    switch name {
    case "cls_token": return WeightSource("visual.class_embedding")
    case "pos_embed": return WeightSource("visual.positional_embedding")
    case "patch_embed.proj.weight": return WeightSource("visual.conv1.weight")
    case "projection.weight": return WeightSource("visual.proj", form: .transposed)
    default: break
    }
    if let rest = name.without(prefix: "norm_pre.") { return WeightSource("visual.ln_pre." + rest) }
    if let rest = name.without(prefix: "norm.") { return WeightSource("visual.ln_post." + rest) }
    if let rest = name.without(prefix: "blocks.") {
      return WeightSource("visual.transformer.resblocks." + openCLIPBlock(rest))
    }
    // The residual network has OpenAI's names.
    return WeightSource("visual." + name)
  }

  private static func openCLIPText(
    _ name: String, prefix: String, hasLinearHead: Bool
  ) -> WeightSource {
    switch name {
    case "pos_embed": return WeightSource(prefix + "positional_embedding")
    case "head.weight" where !hasLinearHead:
      return WeightSource(prefix + "text_projection", form: .transposed)
    case "head.weight", "head.bias":
      return WeightSource(prefix + "text_projection." + name.dropFirst(5))
    default: break
    }
    if let rest = name.without(prefix: "norm.") { return WeightSource(prefix + "ln_final." + rest) }
    if let rest = name.without(prefix: "blocks.") {
      return WeightSource(prefix + "transformer.resblocks." + openCLIPBlock(rest))
    }
    return WeightSource(prefix + name)
  }

  /// `3.attn.qkv.weight` becomes `3.attn.in_proj_weight`.
  private static func openCLIPBlock(_ name: String) -> String {
    let pairs = [
      (".norm1.", ".ln_1."), (".norm2.", ".ln_2."), (".attn.qkv.", ".attn.in_proj_"),
      (".attn.proj.", ".attn.out_proj."), (".mlp.fc1.", ".mlp.c_fc."),
      (".mlp.fc2.", ".mlp.c_proj."),
    ]
    return pairs.reduce(name) { $0.replacing($1.0, with: $1.1) }
  }

  // MARK: - transformers

  private static func transformersImage(_ name: String) -> WeightSource? {
    let model = "vision_model."
    switch name {
    case "cls_token": return WeightSource(model + "embeddings.class_embedding")
    case "pos_embed": return WeightSource(model + "embeddings.position_embedding.weight")
    case "projection.weight": return WeightSource("visual_projection.weight")
    default: break
    }
    if let rest = name.without(prefix: "patch_embed.proj.") {
      return WeightSource(model + "embeddings.patch_embedding." + rest)
    }
    // The library's own spelling.
    if let rest = name.without(prefix: "norm_pre.") {
      return WeightSource(model + "pre_layrnorm." + rest)
    }
    if let rest = name.without(prefix: "norm.") {
      return WeightSource(model + "post_layernorm." + rest)
    }
    if let rest = name.without(prefix: "blocks.") { return transformersBlock(rest, model) }
    if let rest = name.without(prefix: "attn_pool.") { return transformersPooling(rest, model) }
    return nil
  }

  private static func transformersText(_ name: String) -> WeightSource? {
    let model = "text_model."
    switch name {
    case "token_embedding.weight": return WeightSource(model + "embeddings." + name)
    case "pos_embed": return WeightSource(model + "embeddings.position_embedding.weight")
    case "head.weight", "head.bias": return WeightSource(model + name)
    default: break
    }
    if let rest = name.without(prefix: "norm.") {
      return WeightSource(model + "final_layer_norm." + rest)
    }
    return name.without(prefix: "blocks.").flatMap { transformersBlock($0, model) }
  }

  private static func transformersBlock(_ name: String, _ model: String) -> WeightSource? {
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count == 3 || parts.count == 4, let kind = parts.last else { return nil }
    let layer = "\(model)encoder.layers.\(parts[0])."
    return switch parts[1..<parts.count - 1].joined(separator: ".") {
    case "norm1": WeightSource(layer + "layer_norm1." + kind)
    case "norm2": WeightSource(layer + "layer_norm2." + kind)
    case "attn.qkv":
      WeightSource(
        layer + "self_attn.q_proj." + kind, layer + "self_attn.k_proj." + kind,
        layer + "self_attn.v_proj." + kind)
    case "attn.proj": WeightSource(layer + "self_attn.out_proj." + kind)
    case "mlp.fc1": WeightSource(layer + "mlp.fc1." + kind)
    case "mlp.fc2": WeightSource(layer + "mlp.fc2." + kind)
    default: nil
    }
  }

  private static func transformersPooling(_ name: String, _ model: String) -> WeightSource? {
    let head = model + "head."
    return switch name {
    case "latent": WeightSource(head + "probe")
    case "q.weight": WeightSource(head + "attention.in_proj_weight", form: .thirds(0..<1))
    case "q.bias": WeightSource(head + "attention.in_proj_bias", form: .thirds(0..<1))
    case "kv.weight": WeightSource(head + "attention.in_proj_weight", form: .thirds(1..<3))
    case "kv.bias": WeightSource(head + "attention.in_proj_bias", form: .thirds(1..<3))
    case "proj.weight", "proj.bias": WeightSource(head + "attention.out_" + name)
    case "norm.weight", "norm.bias": WeightSource(head + "layer" + name)
    default: name.hasPrefix("mlp.") ? WeightSource(head + name) : nil
    }
  }
}

extension String {
  /// What follows a prefix; `nil` for a text that starts otherwise.
  fileprivate func without(prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
