import CredencePredictions
import CredenceTensor

/// A classifier's last linear layer in single precision.
struct DetectionHead: Sendable {
  /// `[classes, features]`.
  let weight: FloatRows
  /// `[classes]`.
  let bias: [Float]

  var classCount: Int { weight.rowCount }
  var width: Int { weight.columnCount }

  init(_ head: LinearHead) throws {
    var scratch: [Float] = []
    let rows = 0..<head.weight.rowCount
    weight = FloatRows(
      head.weight.withRows(rows, scratch: &scratch) { Array($0) },
      columnCount: head.weight.columnCount)
    bias = head.bias.map(Float.init)
  }

  /// The logits of embeddings `[rows, features]`.
  func logits(_ embeddings: Tensor) throws -> Tensor {
    try FloatProduct(weight.tensor(), bias: Tensor(bias, shape: [classCount]))(embeddings)
  }

  /// The point whose logits are all 0, or come closest: −W⁺ b, with directions of W below 10⁻⁷ of its largest left out.
  func origin() throws -> [Double] {
    let w = try weight.tensor().to(.float64)
    let isWide = classCount < width
    // The smaller of W Wᵀ and Wᵀ W has the singular values' squares.
    let gram = try isWide ? w.matrixProduct(w.transposed()) : w.transposed().matrixProduct(w)
    let (values, vectors) = try gram.symmetricEigen()
    let numbers = try values.values(as: Double.self)
    let cutoff = (numbers.last ?? 0) * 1e-14
    let inverse = numbers.map { $0 > cutoff ? 1 / $0 : 0 }
    let scaled = try vectors * Tensor(inverse, shape: [inverse.count])
    let b = try Tensor(bias.map(Double.init), shape: [classCount, 1])
    let right = try isWide ? b : w.transposed().matrixProduct(b)
    let solved = try scaled.matrixProduct(vectors.transposed().matrixProduct(right))
    let point = try isWide ? w.transposed().matrixProduct(solved) : solved
    return try (-point).values()
  }
}

extension Operator {
  fileprivate static let symmetricEigen = Operator("aten::linalg_eigh")
}

extension Tensor {
  /// The eigenvalues of a symmetric matrix, rising, and its eigenvectors as columns.
  func symmetricEigen() throws -> (values: Tensor, vectors: Tensor) {
    let results = try Operator.symmetricEigen.tensors([.tensor(self), .text("L")], capacity: 2)
    return (results[0], results[1])
  }
}
