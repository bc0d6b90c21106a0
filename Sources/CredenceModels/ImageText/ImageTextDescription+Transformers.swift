import CredenceData
import CredenceNN
import Foundation

extension ImageTextDescription {
  /// Reads the transformers library's `config.json` and `preprocessor_config.json`.
  ///
  /// Fields that a file leaves out have the library's defaults.
  ///
  /// - Throws: `ImageTextError`, `FileError`.
  init(transformers folder: URL, weights: URL) throws {
    self.weights = weights
    let top = try DescriptionFields(contentsOf: folder.appending(path: "config.json"))
    let family: ImageTextConfiguration.Family
    switch try top.text("model_type", or: "") {
    case "clip": family = .clip
    case "siglip": family = .sigLIP
    case let type:
      throw ImageTextError.unsupported(
        file: top.file, what: type.isEmpty ? "no type of model" : "a model of the type ‘\(type)’")
    }
    let isCLIP = family == .clip
    let text = top.inner("text_config", replacedBy: "text_config_dict")
    let vision = top.inner("vision_config", replacedBy: "vision_config_dict")
    let epsilon = isCLIP ? 1e-5 : 1e-6
    let textWidth = try text.integer("hidden_size", or: isCLIP ? 512 : 768)
    let textTower = ImageTextConfiguration.Text(
      vocabularySize: try text.integer("vocab_size", or: isCLIP ? 49_408 : 32_000),
      contextLength: try text.integer("max_position_embeddings", or: isCLIP ? 77 : 64),
      width: textWidth, depth: try text.integer("num_hidden_layers", or: 12),
      heads: try text.integer("num_attention_heads", or: isCLIP ? 8 : 12),
      hidden: try text.integer("intermediate_size", or: isCLIP ? 2048 : 3072),
      activation: try Self.activation(text, family),
      normEpsilon: try text.number("layer_norm_eps", or: epsilon))
    let size = try vision.side("image_size", or: 224)
    let tower = ImageTextConfiguration.ImageTransformer(
      imageSize: size, patch: try vision.side("patch_size", or: isCLIP ? 32 : 16),
      width: try vision.integer("hidden_size", or: 768),
      depth: try vision.integer("num_hidden_layers", or: 12),
      heads: try vision.integer("num_attention_heads", or: 12),
      hidden: try vision.integer("intermediate_size", or: 3072),
      activation: try Self.activation(vision, family),
      normEpsilon: try vision.number("layer_norm_eps", or: epsilon))
    guard try vision.integer("num_channels", or: 3) == 3 else {
      throw ImageTextError.unsupported(file: top.file, what: "images without three channels")
    }
    configuration = ImageTextConfiguration(
      family: family, image: .transformer(tower), text: textTower,
      featureWidth: isCLIP
        ? try top.integer("projection_dim", or: 512)
        : try text.integer("projection_size", or: textWidth))
    layout = isCLIP ? .transformersCLIP : .transformersSigLIP
    vocabulary = .files
    preprocessing = try Self.preprocessing(
      folder.appending(path: "preprocessor_config.json"), imageSize: size, family)
    try configuration.validate(file: top.file)
  }

  private static func activation(
    _ fields: DescriptionFields, _ family: ImageTextConfiguration.Family
  ) throws -> Activation {
    let name = try fields.text(
      "hidden_act", or: family == .clip ? "quick_gelu" : "gelu_pytorch_tanh")
    guard let activation = Self.activations[name] else {
      throw ImageTextError.unsupported(
        file: fields.file, what: "the activation ‘\(name)’")
    }
    return activation
  }

  private static let activations: [String: Activation] = [
    "quick_gelu": .quickGELU, "gelu": .gelu, "gelu_pytorch_tanh": .geluTanh, "gelu_new": .geluTanh,
  ]

  /// The numbers that Python's imaging library has for its filters.
  private static let filters: [Interpolation] = [
    .nearest, .lanczos, .bilinear, .bicubic, .box, .hamming,
  ]

  /// Reads how images are prepared; without the file, as the family usually has it.
  private static func preprocessing(
    _ file: URL, imageSize: Int, _ family: ImageTextConfiguration.Family
  ) throws -> Preprocessing {
    let isCLIP = family == .clip
    var preprocessing = Preprocessing(
      inputSize: [3, imageSize, imageSize], interpolation: .bicubic, cropFraction: 1,
      cropMode: isCLIP ? .center : .squash, mean: isCLIP ? clipMean : [0.5, 0.5, 0.5],
      std: isCLIP ? clipStd : [0.5, 0.5, 0.5])
    guard FileManager.default.fileExists(atPath: file.path) else { return preprocessing }
    let fields = try DescriptionFields(contentsOf: file)
    preprocessing.mean = try fields.numbers("image_mean", count: 3, or: preprocessing.mean)
    preprocessing.std = try fields.numbers("image_std", count: 3, or: preprocessing.std)
    let filter = try fields.integer("resample", or: 3)
    guard filters.indices.contains(filter) else { throw fields.bad("resample", "known filter") }
    preprocessing.interpolation = filters[filter]
    for name in ["do_resize", "do_rescale", "do_normalize"] where try !fields.flag(name, or: true) {
      throw ImageTextError.unsupported(
        file: fields.file, what: "images that are prepared otherwise (‘\(name)’ is false)")
    }
    let scale = try fields.number("rescale_factor", or: 1 / 255)
    guard abs(scale * 255 - 1) < 1e-9 else {
      throw ImageTextError.unsupported(
        file: fields.file, what: "pixels that are multiplied with \(scale) instead of 1/255")
    }
    let size = fields.inner("size")
    // Old files have a number, new ones an object.
    let shortest =
      try size.fields.isEmpty
      ? fields.integer("size", or: imageSize) : size.integer("shortest_edge", or: 0)
    let crops = try fields.flag("do_center_crop", or: isCLIP)
    if crops, shortest > 0 {
      let crop = fields.inner("crop_size")
      let side =
        try crop.fields.isEmpty
        ? fields.integer("crop_size", or: imageSize) : crop.integer("height", or: imageSize)
      guard side == imageSize, shortest >= side else {
        throw ImageTextError.badConfiguration(
          file: fields.file,
          problem:
            "images of \(shortest) pixels are cut to \(side), and the network takes \(imageSize)")
      }
      preprocessing.cropMode = .center
      preprocessing.cropFraction = Double(side) / Double(shortest)
    } else {
      let height = try size.integer("height", or: shortest)
      let width = try size.integer("width", or: shortest)
      guard !size.has("shortest_edge"), height == imageSize, width == imageSize else {
        throw ImageTextError.badConfiguration(
          file: fields.file,
          problem: "images become \(height) × \(width) pixels, and the network takes \(imageSize)")
      }
      preprocessing.cropMode = .squash
      preprocessing.cropFraction = 1
    }
    return preprocessing
  }
}
