import CredenceNN
import CredenceTensor

/// Cuts images into squares and maps each to a token.
struct PatchEmbedding: Layer {
  private let projection: Conv2d
  private let norm: (any Layer)?
  private let imageSize: [Int]
  /// Rows and columns of patches.
  let grid: [Int]
  /// Whether the output is `[batch, tokens, width]` and not `[batch, width, rows, columns]`.
  private let isFlat: Bool

  /// - Parameters:
  ///   - path: Where `proj` and `norm` stand.
  ///   - settings: The size and the channels of the images; what a last, incomplete patch would cover is left out.
  ///   - size: Rows and columns of a patch.
  ///   - width: The features of a token.
  ///   - hasBias: Whether a number is added per feature.
  ///   - norm: What follows the projection.
  ///   - isFlat: Whether tokens come in a row.
  /// - Throws: `EngineError.wrongShape` for images smaller than a patch.
  init(
    _ path: ParameterPath, _ settings: NetworkSettings, size: Int, width: Int,
    hasBias: Bool = true, norm: TokenNorm? = nil, isFlat: Bool = true
  ) throws {
    imageSize = settings.imageSize
    grid = imageSize.map { $0 / size }
    guard imageSize.count == 2, grid.allSatisfy({ $0 > 0 }) else {
      throw EngineError.wrongShape(
        what: "The image size", expected: "at least \(size) × \(size)", found: imageSize)
    }
    projection = try Conv2d(
      path / "proj", from: settings.channelCount, to: width, kernel: size, stride: size,
      hasBias: hasBias, initialization: .kaimingUniform)
    self.norm = try norm?.layer(path / "norm", width)
    self.isFlat = isFlat
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> Tensor {
    let shape = images.shape
    guard shape.count == 4, Array(shape[2...]) == imageSize else {
      throw EngineError.wrongShape(
        what: "A batch of images",
        expected: "[any, \(projection.weight.shape[1]), \(imageSize[0]), \(imageSize[1])]",
        found: shape)
    }
    let patches = try projection(images, phase)
    guard isFlat else { return patches }
    let tokens = try patches.flattened(from: 2).transposed(1, 2)
    return try norm?(tokens, phase) ?? tokens
  }
}
