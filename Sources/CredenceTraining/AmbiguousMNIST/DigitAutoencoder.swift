import CredenceNN
import CredenceTensor

/// A variational autoencoder of digits: 784-512-256-32 and back.
///
/// - Note: Kingma & Welling, ICLR 2014, arXiv:1312.6114.
final class DigitAutoencoder {
  let store: ParameterStore
  private let encoder: [Linear]
  private let mean: Linear
  private let logVariance: Linear
  private let decoder: [Linear]
  private let noise: Generator

  static let codeWidth = 32

  /// Draws the first weights.
  ///
  /// - Throws: `EngineError`.
  init(pixelCount: Int, seed: UInt64) throws {
    store = ParameterStore(.random(try Generator(seed: seed)))
    noise = try Generator(seed: seed ^ 0x5eed)
    let widths = [pixelCount, 512, 256]
    let code = Self.codeWidth
    encoder = [
      try Linear(store.root / "encoder" / 0, from: widths[0], to: widths[1]),
      try Linear(store.root / "encoder" / 1, from: widths[1], to: widths[2]),
    ]
    mean = try Linear(store.root / "mean", from: widths[2], to: code)
    logVariance = try Linear(store.root / "log_variance", from: widths[2], to: code)
    decoder = [
      try Linear(store.root / "decoder" / 0, from: code, to: widths[2]),
      try Linear(store.root / "decoder" / 1, from: widths[2], to: widths[1]),
      try Linear(store.root / "decoder" / 2, from: widths[1], to: widths[0]),
    ]
  }

  private func hidden(_ images: Tensor) throws -> Tensor {
    try encoder.reduce(images) { try $1($0, .evaluation).relu() }
  }

  private func logits(_ codes: Tensor) throws -> Tensor {
    let inner = try decoder.dropLast().reduce(codes) { try $1($0, .evaluation).relu() }
    return try decoder[decoder.count - 1](inner, .evaluation)
  }

  /// The codes of images, the centers of their distributions: `[batch, 32]`.
  ///
  /// - Throws: `EngineError`.
  func codes(_ images: Tensor) throws -> Tensor { try mean(hidden(images), .evaluation) }

  /// Images from 0 to 1 of codes.
  ///
  /// - Throws: `EngineError`.
  func images(_ codes: Tensor) throws -> Tensor { try logits(codes).sigmoid() }

  /// What the mean image costs in nats: the pixels given the code, and the code.
  ///
  /// - Parameter images: Pixels from 0 to 1, `[batch, pixels]`.
  /// - Returns: A single number that can be differentiated.
  /// - Throws: `EngineError`.
  func loss(_ images: Tensor) throws -> Tensor {
    let hidden = try hidden(images)
    let center = try mean(hidden, .evaluation)
    let logVariance = try logVariance(hidden, .evaluation)
    let deviation = try (logVariance * 0.5).exp()
    let drawn = try center + deviation * Tensor.normal(center.shape, using: noise)
    let pixels = try Self.crossEntropy(
      .tensor(logits(drawn)), .tensor(images), .none, .none, .int(2))
    let code = try (logVariance + 1 - center * center - logVariance.exp()).sum() * -0.5
    return try (pixels + code) / Double(images.shape[0])
  }

  /// The sum over all pixels.
  private static let crossEntropy = Operator("aten::binary_cross_entropy_with_logits")
}
