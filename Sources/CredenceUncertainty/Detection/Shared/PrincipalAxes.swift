import CredenceMetrics
import CredenceTensor

/// The principal axes of the training embeddings about the point whose logits are 0.
final class PrincipalAxes {
  let width: Int
  private let origin: Tensor
  /// The axes as rows, by falling variance.
  private let axes: Tensor
  /// The numbers of leading axes that detectors leave out, rising.
  private var dimensions: [Int] = []

  init(_ moments: EmbeddingMoments, about origin: [Double]) throws {
    width = moments.width
    let (_, vectors) = try moments.secondMoment(about: origin).symmetricEigen()
    axes = try vectors.flipped([1]).transposed().to(.float32).contiguous()
    self.origin = try Tensor(origin.map(Float.init), shape: [width])
  }

  /// Prepares for residuals without the first axes.
  ///
  /// - Throws: `DetectionError.unavailable` unless some axes remain.
  func prepare(without dimension: Int) throws {
    guard dimension >= 1, dimension < width else {
      throw DetectionError.unavailable(
        "the principal space has \(dimension) dimensions; embeddings of \(width) features allow 1 to \(width - 1)"
      )
    }
    if !dimensions.contains(dimension) { dimensions = (dimensions + [dimension]).sorted() }
  }

  /// How long the part of each sample outside of the first axes is.
  func residualNorms(of block: DetectionBlock, without dimension: Int) throws -> [Double] {
    let first = dimensions.first ?? dimension
    let names = dimensions.map(String.init).joined(separator: " ")
    let norms = try block.shared("residual norms \(names)") {
      let centered = try block.embeddingTensor() - origin
      let coordinates = try FloatRows(FloatProduct(axes.slice(0, from: first))(centered))
      return try coordinates.mapped { [dimensions] _, y in
        // From the last axes on, so that small residuals are not lost in large ones.
        var sums = [Double](repeating: 0, count: dimensions.count)
        var (total, end) = (0.0, y.count)
        for index in dimensions.indices.reversed() {
          let start = dimensions[index] - first
          total += sumOfSquares(UnsafeBufferPointer(rebasing: y[start..<end]))
          end = start
          sums[index] = total.squareRoot()
        }
        return sums
      }
    }
    guard let index = dimensions.firstIndex(of: dimension) else {
      preconditionFailure("residuals were not prepared for \(dimension)")
    }
    return norms.map { $0[index] }
  }

  /// The size that the ViM paper chooses: 1000 from 2048 features on, 512 from 768 on, else half of them.
  static func usualDimension(width: Int) -> Int {
    width >= 2048 ? 1000 : width >= 768 ? 512 : max(1, width / 2)
  }
}

extension DetectionTraining {
  func principalAxes() throws -> PrincipalAxes {
    try shared("principal axes") {
      try PrincipalAxes(moments(), about: requiredHead().origin())
    }
  }
}
