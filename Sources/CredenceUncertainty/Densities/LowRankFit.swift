import CredenceCalibration
import CredencePredictions
import CredenceTensor
import Foundation

extension DensityFit {
  /// Fits for each class the directions of greatest variance V with their variances λ, and for every feature the rest ψ:
  /// Σ = V diag(λ) Vᵀ + diag(ψ) has the variances of the samples.
  ///
  /// Directions come from subspace iteration on the centered samples, which never forms a covariance.
  ///
  /// - Note: Halko, Martinsson & Tropp, SIAM Review 2011.
  mutating func lowRank(_ samples: LabeledEmbeddings) throws -> FittedDensity {
    let rank = min(configuration.rank, dimension)
    var scales: [Double] = []
    var store = try FactorStore(
      rowCount: counts.count, columnCount: rank * dimension, scalarType: options.storage)
    do {
      var fallback: Double?
      for label in counts.indices {
        guard counts[label] > 0 else {
          scales += [Double](repeating: 0, count: dimension)
          try store.append([Double](repeating: 0, count: rank * dimension))
          continue
        }
        let group = try LowRankGroup(samples, label: label, rank: rank, device: options.device)
        setMean(group.mean, of: label)
        let factor = try regularized(group, label: label) {
          if fallback == nil { fallback = try samples.meanVariance() }
          return fallback ?? 0
        }
        logDeterminants[label] = factor.logDeterminant
        scales += factor.scales
        try store.append(factor.directions)
      }
    } catch {
      store.discard()
      throw error
    }
    return try finished(
      .lowRank(
        scales: Matrix(scales, columnCount: dimension), directions: store.finish(), rank: rank))
  }

  /// Shrinks and lifts the variances of a group, and factors the result.
  private mutating func regularized(
    _ group: LowRankGroup, label: Int, substitute: () throws -> Double
  ) throws -> LowRankFactor {
    var variances = group.variances
    var lambda = group.directionVariances
    var mean = variances.reduce(0, +) / Double(dimension)
    var weight = 0.0
    switch resolved(count: group.count) {
    case .ledoitWolf:
      weight = ShrinkageWeight.ledoitWolf(
        count: group.count, trace: group.trace, sumOfSquares: group.sumOfSquares,
        quartic: group.quartic, dimension: dimension)
    case .oas:
      weight = ShrinkageWeight.oas(
        count: group.count, trace: group.trace, sumOfSquares: group.sumOfSquares,
        dimension: dimension)
    case .automatic, .jitterLadder, .publishedLadder: break
    }
    if mean <= 0 {
      mean = try substitute()
      weight = 1
    }
    guard mean > 0, mean.isFinite else {
      throw UncertaintyError.degenerate(
        what: "Class \(label)", reason: "All samples of the set have the same features.")
    }
    for index in variances.indices {
      variances[index] = (1 - weight) * variances[index] + weight * mean
    }
    for index in lambda.indices { lambda[index] *= 1 - weight }
    // What the directions leave of each variance; never less than this, so that none is lost in rounding.
    let least = 1e-6 * mean
    for (direction, variance) in lambda.enumerated() {
      for index in variances.indices {
        let entry = group.directions[direction * dimension + index]
        variances[index] -= variance * entry * entry
      }
    }
    for index in variances.indices { variances[index] = max(variances[index], least) }
    shrinkages[label] = weight
    jitters[label] = least
    return try LowRankFactor(
      rest: variances, variances: lambda, directions: group.directions, device: options.device)
  }
}

/// The samples of a class, reduced to what a low-rank covariance is made of.
private struct LowRankGroup {
  let count: Int
  let mean: [Double]
  /// Per feature; normalized by one less than the samples.
  var variances: [Double] = []
  /// Orthonormal rows, `[rank, features]`, and the variance along each, falling.
  var directions: [Double] = []
  var directionVariances: [Double] = []
  /// Of the covariance normalized by the samples, for shrinkage.
  var trace = 0.0
  var sumOfSquares = 0.0
  var quartic = 0.0

  private static let orthonormal = Operator("aten::linalg_qr")
  private static let eigenvalues = Operator("aten::linalg_eigh")
  private static let iterations = 6
  private static let oversampling = 8

  init(_ samples: LabeledEmbeddings, label: Int, rank: Int, device: Device) throws {
    let rows = samples.rows(of: label)
    let width = samples.embeddings.columnCount
    var values = try samples.values(rows)
    count = rows.count
    var mean = [Double](repeating: 0, count: width)
    for start in stride(from: 0, to: values.count, by: width) {
      for index in 0..<width { mean[index] += values[start + index] }
    }
    for index in 0..<width { mean[index] /= Double(count) }
    var squares = [Double](repeating: 0, count: width)
    for start in stride(from: 0, to: values.count, by: width) {
      var sum = 0.0
      for index in 0..<width {
        let x = values[start + index] - mean[index]
        values[start + index] = x
        squares[index] += x * x
        sum += x * x
      }
      quartic += sum * sum
    }
    self.mean = mean
    let freedom = Double(max(count - 1, 1))
    variances = squares.map { $0 / freedom }
    trace = squares.reduce(0, +) / Double(count)
    directions = [Double](repeating: 0, count: rank * width)
    directionVariances = [Double](repeating: 0, count: rank)
    guard trace > 0 else { return }

    let x = try Tensor(values, shape: [count, width]).to(device)
    values = []
    let product =
      try count <= width ? x.matrixProduct(x.transposed()) : x.transposed().matrixProduct(x)
    sumOfSquares = try (product * product).sum().item() / Double(count * count)
    let kept = min(rank, count - 1, width)
    let tried = min(kept + Self.oversampling, count, width)
    let generator = try Generator(seed: UInt64(label), device: device)
    var basis = try Tensor.normal([width, tried], elementType: .float64, using: generator)
    for _ in 0..<Self.iterations {
      let image = try x.transposed().matrixProduct(x.matrixProduct(basis))
      basis = try Self.orthonormal.tensors([.tensor(image), .text("reduced")])[0]
    }
    let reduced = try x.matrixProduct(basis)
    let small = try reduced.transposed().matrixProduct(reduced) / freedom
    let results = try Self.eigenvalues.tensors([.tensor(small), .text("L")])
    let found = try results[0].values(as: Double.self)
    let vectors = try basis.matrixProduct(results[1]).transposed().contiguous()
      .values(as: Double.self)
    for direction in 0..<kept {
      let position = tried - 1 - direction
      directionVariances[direction] = max(found[position], 0)
      directions.replaceSubrange(
        direction * width..<(direction + 1) * width,
        with: vectors[position * width..<(position + 1) * width])
    }
  }
}

/// The inverse of a low-rank plus diagonal covariance, as its density needs it.
private struct LowRankFactor {
  /// One over the square root of the diagonal part.
  let scales: [Double]
  /// K with distance = ‖y‖² − ‖K y‖² for scaled y, `[rank, features]`.
  let directions: [Double]
  let logDeterminant: Double

  private static let eigenvalues = Operator("aten::linalg_eigh")

  init(rest: [Double], variances: [Double], directions: [Double], device: Device) throws {
    let (rank, width) = (variances.count, rest.count)
    scales = rest.map { 1 / $0.squareRoot() }
    // A = diag(s) V diag(√λ), so that the scaled covariance is I + AAᵀ.
    var scaled = directions
    for direction in 0..<rank {
      let factor = variances[direction].squareRoot()
      for index in 0..<width { scaled[direction * width + index] *= factor * scales[index] }
    }
    let a = try Tensor(scaled, shape: [rank, width]).to(device)
    let inner = try a.matrixProduct(a.transposed())
    let results = try Self.eigenvalues.tensors([.tensor(inner), .text("L")])
    let values = try results[0].clamped(low: 0) + 1
    // (I + AᵀA)⁻¹ = P diag(1 / d) Pᵀ.
    let rows = try results[1].transposed().matrixProduct(a)
    self.directions = try (rows * values.reciprocalSquareRoot().expandingDimension(1))
      .contiguous().values(as: Double.self)
    logDeterminant =
      rest.reduce(0) { $0 + log($1) } + (try values.log().sum().item())
  }
}
