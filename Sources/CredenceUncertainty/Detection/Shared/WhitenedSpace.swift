import CredenceMetrics
import CredenceTensor

/// Coordinates in which the training classes' shared covariance is the identity and that of all samples is diagonal.
///
/// With Σ the covariance within classes and Σ₀ that about the common mean, y = Aᵀ (x − μ₀) has AᵀΣA = 1 and AᵀΣ₀A = T, so one
/// matrix product gives the Mahalanobis distance to every class and to the whole training set. T exceeds 1 in at most
/// *classes* − 1 directions, and the class means differ in those alone. Directions in which the variance within classes is below
/// `tolerance` of the largest are left out of both distances, as a pseudo-inverse leaves them out of one.
final class WhitenedSpace {
  /// *features* × ε of single precision, the cutoff of a pseudo-inverse of a single-precision covariance.
  static func tolerance(width: Int) -> Double { Double(width) * 0x1p-23 }

  private let mean: Tensor
  private let map: FloatProduct
  /// T, `[directions]`, falling.
  private let spread: [Double]
  /// The inner products with the class means in the first directions.
  private let centers: FloatProduct
  private let centerCount: Int
  private let squaredCenters: [Float]

  init(_ moments: EmbeddingMoments) throws {
    let width = moments.width
    let present = moments.classCounts.indices.filter { moments.classCounts[$0] > 0 }
    guard present.count > 1 else {
      throw DetectionError.unavailable("the training set has samples of one class only")
    }
    guard moments.count > present.count else {
      throw DetectionError.unavailable(
        "the training set has one sample per class, so nothing is known of the variance within classes"
      )
    }
    let n = Double(moments.count)
    // The covariance of the class means, weighted by their samples.
    var offsets: [Double] = []
    var weights: [Double] = []
    for row in present {
      let weight = (Double(moments.classCounts[row]) / n).squareRoot()
      weights.append(weight)
      for k in 0..<width { offsets.append(moments.classMeans[row * width + k] - moments.mean[k]) }
    }
    let centered = try Tensor(offsets, shape: [present.count, width])
    let weighted = try centered * Tensor(weights, shape: [present.count, 1])
    var between = SymmetricSum(dimension: width, device: .cpu)
    try between.add(weighted)
    let within = try moments.covariance - between.lowerTriangle(times: 1)
    let (values, vectors) = try within.symmetricEigen()
    let variances: [Double] = try values.values()
    let total = try moments.meanVariance()
    // What is left of equal embeddings after subtraction is rounding.
    guard let largest = variances.last, largest > Double(width) * .ulpOfOne * total * 64 else {
      throw DetectionError.unavailable("the training embeddings do not vary within classes")
    }
    let cutoff = largest * Self.tolerance(width: width)
    let first = variances.firstIndex { $0 > cutoff } ?? width
    let scales = variances[first...].map { 1 / $0.squareRoot() }
    let white = try vectors.slice(1, from: first) * Tensor(scales, shape: [1, scales.count])
    // Aᵀ Σ₀ A = 1 + the covariance of the whitened means.
    var spreads = SymmetricSum(dimension: scales.count, device: .cpu)
    try spreads.add(weighted.matrixProduct(white))
    let (rising, rotation) = try spreads.lowerTriangle(times: 1).symmetricEigen()
    // From the largest spread to the smallest.
    let map = try white.matrixProduct(rotation).flipped([1])
    spread = try rising.values(as: Double.self).reversed().map { 1 + max($0, 0) }
    let count = min(spread.count, present.count)
    let centers = try centered.matrixProduct(map.slice(1, from: 0, to: count))
    squaredCenters = try (centers * centers).sum(over: [1]).values(as: Float.self)
    self.centers = try FloatProduct(centers)
    centerCount = count
    mean = try Tensor(moments.mean.map(Float.init), shape: [width])
    // What single precision leaves out of the mean, which is much where features vary little around a large one.
    let rest = try Tensor(moments.mean.map { Double(Float($0)) - $0 }, shape: [1, width])
    self.map = try FloatProduct(
      map.transposed(), bias: rest.matrixProduct(map).to(.float32).reshaped([-1]))
  }

  /// Squared Mahalanobis distances of a sample.
  struct Distances: Sendable {
    /// To the nearest class mean.
    var nearest: Double
    /// To the mean of all, under the covariance of all.
    var background: Double
  }

  /// The distances of a block's samples.
  func distances(of block: DetectionBlock) throws -> [Distances] {
    try block.shared("Mahalanobis distances") {
      let centered = try block.embeddingTensor() - mean
      let coordinates = try map(centered)
      let products = try centers(coordinates.slice(1, from: 0, to: centerCount).contiguous())
      let (y, crosses) = (try FloatRows(coordinates), try FloatRows(products))
      let inverse = spread.map { Float(1 / $0) }
      return try y.mapped { [squaredCenters] row, y in
        let squared = sumOfSquares(y)
        var background = 0.0
        for k in y.indices { background += Double(y[k] * y[k] * inverse[k]) }
        var least = Float.infinity
        let start = row * crosses.columnCount
        crosses.values.withUnsafeBufferPointer { products in
          for k in squaredCenters.indices {
            least = min(least, squaredCenters[k] - 2 * products[start + k])
          }
        }
        return Distances(nearest: max(squared + Double(least), 0), background: background)
      }
    }
  }
}

extension DetectionTraining {
  func whitenedSpace() throws -> WhitenedSpace {
    try shared("whitened space") {
      _ = try requiredLabels()
      return try WhitenedSpace(moments())
    }
  }
}
