import CredenceData
import CredenceFiles
import CredenceNN
import Foundation

extension ImageTextDescription {
  /// Reads OpenCLIP's `open_clip_config.json`.
  ///
  /// - Throws: `ImageTextError`, `FileError`.
  init(openCLIP file: URL, weights: URL) throws {
    self.weights = weights
    let top = try DescriptionFields(contentsOf: file)
    let model = top.inner("model_cfg")
    let vision = model.inner("vision_cfg")
    let text = model.inner("text_cfg")
    guard model.has("embed_dim"), model.has("vision_cfg"), model.has("text_cfg") else {
      throw ImageTextError.badConfiguration(
        file: top.file, problem: "‘model_cfg’ lacks ‘embed_dim’, ‘vision_cfg’ or ‘text_cfg’")
    }
    try Self.refuse(Self.unknown, in: vision)
    try Self.refuse(Self.unknown, in: text)
    let featureWidth = try model.integer("embed_dim", or: 0)
    let activation: Activation = try model.flag("quick_gelu", or: false) ? .quickGELU : .gelu
    let size = try vision.side("image_size", or: 224)
    let isSigLIP = model.has("init_logit_bias")
    try Self.checkText(
      text, isSigLIP: isSigLIP, hasOwnTower: try model.flag("custom_text", or: false))
    let width = try text.integer("width", or: 512)
    let textTower = ImageTextConfiguration.Text(
      vocabularySize: try text.integer("vocab_size", or: 49_408),
      contextLength: try text.integer("context_length", or: 77), width: width,
      depth: try text.integer("layers", or: 12), heads: try text.integer("heads", or: 8),
      hidden: Int(Double(width) * (try text.number("mlp_ratio", or: 4))),
      activation: text.inner("act_kwargs").fields["approximate"]?.string == "tanh"
        ? .geluTanh : activation,
      normEpsilon: try text.inner("norm_kwargs").number("eps", or: 1e-5))
    configuration = ImageTextConfiguration(
      family: isSigLIP ? .sigLIP : .clip,
      image: try Self.tower(vision, size, activation, isSigLIP: isSigLIP), text: textTower,
      featureWidth: featureWidth)
    layout = isSigLIP ? .openCLIPTowers : .openCLIP
    vocabulary = text.has("hf_tokenizer_name") ? .files : .bundled
    preprocessing = try Self.preprocessing(top.inner("preprocess_cfg"), size, isSigLIP: isSigLIP)
    try configuration.validate(file: top.file)
  }

  private static func tower(
    _ vision: DescriptionFields, _ size: Int, _ activation: Activation, isSigLIP: Bool
  ) throws -> ImageTextConfiguration.ImageTower {
    if vision.has("timm_model_name") {
      let name = try vision.text("timm_model_name", or: "")
      guard isSigLIP, ModelCatalog[name] != nil, name.contains("_siglip_"),
        try vision.text("timm_proj", or: "linear") == "none",
        try vision.text("timm_pool", or: "avg") == "map"
      else {
        throw ImageTextError.unsupported(
          file: vision.file, what: "the image tower ‘\(name)’ in a form that is not known")
      }
      return .catalog(id: name, imageSize: size)
    }
    guard !isSigLIP else {
      throw ImageTextError.unsupported(
        file: vision.file, what: "a sigmoid for each pair with an image tower of another kind")
    }
    let width = try vision.integer("width", or: 768)
    let headWidth = try vision.integer("head_width", or: 64)
    guard headWidth > 0 else { throw vision.bad("head_width", "positive number") }
    if let layers = vision.fields["layers"]?.array {
      let counts = layers.compactMap(\.integer)
      guard counts.count == layers.count else { throw vision.bad("layers", "list of integers") }
      return .resNet(
        .init(imageSize: size, layers: counts, width: width, heads: max(1, width * 32 / headWidth)))
    }
    return .transformer(
      .init(
        imageSize: size, patch: try vision.side("patch_size", or: 16), width: width,
        depth: try vision.integer("layers", or: 12), heads: max(1, width / headWidth),
        hidden: Int(Double(width) * (try vision.number("mlp_ratio", or: 4))),
        activation: activation, normEpsilon: try vision.inner("norm_kwargs").number("eps", or: 1e-5)
      ))
  }

  /// Checks that the text tower is one of the two known.
  private static func checkText(
    _ text: DescriptionFields, isSigLIP: Bool, hasOwnTower: Bool
  ) throws {
    let isAsExpected =
      try hasOwnTower == isSigLIP
      && text.flag("no_causal_mask", or: false) == isSigLIP
      && text.flag("proj_bias", or: false) == isSigLIP
      && text.text("pool_type", or: "argmax") == (isSigLIP ? "last" : "argmax")
    guard isAsExpected else {
      throw ImageTextError.unsupported(
        file: text.file, what: "a text tower that is neither CLIP's nor SigLIP's")
    }
  }

  /// Settings that change what towers compute, and that are not known here.
  private static let unknown = [
    "ls_init_value", "attentional_pool", "attn_pooler_queries", "no_ln_pre", "input_patchnorm",
    "final_ln_after_pool", "output_tokens", "hf_model_name", "embed_cls", "timm_drop_path",
    "pos_embed_type", "block_type", "qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn",
    "scale_attn_inner", "scale_fc",
  ]

  private static func refuse(_ names: [String], in fields: DescriptionFields) throws {
    for name in names {
      switch fields.fields[name] {
      case nil, .null?, .bool(false)?: continue
      case .string("learnable")? where name == "pos_embed_type": continue
      default:
        throw ImageTextError.unsupported(
          file: fields.file, what: "a tower with ‘\(fields.place).\(name)’")
      }
    }
    let pooling = try fields.text("pool_type", or: "tok")
    guard fields.place == "text_cfg" || pooling == "tok" else {
      throw ImageTextError.unsupported(
        file: fields.file, what: "an image tower that pools by ‘\(pooling)’")
    }
  }

  private static func preprocessing(
    _ fields: DescriptionFields, _ size: Int, isSigLIP: Bool
  ) throws -> Preprocessing {
    let usual = isSigLIP ? [0.5, 0.5, 0.5] : clipMean
    let name = try fields.text("interpolation", or: "bicubic")
    guard let interpolation = Interpolation(rawValue: name) else {
      throw fields.bad("interpolation", "known filter")
    }
    let mode: Preprocessing.CropMode
    switch try fields.text("resize_mode", or: isSigLIP ? "squash" : "shortest") {
    case "shortest": mode = .center
    case "squash": mode = .squash
    case let other:
      throw ImageTextError.unsupported(
        file: fields.file, what: "images that are resized by the mode ‘\(other)’")
    }
    return Preprocessing(
      inputSize: [3, size, size], interpolation: interpolation, cropFraction: 1, cropMode: mode,
      mean: try fields.numbers("mean", count: 3, or: usual),
      std: try fields.numbers("std", count: 3, or: isSigLIP ? usual : clipStd))
  }
}
