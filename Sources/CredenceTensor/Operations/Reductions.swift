extension Operator {
  static let sumAll = Operator("aten::sum")
  static let sum = Operator("aten::sum.dim_IntList")
  static let meanAll = Operator("aten::mean")
  package static let mean = Operator("aten::mean.dim")
  static let variance = Operator("aten::var.correction")
  static let greatest = Operator("aten::amax")
  static let least = Operator("aten::amin")
  static let argMax = Operator("aten::argmax")
  static let topK = Operator("aten::topk")
  static let norm = Operator("aten::linalg_vector_norm")
  static let logSumExp = Operator("aten::logsumexp")
}

/// Over some dimensions, counted from 0 or, negative, from the end. All throw `EngineError`.
extension Tensor {
  /// The sum of all entries.
  public func sum() throws -> Tensor { try Operator.sumAll(.tensor(self)) }

  public func sum(over dimensions: [Int], keepsDimensions: Bool = false) throws -> Tensor {
    try Operator.sum(.tensor(self), .ints(dimensions), .bool(keepsDimensions))
  }

  /// The mean of all entries.
  public func mean() throws -> Tensor { try Operator.meanAll(.tensor(self)) }

  public func mean(over dimensions: [Int], keepsDimensions: Bool = false) throws -> Tensor {
    try Operator.mean(.tensor(self), .ints(dimensions), .bool(keepsDimensions))
  }

  /// The variance, divided by *n* − `correction`.
  public func variance(
    over dimensions: [Int], correction: Double = 1, keepsDimensions: Bool = false
  ) throws -> Tensor {
    try Operator.variance(
      .tensor(self), .ints(dimensions), .double(correction), .bool(keepsDimensions))
  }

  /// The greatest entries.
  public func greatest(over dimensions: [Int], keepsDimensions: Bool = false) throws -> Tensor {
    try Operator.greatest(.tensor(self), .ints(dimensions), .bool(keepsDimensions))
  }

  /// The least entries.
  public func least(over dimensions: [Int], keepsDimensions: Bool = false) throws -> Tensor {
    try Operator.least(.tensor(self), .ints(dimensions), .bool(keepsDimensions))
  }

  /// The positions of the greatest entries, as `int64`.
  public func argMax(over dimension: Int) throws -> Tensor {
    try Operator.argMax(.tensor(self), .int(dimension))
  }

  /// The `count` greatest entries, descending, and their positions.
  public func top(_ count: Int, over dimension: Int = -1) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let results = try Operator.topK.tensors([.tensor(self), .int(count), .int(dimension)])
    return (results[0], results[1])
  }

  /// The Euclidean norm.
  public func norm(over dimensions: [Int], keepsDimensions: Bool = false) throws -> Tensor {
    try Operator.norm(.tensor(self), .double(2), .ints(dimensions), .bool(keepsDimensions))
  }

  /// The logarithm of the sum of the exponentials.
  public func logSumExp(over dimensions: [Int]) throws -> Tensor {
    try Operator.logSumExp(.tensor(self), .ints(dimensions))
  }

  /// Divided by the Euclidean norm over a dimension, which is taken to be at least `smallest`.
  public func normalized(over dimension: Int = -1, smallest: Double = 1e-12) throws -> Tensor {
    let norms = try norm(over: [dimension], keepsDimensions: true)
    return try self / norms.clamped(low: smallest)
  }
}
