extension Operator {
  package static let linear = Operator("aten::linear")
  package static let convolution = Operator("aten::conv2d")
  static let transposedConvolution = Operator("aten::conv_transpose2d.input")
  package static let batchNorm = Operator("aten::batch_norm")
  static let layerNorm = Operator("aten::layer_norm")
  static let groupNorm = Operator("aten::group_norm")
  static let maxPool = Operator("aten::max_pool2d")
  static let averagePool = Operator("aten::avg_pool2d")
  static let adaptiveAveragePool = Operator("aten::adaptive_avg_pool2d")
  static let adaptiveMaxPool = Operator("aten::adaptive_max_pool2d")
  static let attention = Operator("aten::scaled_dot_product_attention")
  static let embedding = Operator("aten::embedding")
  static let resizeBilinear = Operator("aten::upsample_bilinear2d")
  static let resizeBicubic = Operator("aten::upsample_bicubic2d")
  static let resizeNearest = Operator("aten::upsample_nearest2d")
  static let crossEntropy = Operator("aten::cross_entropy_loss")
}

/// What layers compute from their input and their parameters. All throw `EngineError`.
extension Tensor {
  /// *x* *W*ᵀ + *b* for `[…, in]`, with `W` `[out, in]`.
  public func linear(_ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
    try Operator.linear(.tensor(self), .tensor(weight), .optional(bias))
  }

  /// The convolution of `[batch, in, height, width]` with `[out, in / groups, kernel, kernel]`.
  public func convolution(
    _ weight: Tensor, _ bias: Tensor?, stride: [Int] = [1, 1], padding: [Int] = [0, 0],
    dilation: [Int] = [1, 1], groups: Int = 1
  ) throws -> Tensor {
    try Operator.convolution(
      .tensor(self), .tensor(weight), .optional(bias), .ints(stride), .ints(padding),
      .ints(dilation), .int(groups))
  }

  /// The adjoint of `convolution`: from `[batch, out, height, width]` to `[batch, in, height, width]`, with the same weight.
  ///
  /// - Parameters:
  ///   - weight: `[out, in / groups, kernel, kernel]`.
  ///   - stride: The convolution's.
  ///   - padding: The convolution's.
  ///   - extent: Rows and columns that the convolution leaves unread at the end, which appear as zeros.
  ///   - dilation: The convolution's.
  ///   - groups: The convolution's.
  /// - Returns: `[batch, in, height, width]`.
  /// - Throws: `EngineError`.
  public func transposedConvolution(
    _ weight: Tensor, stride: [Int] = [1, 1], padding: [Int] = [0, 0], extent: [Int] = [0, 0],
    dilation: [Int] = [1, 1], groups: Int = 1
  ) throws -> Tensor {
    try Operator.transposedConvolution(
      .tensor(self), .tensor(weight), .none, .ints(stride), .ints(padding), .ints(extent),
      .int(groups), .ints(dilation))
  }

  /// Batch normalization over all dimensions but the second.
  ///
  /// In training the batch's own moments are used and, where running ones are given, these are updated in place.
  public func batchNorm(
    mean: Tensor?, variance: Tensor?, weight: Tensor?, bias: Tensor?, isTraining: Bool,
    momentum: Double, epsilon: Double
  ) throws -> Tensor {
    try Operator.batchNorm(
      .tensor(self), .optional(weight), .optional(bias), .optional(mean), .optional(variance),
      .bool(isTraining), .double(momentum), .double(epsilon), .bool(true))
  }

  /// Layer normalization over the last dimensions, of the given shape.
  public func layerNorm(_ shape: [Int], weight: Tensor?, bias: Tensor?, epsilon: Double) throws
    -> Tensor
  {
    try Operator.layerNorm(
      .tensor(self), .ints(shape), .optional(weight), .optional(bias), .double(epsilon),
      .bool(true))
  }

  /// Normalization over groups of channels.
  public func groupNorm(_ groups: Int, weight: Tensor?, bias: Tensor?, epsilon: Double) throws
    -> Tensor
  {
    try Operator.groupNorm(
      .tensor(self), .int(groups), .optional(weight), .optional(bias), .double(epsilon),
      .bool(true))
  }

  public func maxPool(
    _ kernel: Int, stride: Int, padding: Int = 0, dilation: Int = 1, roundsUp: Bool = false
  ) throws -> Tensor {
    try Operator.maxPool(
      .tensor(self), .ints([kernel, kernel]), .ints([stride, stride]),
      .ints([padding, padding]), .ints([dilation, dilation]), .bool(roundsUp))
  }

  public func averagePool(
    _ kernel: Int, stride: Int, padding: Int = 0, roundsUp: Bool = false,
    countsPadding: Bool = true
  ) throws -> Tensor {
    try Operator.averagePool(
      .tensor(self), .ints([kernel, kernel]), .ints([stride, stride]),
      .ints([padding, padding]), .bool(roundsUp), .bool(countsPadding))
  }

  /// Averages over a grid of the given size, `[height, width]`.
  public func adaptiveAveragePool(_ size: [Int]) throws -> Tensor {
    try Operator.adaptiveAveragePool(.tensor(self), .ints(size))
  }

  /// The greatest over a grid of the given size, `[height, width]`.
  public func adaptiveMaxPool(_ size: [Int]) throws -> Tensor {
    try Operator.adaptiveMaxPool.tensors([.tensor(self), .ints(size)])[0]
  }

  /// Softmax(*q* *k*ᵀ · scale + mask) *v* over `[batch, heads, tokens, width]`.
  ///
  /// - Parameters:
  ///   - key: Keys.
  ///   - value: Values.
  ///   - mask: Added to the scores, broadcast.
  ///   - scale: `nil` for 1/√width.
  /// - Returns: `[batch, heads, tokens, width]` of the values.
  /// - Throws: `EngineError`.
  public func attention(key: Tensor, value: Tensor, mask: Tensor? = nil, scale: Double? = nil)
    throws -> Tensor
  {
    try Operator.attention(
      .tensor(self), .tensor(key), .tensor(value), .optional(mask), .double(0), .bool(false),
      scale.map { .double($0) } ?? .none)
  }

  /// The rows of this `[rows, width]` table at integer positions.
  public func embedding(_ indices: Tensor) throws -> Tensor {
    try Operator.embedding(.tensor(self), .tensor(indices))
  }

  /// How positions between pixels are filled.
  public enum Resampling: Hashable, Sendable {
    case nearest
    case bilinear
    case bicubic
  }

  /// Images of another size, `[height, width]`, without antialiasing; corners are pixels' corners.
  public func resized(_ size: [Int], _ resampling: Resampling, antialiases: Bool = false) throws
    -> Tensor
  {
    switch resampling {
    case .nearest: try Operator.resizeNearest(.tensor(self), .ints(size))
    case .bilinear:
      try (antialiases ? Operator.resizeBilinearSmooth : Operator.resizeBilinear)(
        .tensor(self), .ints(size), .bool(false))
    case .bicubic:
      try (antialiases ? Operator.resizeBicubicSmooth : Operator.resizeBicubic)(
        .tensor(self), .ints(size), .bool(false))
    }
  }

  /// The mean cross-entropy of logits `[batch, classes]` with class indices `[batch]` or probabilities.
  public func crossEntropy(_ target: Tensor, labelSmoothing: Double = 0) throws -> Tensor {
    try Operator.crossEntropy(
      .tensor(self), .tensor(target), .none, .int(1), .int(-100), .double(labelSmoothing))
  }
}

extension Operator {
  static let resizeBilinearSmooth = Operator("aten::_upsample_bilinear2d_aa")
  static let resizeBicubicSmooth = Operator("aten::_upsample_bicubic2d_aa")
}
