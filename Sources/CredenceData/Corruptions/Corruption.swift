/// One corruption at one strength, such as fog of severity 3.
///
/// A corruption is split into its random draws and a deterministic function of image and draws, so that the same noise can
/// be given to another implementation and the pixels compared.
///
/// - Note: Hendrycks & Dietterich, Benchmarking Neural Network Robustness to Common Corruptions and Perturbations, ICLR 2019,
///   arXiv:1903.12261. The generators are the published `make_imagenet_c.py`, `make_tinyimagenet_c.py` and
///   `make_cifar_c.py`; real results become bytes as there, by clipping to 0...1, multiplying by 255 and truncating.
public protocol Corruption: Sendable {
  /// The random numbers that one image takes; `Void` where there are none.
  associatedtype Draws: Sendable

  /// The settings that severity changes, by name.
  var parameters: KeyValuePairs<String, Double> { get }

  /// Draws what an image needs.
  func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) throws -> Draws

  /// The corrupted image, of the same size.
  ///
  /// - Throws: `CorruptionError.drawsMismatch` where the draws belong to an image of another size, `drawNotFinite`,
  ///   and what a codec throws.
  func corrupted(_ image: PixelImage, draws: Draws) throws -> PixelImage
}

extension Corruption {
  /// The corrupted image, of the same size, with draws of its own.
  public func corrupted(
    _ image: PixelImage, using generator: inout some RandomNumberGenerator
  ) throws -> PixelImage {
    try corrupted(image, draws: draws(for: image, using: &generator))
  }
}

extension Corruption where Draws == Void {
  /// Draws nothing.
  public func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) {}

  /// The corrupted image, of the same size.
  public func corrupted(_ image: PixelImage) throws -> PixelImage {
    try corrupted(image, draws: ())
  }
}

/// Throws `drawsMismatch` unless the draws are as many as the image needs.
func checkDraws(_ found: Int, expected: Int) throws(CorruptionError) {
  if found != expected { throw .drawsMismatch(expected: expected, found: found) }
}

/// Throws `drawsMismatch` unless the draws are as many as the image needs, `drawNotFinite` unless all are numbers.
func checkDraws(_ draws: [Double], expected: Int) throws(CorruptionError) {
  try checkDraws(draws.count, expected: expected)
  if let index = draws.firstIndex(where: { !$0.isFinite }) { throw .drawNotFinite(index: index) }
}
