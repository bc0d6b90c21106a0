import CredencePredictions
import CredenceTensor

/// The generalized Gauss–Newton matrix of the last layer over the training data, as much of it as is kept.
struct LaplaceCurvature {
  /// Σ φφᵀ / *n*, `[features + 1, features + 1]`; the empty tensor but for a Kronecker product.
  private(set) var features: Tensor
  /// Σ (diag *p* − *ppᵀ*), `[classes, classes]`, for a Kronecker product; else the diagonal `[classes, features + 1]`, or all of it.
  private(set) var rest: Tensor

  private static let blockSize = 4096

  init(_ embeddings: Matrix, weights: Tensor, hessian: LastLayerLaplace.Hessian) throws {
    let classes = weights.shape[0]
    let width = weights.shape[1]
    features = try .zeros([width, width], elementType: .float64)
    rest = try .zeros(
      hessian == .kronecker
        ? [classes, classes]
        : hessian == .diagonal ? [classes, width] : [classes * width, classes * width],
      elementType: .float64)
    var scratch: [Double] = []
    var start = 0
    while start < embeddings.rowCount {
      let rows = start..<min(start + Self.blockSize, embeddings.rowCount)
      let block = try embeddings.withRows(rows, scratch: &scratch) { numbers in
        if let bad = numbers.firstIndex(where: { !$0.isFinite }) {
          throw MethodError.unusableData(
            what: "The training embeddings",
            reason: "Row \(start + bad / (width - 1)) holds a number that is not finite.")
        }
        return try Tensor(
          copying: UnsafeRawBufferPointer(numbers), shape: [rows.count, width - 1],
          elementType: .float64)
      }
      try add(LastLayerLaplace.withOne(block), weights, hessian)
      start = rows.upperBound
    }
    features = try features / Double(embeddings.rowCount)
  }

  private mutating func add(
    _ vectors: Tensor, _ weights: Tensor, _ hessian: LastLayerLaplace.Hessian
  ) throws {
    let p = try vectors.matrixProduct(weights.transposed()).softmax()
    switch hessian {
    case .kronecker:
      features = try features + vectors.transposed().matrixProduct(vectors)
      rest = try rest + p.sum(over: [0]).diagonalMatrix() - p.transposed().matrixProduct(p)
    case .diagonal:
      rest = try rest + (p * (1 - p)).transposed().matrixProduct(vectors * vectors)
    case .full:
      let columns = try p.unbound(1)
      let rows = try columns.indices.map { first in
        try Tensor.concatenated(
          columns.indices.map { second in
            let factor =
              first == second
              ? try columns[first] * (1 - columns[first]) : try -(columns[first] * columns[second])
            return try (vectors * factor.expandingDimension(1)).transposed().matrixProduct(vectors)
          }, along: 1)
      }
      rest = try rest + Tensor.concatenated(rows, along: 0)
    }
  }
}

extension Operator {
  fileprivate static let diagonalMatrix = Operator("aten::diag_embed")
}

extension Tensor {
  /// A matrix with this vector on its diagonal.
  fileprivate func diagonalMatrix() throws -> Tensor { try Operator.diagonalMatrix(.tensor(self)) }
}
