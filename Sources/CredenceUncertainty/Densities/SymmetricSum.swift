import CredenceTensor

/// A sum of products XᵀX, of which only the lower triangle is computed.
///
/// Against a full product this saves nearly half of the work.
struct SymmetricSum: Sendable {
  let dimension: Int
  private let device: Device
  /// `[dimension, dimension]`, float64; what stands above the diagonal is of no meaning.
  private var sum: Tensor?

  init(dimension: Int, device: Device) {
    self.dimension = dimension
    self.device = device
  }

  /// Adds (X − c)ᵀ(X − c), in double precision.
  ///
  /// - Parameters:
  ///   - rows: X, `[rows, dimension]`, float32 or float64, on the device.
  ///   - center: c, `[dimension]`, float64, on the device; 0 where `nil`.
  /// - Throws: `EngineError`.
  mutating func add(_ rows: Tensor, around center: Tensor? = nil) throws {
    guard device == .cpu else {
      let wide = try rows.to(.float64)
      let centered = try center.map { try wide - $0 } ?? wide
      let product = try centered.transposed().matrixProduct(centered)
      sum = try sum.map { try $0 + product } ?? product
      return
    }
    let center = try center ?? Tensor.zeros([dimension], elementType: .float64)
    sum = try Operator.gram(.tensor(rows), .tensor(center), sum.map { .tensor($0) } ?? .none)
  }

  /// Adds another sum.
  mutating func add(_ other: SymmetricSum) throws {
    guard let added = other.sum else { return }
    sum = try sum.map { try $0 + added } ?? added
  }

  /// The sum times a factor, `[dimension, dimension]`.
  ///
  /// What stands above the diagonal is of no meaning.
  func lowerTriangle(times factor: Double) throws -> Tensor {
    guard let sum else {
      return try Tensor.zeros([dimension, dimension], elementType: .float64, device: device)
    }
    return factor == 1 ? sum : try sum * factor
  }

  /// The product with a vector.
  func times(_ vector: [Double]) throws -> [Double] {
    guard let sum else { return [Double](repeating: 0, count: dimension) }
    let x = try Tensor(vector, shape: [dimension, 1]).to(device)
    let triangle = try Operator.lowerPart(.tensor(sum))
    let strict = try Operator.lowerPart(.tensor(sum), .int(-1))
    return try (triangle.matrixProduct(x) + strict.transposed().matrixProduct(x)).values(
      as: Double.self)
  }

  /// The entries of the diagonal.
  func diagonal() throws -> [Double] {
    guard let sum else { return [Double](repeating: 0, count: dimension) }
    return try Operator.diagonal(.tensor(sum)).values(as: Double.self)
  }

  /// The sum of the squares of all entries of the whole matrix.
  func sumOfSquares() throws -> Double {
    guard let sum else { return 0 }
    let lower = try Operator.lowerPart(.tensor(sum))
    let all = try (lower * lower).sum().item()
    return try 2 * all - diagonal().reduce(0) { $0 + $1 * $1 }
  }
}

extension Operator {
  /// The engine's sum of products around a center: `rows, center, former sum`.
  fileprivate static let gram = Operator("credence::gram")
  fileprivate static let lowerPart = Operator("aten::tril")
  fileprivate static let diagonal = Operator("aten::diagonal")
}
