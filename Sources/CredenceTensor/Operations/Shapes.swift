extension Operator {
  package static let reshape = Operator("aten::reshape")
  package static let flatten = Operator("aten::flatten.using_ints")
  package static let permute = Operator("aten::permute")
  static let transpose = Operator("aten::transpose.int")
  static let slice = Operator("aten::slice.Tensor")
  static let selectIndex = Operator("aten::select.int")
  static let unsqueeze = Operator("aten::unsqueeze")
  static let squeeze = Operator("aten::squeeze.dim")
  static let expand = Operator("aten::expand")
  static let expandAs = Operator("aten::expand_as")
  static let concatenate = Operator("aten::cat")
  static let stack = Operator("aten::stack")
  static let unbind = Operator("aten::unbind.int")
  static let splitSizes = Operator("aten::split_with_sizes")
  static let roll = Operator("aten::roll")
  static let flip = Operator("aten::flip")
  package static let pad = Operator("aten::constant_pad_nd")
  static let reflectionPad = Operator("aten::reflection_pad2d")
  static let indexSelect = Operator("aten::index_select")
  static let gather = Operator("aten::gather")
}

/// Views and copies of other shapes. All throw `EngineError`.
///
/// A length of −1 stands for what remains. Networks never write the batch's size: that way a recording fits every batch.
extension Tensor {
  public func reshaped(_ shape: [Int]) throws -> Tensor {
    try Operator.reshape(.tensor(self), .ints(shape))
  }

  /// Joins the dimensions from `start` to `end`.
  public func flattened(from start: Int = 0, to end: Int = -1) throws -> Tensor {
    try Operator.flatten(.tensor(self), .int(start), .int(end))
  }

  /// The dimensions in another order.
  public func permuted(_ order: [Int]) throws -> Tensor {
    try Operator.permute(.tensor(self), .ints(order))
  }

  /// Two dimensions exchanged.
  public func transposed(_ a: Int = -2, _ b: Int = -1) throws -> Tensor {
    try Operator.transpose(.tensor(self), .int(a), .int(b))
  }

  /// A part of a dimension, from `start` to before `end` (`nil`: to its end), every `step`-th entry.
  ///
  /// Negative bounds count from the end.
  public func slice(_ dimension: Int, from start: Int = 0, to end: Int? = nil, by step: Int = 1)
    throws -> Tensor
  {
    try Operator.slice(
      .tensor(self), .int(dimension), .int(start), end.map { .int($0) } ?? .none, .int(step))
  }

  /// One entry of a dimension, which disappears.
  public func selecting(_ index: Int, of dimension: Int) throws -> Tensor {
    try Operator.selectIndex(.tensor(self), .int(dimension), .int(index))
  }

  /// With a new dimension of length 1.
  public func expandingDimension(_ dimension: Int) throws -> Tensor {
    try Operator.unsqueeze(.tensor(self), .int(dimension))
  }

  /// Without a dimension of length 1.
  public func removingDimension(_ dimension: Int) throws -> Tensor {
    try Operator.squeeze(.tensor(self), .int(dimension))
  }

  /// Dimensions of length 1 repeated without a copy; −1 keeps a length.
  public func expanded(_ shape: [Int]) throws -> Tensor {
    try Operator.expand(.tensor(self), .ints(shape))
  }

  /// Dimensions of length 1 repeated without a copy to the shape of another tensor.
  public func expanded(as other: Tensor) throws -> Tensor {
    try Operator.expandAs(.tensor(self), .tensor(other))
  }

  /// This tensor of shape `[1, tokens, width]` for every sample of a `[batch, any, width]` one.
  public func repeated(forBatchOf other: Tensor) throws -> Tensor {
    // One row per token of `other` is enough to carry the batch's size, whatever it is.
    let pattern = try other.slice(1, from: 0, to: 1)
    guard shape.count == 3, shape[1] == 1 else {
      let rows = try (0..<shape[1]).map { row in
        try slice(1, from: row, to: row + 1).expanded(as: pattern)
      }
      return try .concatenated(rows, along: 1)
    }
    return try expanded(as: pattern)
  }

  public static func concatenated(_ tensors: [Tensor], along dimension: Int = 0) throws -> Tensor {
    try Operator.concatenate(.tensors(tensors), .int(dimension))
  }

  /// Joined along a new dimension.
  public static func stacked(_ tensors: [Tensor], along dimension: Int = 0) throws -> Tensor {
    try Operator.stack(.tensors(tensors), .int(dimension))
  }

  /// The entries of a dimension as separate tensors.
  public func unbound(_ dimension: Int = 0) throws -> [Tensor] {
    let length = shape[dimension < 0 ? dimension + rank : dimension]
    return try Operator.unbind.tensors([.tensor(self), .int(dimension)], capacity: length)
  }

  /// Parts of a dimension, of the given lengths.
  public func split(_ lengths: [Int], along dimension: Int) throws -> [Tensor] {
    try Operator.splitSizes.tensors(
      [.tensor(self), .ints(lengths), .int(dimension)], capacity: lengths.count)
  }

  /// Shifted along some dimensions; what leaves at the end comes back at the start.
  public func rolled(_ shifts: [Int], along dimensions: [Int]) throws -> Tensor {
    try Operator.roll(.tensor(self), .ints(shifts), .ints(dimensions))
  }

  /// With some dimensions reversed.
  public func flipped(_ dimensions: [Int]) throws -> Tensor {
    try Operator.flip(.tensor(self), .ints(dimensions))
  }

  /// Surrounded by a number.
  ///
  /// - Parameters:
  ///   - amounts: Before and after the last dimension, then before and after the one before it, and so on.
  ///   - value: What is added.
  /// - Returns: A tensor of as many dimensions.
  /// - Throws: `EngineError`.
  public func padded(_ amounts: [Int], value: Double = 0) throws -> Tensor {
    try Operator.pad(.tensor(self), .ints(amounts), .double(value))
  }

  /// Images surrounded by their mirror without the border itself: columns left and right, rows above and below.
  public func reflectionPadded(_ amounts: [Int]) throws -> Tensor {
    try Operator.reflectionPad(.tensor(self), .ints(amounts))
  }

  /// The entries of a dimension at the given positions, an integer tensor `[count]`.
  public func selecting(_ indices: Tensor, along dimension: Int) throws -> Tensor {
    try Operator.indexSelect(.tensor(self), .int(dimension), .tensor(indices))
  }

  /// For every entry of `indices` the one at that position along a dimension.
  public func gathered(_ indices: Tensor, along dimension: Int) throws -> Tensor {
    try Operator.gather(.tensor(self), .int(dimension), .tensor(indices))
  }
}

extension Operator {
  static let indexed = Operator("aten::index.Tensor")
}

extension Tensor {
  /// The entries at positions that integer tensors give, one for each of the first dimensions, broadcast against one another.
  ///
  /// - Throws: `EngineError`.
  public func selecting(_ positions: [Tensor]) throws -> Tensor {
    try Operator.indexed(.tensor(self), .tensors(positions))
  }
}
