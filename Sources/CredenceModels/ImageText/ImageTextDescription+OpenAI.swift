import CredenceData
import CredenceFiles
import CredenceNN
import Foundation

extension ImageTextDescription {
  /// Reads the shapes of a state dictionary of OpenAI's.
  ///
  /// Such a file tells by three numbers beside the weights; only then the activation is known to be QuickGELU.
  ///
  /// - Throws: `ImageTextError`.
  init(openAI weights: TensorArchive, weights file: URL) throws {
    self.weights = file
    func shape(_ name: String, _ rank: Int) throws -> [Int] {
      guard let shape = weights[name]?.shape, shape.count == rank else {
        throw ImageTextError.unknownLayout(
          file: weights.file, firstNames: weights.entries.prefix(4).map(\.name))
      }
      return shape
    }
    func count(_ pattern: (Int) -> String) -> Int {
      (0...).prefix { weights[pattern($0)] != nil }.count
    }
    let tokens = try shape("token_embedding.weight", 2)
    let context = try shape("positional_embedding", 2)
    let projection = try shape("text_projection", 2)
    guard Self.openAINumbers.allSatisfy({ weights.metadata[$0] != nil || weights[$0] != nil })
    else {
      throw ImageTextError.unknownActivation(file: weights.file)
    }
    let image: ImageTextConfiguration.ImageTower
    if weights["visual.proj"] != nil {
      let kernel = try shape("visual.conv1.weight", 4)
      let places = try shape("visual.positional_embedding", 2)[0] - 1
      let side = Int(Double(max(0, places)).squareRoot().rounded())
      guard side * side == places else {
        throw ImageTextError.badConfiguration(
          file: weights.file, problem: "\(places) places of patches make no square")
      }
      image = .transformer(
        .init(
          imageSize: side * kernel[3], patch: kernel[3], width: kernel[0],
          depth: count { "visual.transformer.resblocks.\($0).ln_1.weight" },
          heads: max(1, kernel[0] / 64), hidden: 4 * kernel[0], activation: .quickGELU,
          normEpsilon: 1e-5))
    } else {
      let width = try shape("visual.layer1.0.conv1.weight", 4)[0]
      let places = try shape("visual.attnpool.positional_embedding", 2)[0] - 1
      let side = Int(Double(max(0, places)).squareRoot().rounded())
      image = .resNet(
        .init(
          imageSize: 32 * side,
          layers: (1...4).map { stage in
            count { "visual.layer\(stage).\($0).conv1.weight" }
          }, width: width, heads: max(1, width * 32 / 64)))
    }
    configuration = ImageTextConfiguration(
      family: .clip, image: image,
      text: .init(
        vocabularySize: tokens[0], contextLength: context[0], width: tokens[1],
        depth: count { "transformer.resblocks.\($0).ln_1.weight" }, heads: max(1, tokens[1] / 64),
        hidden: 4 * tokens[1], activation: .quickGELU, normEpsilon: 1e-5),
      featureWidth: projection[1])
    layout = .openCLIP
    vocabulary = .bundled
    let size = image.imageSize
    preprocessing = Preprocessing(
      inputSize: [3, size, size], interpolation: .bicubic, cropFraction: 1, cropMode: .center,
      mean: Self.clipMean, std: Self.clipStd)
    try configuration.validate(file: weights.file)
  }

  /// What OpenAI's files hold beside the weights.
  private static let openAINumbers = ["input_resolution", "context_length", "vocab_size"]
}
