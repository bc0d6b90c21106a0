public import CredenceCalibration
public import CredencePredictions
public import CredenceTensor
import Foundation

/// Log densities of many samples, by matrix products.
///
/// Samples are taken in blocks, classes one after another, and one dense factor is in memory at a time; so memory depends on
/// neither.
public struct DensityScoring: Sendable {
  public let density: FittedDensity
  public let device: Device
  /// `float64` to the score, or `float32` in the products, which takes half of the time.
  public let elementType: ElementType

  /// A way to score.
  ///
  /// - Throws: `UncertaintyError.badSetting` for another element type than the two.
  public init(
    _ density: FittedDensity, device: Device = .cpu, elementType: ElementType = .float64
  ) throws(UncertaintyError) {
    guard elementType == .float64 || elementType == .float32 else {
      throw .badSetting(
        name: "The number format", value: elementType.rawValue, allowed: "float64 or float32")
    }
    self.density = density
    self.device = device
    self.elementType = elementType
  }

  /// What a density says about samples.
  public struct Scores: Sendable {
    /// log Σ π_c N(z; μ_c, Σ_c) of each sample, in nats.
    public var logDensities: [Double] = []
    /// The entropy of the classes' shares of that sum, in nats.
    public var entropies: [Double] = []
    /// The class with the greatest share.
    public var predictions: [Int32] = []
  }

  /// Scores samples; class densities are reduced block by block.
  ///
  /// - Parameter embeddings: `[samples, features]`.
  /// - Returns: Numbers per sample.
  /// - Throws: `CalibrationError.densityMismatch` for another number of features, `PredictionError.notFinite` naming a row,
  ///   `EngineError`.
  public func scores(of embeddings: Matrix) throws -> Scores {
    var scores = Scores()
    scores.logDensities.reserveCapacity(embeddings.rowCount)
    let classes = density.classCount
    try forEachBlock(embeddings) { values in
      for start in stride(from: 0, to: values.count, by: classes) {
        let row = ClassShares(values[start..<start + classes], logPriors: density.logPriors)
        scores.logDensities.append(row.logDensity)
        scores.entropies.append(row.entropy)
        scores.predictions.append(row.prediction)
      }
    }
    return scores
  }

  /// ln N(z; μ_c, Σ_c) of each sample and class without the prior, `[samples, classes]`, row after row; −∞ for classes
  /// without samples.
  ///
  /// - Throws: As `scores(of:)`.
  public func classLogDensities(of embeddings: Matrix) throws -> [Double] {
    var all: [Double] = []
    all.reserveCapacity(embeddings.rowCount * density.classCount)
    try forEachBlock(embeddings) { all += $0 }
    return all
  }

  /// The squared Mahalanobis distances of each sample and class, `[samples, classes]`, row after row; infinite for classes
  /// without samples.
  ///
  /// - Throws: As `scores(of:)`.
  public func squaredDistances(of embeddings: Matrix) throws -> [Double] {
    var all: [Double] = []
    all.reserveCapacity(embeddings.rowCount * density.classCount)
    try forEachBlock(embeddings, asDistances: true) { all += $0 }
    return all
  }

  /// Hands out `[rows, classes]` numbers of one block of samples after another.
  private func forEachBlock(
    _ embeddings: Matrix, asDistances: Bool = false, _ body: (ArraySlice<Double>) throws -> Void
  ) throws {
    guard embeddings.columnCount == density.dimension else {
      throw CalibrationError.densityMismatch(
        what: "The number of features", expected: "\(density.dimension)",
        found: "\(embeddings.columnCount)")
    }
    try withInference {
      let pass = try DensityPass(self, asDistances: asDistances)
      var scratch: [Double] = []
      for rows in pass.blocks(embeddings.rowCount) {
        if pass.isFused {
          try body(pass.fusedValues(of: EmbeddingBlocks.tensor(embeddings, rows: rows))[...])
          continue
        }
        let block = try embeddings.withRows(rows, scratch: &scratch) { values in
          try EmbeddingBlocks.checkFinite(values, columnCount: density.dimension) {
            rows.lowerBound + $0
          }
          return try pass.block(values)
        }
        try body(pass.values(of: block)[...])
      }
    }
  }
}

/// The log densities of the classes for one sample, reduced.
private struct ClassShares {
  var logDensity = -Double.infinity
  var entropy = 0.0
  var prediction: Int32 = 0

  init(_ values: ArraySlice<Double>, logPriors: [Double]) {
    var maximum = -Double.infinity
    for (index, value) in values.enumerated() where value + logPriors[index] > maximum {
      maximum = value + logPriors[index]
      prediction = Int32(index)
    }
    guard maximum > -.infinity else { return }
    var sum = 0.0
    var weighted = 0.0
    for (index, value) in values.enumerated() {
      let distance = value + logPriors[index] - maximum
      guard distance > -745 else { continue }
      let share = exp(distance)
      sum += share
      weighted += share * distance
    }
    logDensity = maximum + log(sum)
    entropy = max(0, log(sum) - weighted / sum)
  }
}

/// One scoring of many blocks.
private struct DensityPass {
  let density: FittedDensity
  let device: Device
  let type: ElementType
  let asDistances: Bool
  /// Near the means, so that float32 need not hold what all samples share; `[features]`.
  private let center: [Double]

  /// Rows of the factor that are multiplied at a time: below the diagonal nothing else is needed.
  private static let panel = 128
  /// Samples whose product stays in the cache.
  private static let strip = 1024

  private static let norm = Operator("aten::linalg_vector_norm")

  init(_ scoring: DensityScoring, asDistances: Bool) throws {
    let density = scoring.density
    self.density = density
    device = scoring.device
    type = scoring.elementType
    self.asDistances = asDistances
    var center = [Double](repeating: 0, count: density.dimension)
    var scratch: [Double] = []
    let present = density.counts.indices.filter { density.counts[$0] > 0 }
    for label in present {
      density.means.withRows(label..<label + 1, scratch: &scratch) { mean in
        for index in mean.indices { center[index] += mean[index] / Double(present.count) }
      }
    }
    self.center = center
  }

  /// Whether each class's factor is a triangle of its own that the engine applies and sums in one pass.
  var isFused: Bool {
    guard device == .cpu, case .triangles(let matrix) = density.factors else { return false }
    return matrix.rowCount > 1
  }

  /// Consecutive rows that are scored at a time.
  ///
  /// All factors are read once for each block, so large ones get larger blocks.
  func blocks(_ rowCount: Int) -> [Range<Int>] {
    let (width, classes) = (density.dimension, density.classCount)
    let factors = classes * Triangle.count(width) * 8
    let byteCount = isFused ? min(max(factors / 4, 4 << 20), 256 << 20) : 32 << 20
    // The results of a block take memory, too.
    let height = min(byteCount / (8 * width), (64 << 20) / (8 * classes))
    let step = max(height, 256)
    return stride(from: 0, to: rowCount, by: step).map { $0..<min($0 + step, rowCount) }
  }

  /// The numbers of all classes for rows in single or double precision, `[rows, classes]`, row after row.
  func fusedValues(of rows: Tensor) throws -> [Double] {
    guard case .triangles(let triangles) = density.factors else { return [] }
    let (count, classes, width) = (rows.shape[0], density.classCount, density.dimension)
    var result = [Double](
      repeating: asDistances ? .infinity : -.infinity, count: count * classes)
    let samples = try Operator.packSamples(
      .tensor(rows), .tensor(Tensor(center, shape: [width])), .bool(type == .float32))
    let constant = Double(width) * log(2 * .pi)
    for label in 0..<classes where density.counts[label] > 0 {
      let factor =
        type == .float32
        ? try row(triangles, label, of: Float.self) : try row(triangles, label, of: Double.self)
      let mean = try Tensor(centeredMean(of: label), shape: [width])
      let distances = try Operator.whitenedSquares(
        .tensor(samples), .tensor(factor), .tensor(mean)
      ).values(as: Double.self)
      let offset = constant + density.logDeterminants[label]
      for row in 0..<count {
        result[row * classes + label] =
          asDistances ? distances[row] : -0.5 * (offset + distances[row])
      }
    }
    return result
  }

  private func row<Scalar: MatrixScalar & TensorElement>(
    _ matrix: Matrix, _ row: Int, of: Scalar.Type
  ) throws -> Tensor {
    var scratch: [Scalar] = []
    return try matrix.withRows(row..<row + 1, scratch: &scratch) {
      try Tensor(
        copying: UnsafeRawBufferPointer($0), shape: [$0.count], elementType: Scalar.elementType)
    }
  }

  /// Checked samples, centered, as a tensor of the asked type.
  func block(_ values: UnsafeBufferPointer<Double>) throws -> Tensor {
    let width = center.count
    let count = values.count / width
    let centered = [Double](unsafeUninitializedCapacity: values.count) { target, filled in
      for row in 0..<count {
        for index in 0..<width {
          target[row * width + index] = values[row * width + index] - center[index]
        }
      }
      filled = values.count
    }
    return try Tensor(centered, shape: [count, width]).to(type).to(device)
  }

  /// The numbers of all classes, `[rows, classes]`, row after row.
  func values(of block: Tensor) throws -> [Double] {
    let (rows, classes) = (block.shape[0], density.classCount)
    var result = [Double](
      repeating: asDistances ? .infinity : -.infinity, count: rows * classes)
    let constant = Double(density.dimension) * log(2 * .pi)
    let strips = try stride(from: 0, to: rows, by: Self.strip).map {
      try block.slice(0, from: $0, to: min($0 + Self.strip, rows))
    }
    // A factor that all classes share whitens the samples once.
    if case .triangles(let matrix) = density.factors, matrix.rowCount == 1 {
      let factor = try triangle(matrix, row: 0)
      var start = 0
      for strip in strips {
        try tied(strip, factor) { row, label, distance in
          result[(start + row) * classes + label] = distance
        }
        start += strip.shape[0]
      }
    } else {
      for label in 0..<classes where density.counts[label] > 0 {
        let factor = try factor(of: label)
        var start = 0
        for strip in strips {
          let distances = try factor.distances(of: strip - mean(of: label))
            .values(as: Double.self)
          for (row, distance) in distances.enumerated() {
            result[(start + row) * classes + label] = distance
          }
          start += distances.count
        }
      }
    }
    guard !asDistances else { return result }
    for label in 0..<classes where density.counts[label] > 0 {
      let offset = constant + density.logDeterminants[label]
      for position in stride(from: label, to: result.count, by: classes) {
        result[position] = -0.5 * (offset + result[position])
      }
    }
    return result
  }

  /// The distances to all means under one covariance: ‖y − ν_c‖² for whitened samples y and means ν.
  private func tied(
    _ strip: Tensor, _ factor: Factor, _ body: (Int, Int, Double) -> Void
  ) throws {
    let samples = try factor.whitened(strip)
    for label in density.counts.indices where density.counts[label] > 0 {
      let mean = try factor.whitened(mean(of: label).expandingDimension(0))
      let distances = try Self.norm(
        .tensor(samples - mean), .int(2), .ints([-1]), .bool(false), .none
      ).values(as: Double.self)
      for (row, distance) in distances.enumerated() { body(row, label, distance * distance) }
    }
  }

  private func centeredMean(of label: Int) -> [Double] {
    var scratch: [Double] = []
    return density.means.withRows(label..<label + 1, scratch: &scratch) { mean in
      zip(mean, center).map { $0 - $1 }
    }
  }

  private func mean(of label: Int) throws -> Tensor {
    let mean = centeredMean(of: label)
    return try Tensor(mean, shape: [mean.count]).to(type).to(device)
  }

  private func factor(of label: Int) throws -> Factor {
    func rows(_ matrix: Matrix, _ shape: [Int]) throws -> Tensor {
      var scratch: [Double] = []
      return try matrix.withRows(label..<label + 1, scratch: &scratch) {
        try Tensor(copying: UnsafeRawBufferPointer($0), shape: shape, elementType: .float64)
          .to(type).to(device)
      }
    }
    switch density.factors {
    case .triangles(let matrix): return try triangle(matrix, row: label)
    case .scales(let scales): return .scales(try rows(scales, [density.dimension]))
    case .lowRank(let scales, let directions, let rank):
      return .lowRank(
        try rows(scales, [density.dimension]), try rows(directions, [rank, density.dimension]))
    }
  }

  /// A stored triangle as panels of rows, each as wide as its last row.
  private func triangle(_ matrix: Matrix, row: Int) throws -> Factor {
    let size = density.dimension
    func panels<Scalar: MatrixScalar & TensorElement>(_: Scalar.Type) throws -> [Tensor] {
      var scratch: [Scalar] = []
      return try matrix.withRows(row..<row + 1, scratch: &scratch) { packed in
        try stride(from: 0, to: size, by: Self.panel).map { first in
          let end = min(first + Self.panel, size)
          var dense = [Scalar](repeating: .zero, count: (end - first) * end)
          for row in first..<end {
            let start = Triangle.count(row)
            for column in 0...row { dense[(row - first) * end + column] = packed[start + column] }
          }
          return try Tensor(dense, shape: [end - first, end]).to(device).transposed()
        }
      }
    }
    return .panels(type == .float32 ? try panels(Float.self) : try panels(Double.self))
  }

  /// What turns centered samples into distances.
  enum Factor {
    case panels([Tensor])
    case scales(Tensor)
    case lowRank(Tensor, Tensor)

    /// The squared distances, `[rows]`.
    func distances(of samples: Tensor) throws -> Tensor {
      switch self {
      case .panels(let panels):
        let parts = try panels.map { panel in
          try DensityPass.squaredNorms(
            samples.slice(1, from: 0, to: panel.shape[0]).matrixProduct(panel))
        }
        return try parts.dropFirst().reduce(parts[0]) { try $0 + $1 }
      case .scales(let scales): return try DensityPass.squaredNorms(samples * scales)
      case .lowRank(let scales, let directions):
        let scaled = try samples * scales
        let along = try scaled.matrixProduct(directions.transposed())
        return try (DensityPass.squaredNorms(scaled) - DensityPass.squaredNorms(along))
          .clamped(low: 0)
      }
    }

    /// The whitened samples, `[rows, features]`; only of triangles.
    func whitened(_ samples: Tensor) throws -> Tensor {
      guard case .panels(let panels) = self else { return samples }
      return try Tensor.concatenated(
        panels.map { try samples.slice(1, from: 0, to: $0.shape[0]).matrixProduct($0) }, along: 1)
    }
  }

  static func squaredNorms(_ rows: Tensor) throws -> Tensor {
    let norms = try norm(.tensor(rows), .int(2), .ints([-1]), .bool(false), .none)
    return try norms * norms
  }
}

extension Operator {
  /// The engine's samples around a center, side by side for its products: `rows, center, in single precision`.
  fileprivate static let packSamples = Operator("credence::pack_samples")
  /// The engine's squared lengths of W (x − μ), in one pass: `packed samples, packed triangle, mean`; some more than samples.
  fileprivate static let whitenedSquares = Operator("credence::whitened_squares")
}
