import CredenceTensor

/// Features of tokens as heads of attention see them.
extension Tensor {
  /// `[batch, tokens, heads · width]` as `[batch, heads, tokens, width]`.
  func dividedIntoHeads(_ heads: Int) throws -> Tensor {
    let shape = shape
    return try reshaped([-1, shape[1], heads, shape[2] / heads]).transposed(1, 2)
  }

  /// `[batch, heads, tokens, width]` as `[batch, tokens, heads · width]`.
  func joiningHeads() throws -> Tensor { try transposed(1, 2).flattened(from: 2) }

  /// On the device and in the element type of another tensor.
  func matching(_ other: Tensor) throws -> Tensor {
    try to(other.device).to(other.elementType)
  }
}
