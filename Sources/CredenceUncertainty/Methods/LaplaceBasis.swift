import CredenceTensor
import Foundation

/// The eigenvectors of the last layer's curvature, in which the posterior's covariance is diagonal for every prior.
struct LaplaceBasis: Sendable {
  private enum Rotation: Sendable {
    case none
    /// Eigenvectors of both factors: of classes, of features.
    case product(Tensor, Tensor)
    /// Eigenvectors of the whole, and the shape of the weights.
    case whole(Tensor)
  }

  private let rotation: Rotation
  /// Eigenvalues, at least 0, in the shape of the weights `[classes, features + 1]`.
  private let eigenvalues: Tensor
  private let shape: [Int]

  init(_ curvature: LaplaceCurvature, hessian: LastLayerLaplace.Hessian) throws {
    switch hessian {
    case .diagonal:
      rotation = .none
      eigenvalues = curvature.rest
    case .kronecker:
      let (features, featureVectors) = try curvature.features.eigen()
      let (classes, classVectors) = try curvature.rest.eigen()
      rotation = .product(classVectors, featureVectors)
      eigenvalues = try classes.expandingDimension(1) * features.expandingDimension(0)
    case .full:
      let (values, vectors) = try curvature.rest.eigen()
      rotation = .whole(vectors)
      eigenvalues = try values.reshaped([-1, curvature.features.shape[0]])
    }
    shape = eigenvalues.shape
  }

  /// Noise of variance 1 as a deviation with the posterior's covariance, in the shape of the weights.
  func spread(_ noise: Tensor, _ precision: Double) throws -> Tensor {
    let scaled = try noise * (eigenvalues + precision).reciprocalSquareRoot()
    switch rotation {
    case .none: return scaled
    case .product(let classes, let features):
      return try classes.matrixProduct(scaled).matrixProduct(features.transposed())
    case .whole(let vectors):
      return try vectors.matrixProduct(scaled.reshaped([-1])).reshaped(shape)
    }
  }

  /// The variances of logits, `[batch, classes]`, for vectors with a 1 behind them.
  func variances(_ vectors: Tensor, _ precision: Double) throws -> Tensor {
    let variance = try (eigenvalues + precision).reciprocal()
    switch rotation {
    case .none: return try (vectors * vectors).matrixProduct(variance.transposed())
    case .product(let classes, let features):
      let rotated = try vectors.matrixProduct(features)
      return try (rotated * rotated).matrixProduct(variance.transposed())
        .matrixProduct((classes * classes).transposed())
    case .whole(let basis):
      // Row (c, f) of the basis times φ_f, summed over f: the logits that each eigenvector makes.
      let columns = try (0..<shape[0]).map { index in
        let rows = try basis.slice(0, from: index * shape[1], to: (index + 1) * shape[1])
        let logits = try vectors.matrixProduct(rows)
        return try (logits * logits).matrixProduct(variance.reshaped([-1]))
      }
      return try .stacked(columns, along: 1)
    }
  }

  /// The prior's precision δ with the greatest marginal likelihood, from 1e-6 to 1e6.
  ///
  /// But for a constant its logarithm is ½ (*k* log δ − δ‖*w*‖² − Σ log(λ + δ)). A grid finds the hill, golden sections its top.
  func mostProbablePrecision(squaredNorm: Double) throws -> Double {
    let values: [Double] = try eigenvalues.values()
    func evidence(_ logarithm: Double) -> Double {
      let precision = Foundation.exp(logarithm)
      let determinant = values.withUnsafeBufferPointer { values in
        var sum = 0.0
        for value in values { sum += Foundation.log(value + precision) }
        return sum
      }
      return 0.5
        * (Double(values.count) * logarithm - precision * squaredNorm - determinant)
    }
    let (low, high) = (Foundation.log(1e-6), Foundation.log(1e6))
    let steps = 24
    let grid = (0...steps).map { low + (high - low) * Double($0) / Double(steps) }
    let heights = grid.map(evidence)
    let best = heights.indices.max { heights[$0] < heights[$1] } ?? 0
    var left = grid[max(0, best - 1)]
    var right = grid[min(steps, best + 1)]
    let ratio = (5.0.squareRoot() - 1) / 2
    var (a, b) = (right - ratio * (right - left), left + ratio * (right - left))
    var (heightA, heightB) = (evidence(a), evidence(b))
    while right - left > 1e-7 {
      if heightA >= heightB {
        (right, b, heightB) = (b, a, heightA)
        a = right - ratio * (right - left)
        heightA = evidence(a)
      } else {
        (left, a, heightA) = (a, b, heightB)
        b = left + ratio * (right - left)
        heightB = evidence(b)
      }
    }
    return Foundation.exp((left + right) / 2)
  }
}

extension Operator {
  fileprivate static let symmetricEigen = Operator("aten::linalg_eigh")
}

extension Tensor {
  /// Eigenvalues of a symmetric, positive semidefinite matrix, ascending, and its eigenvectors in columns; what rounding makes negative is 0.
  fileprivate func eigen() throws -> (values: Tensor, vectors: Tensor) {
    let results = try Operator.symmetricEigen.tensors([.tensor(self), .text("L")], capacity: 2)
    return (try results[0].clamped(low: 0), results[1])
  }
}
