import CredenceTensor

extension ModelDescriptor {
  /// Fits the weights of a dense layer that one program stores as `[outputs, inputs]` and another as a convolution's, or a vector that is stored
  /// with dimensions of length 1 behind.
  static let flattening: WeightAdaptation = { _, tensor, shape, _ in
    guard min(tensor.rank, shape.count) <= 2, tensor.shape.first == shape.first,
      tensor.count == shape.reduce(1, *)
    else { return nil }
    return try tensor.reshaped(shape)
  }
}
