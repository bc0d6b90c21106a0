import CredenceTensor

/// A sum of products XᵀX, of which only the lower triangle is computed and kept, in blocks of rows.
///
/// Against a full product this saves nearly half of the work and memory.
struct SymmetricSum: Sendable {
  let dimension: Int
  private let device: Device
  /// Block i holds rows `i · height …` up to their diagonal, `[height, end of its rows]`, float64.
  private var blocks: [Tensor?]

  static let height = 128

  private static let addProduct = Operator("aten::addmm")
  private static let product = Operator("aten::mm")

  init(dimension: Int, device: Device) {
    self.dimension = dimension
    self.device = device
    blocks = Array(repeating: nil, count: (dimension + Self.height - 1) / Self.height)
  }

  private func columns(of block: Int) -> Range<Int> {
    block * Self.height..<min((block + 1) * Self.height, dimension)
  }

  /// Adds XᵀX.
  ///
  /// - Parameter rows: X, `[rows, dimension]`, float64, on the device.
  /// - Throws: `EngineError`.
  mutating func add(_ rows: Tensor) throws {
    for index in blocks.indices {
      let columns = columns(of: index)
      let left = try rows.slice(1, from: columns.lowerBound, to: columns.upperBound).transposed()
      let right = try rows.slice(1, from: 0, to: columns.upperBound)
      if let sum = blocks[index] {
        blocks[index] = try Self.addProduct(.tensor(sum), .tensor(left), .tensor(right))
      } else {
        blocks[index] = try Self.product(.tensor(left), .tensor(right))
      }
    }
  }

  /// Adds another sum.
  mutating func add(_ other: SymmetricSum) throws {
    for index in blocks.indices {
      guard let added = other.blocks[index] else { continue }
      blocks[index] = try blocks[index].map { try $0 + added } ?? added
    }
  }

  /// The sum with zeros or mirrored entries above the diagonal blocks, `[dimension, dimension]`, times a factor.
  ///
  /// What stands above the diagonal is of no meaning.
  func lowerTriangle(times factor: Double) throws -> Tensor {
    let rows = try blocks.enumerated().map { index, block in
      let columns = columns(of: index)
      guard let block else {
        return try Tensor.zeros([columns.count, dimension], elementType: .float64, device: device)
      }
      return try (block * factor).padded([0, dimension - columns.upperBound])
    }
    return rows.count == 1 ? rows[0] : try Tensor.concatenated(rows)
  }

  /// The product with a vector.
  func times(_ vector: [Double]) throws -> [Double] {
    let lower = try lowerTriangle(times: 1)
    let x = try Tensor(vector, shape: [dimension, 1]).to(device)
    let triangle = try Self.lower(.tensor(lower))
    let strict = try Self.lower(.tensor(lower), .int(-1))
    return try (triangle.matrixProduct(x) + strict.transposed().matrixProduct(x)).values(
      as: Double.self)
  }

  private static let lower = Operator("aten::tril")

  /// The entries of the diagonal.
  func diagonal() throws -> [Double] {
    try Operator("aten::diagonal")(.tensor(lowerTriangle(times: 1))).values(as: Double.self)
  }

  /// The sum of the squares of all entries of the whole matrix.
  func sumOfSquares() throws -> Double {
    var sum = 0.0
    for (index, block) in blocks.enumerated() {
      guard let block else { continue }
      let all = try (block * block).sum().item()
      let corner = try block.slice(1, from: columns(of: index).lowerBound)
      sum += 2 * all - (try (corner * corner).sum().item())
    }
    return sum
  }
}
