import CredenceTensor

/// The linear map that a weight stands for, between flattened vectors.
enum LinearMap: Hashable, Sendable {
  /// The weight as a matrix, `[outputs, rest]`.
  case matrix
  /// The convolution of one image, zeros around it included: its norm is not that of the kernel's matrix.
  case convolution(Convolution)

  struct Convolution: Hashable, Sendable {
    /// Channels of the input.
    var channels: Int
    var inputSize: [Int]
    var kernel: [Int]
    var stride: [Int]
    var padding: [Int]
    var dilation: Int
    var groups: Int

    /// Rows and columns of the output.
    var outputSize: [Int] {
      (0..<2).map {
        (inputSize[$0] + 2 * padding[$0] - dilation * (kernel[$0] - 1) - 1) / stride[$0] + 1
      }
    }

    /// Rows and columns at the end that no kernel reaches.
    var extent: [Int] {
      zip(0..<2, outputSize).map { axis, size in
        inputSize[axis] + 2 * padding[axis] - dilation * (kernel[axis] - 1) - 1
          - (size - 1) * stride[axis]
      }
    }
  }

  /// Lengths of the vectors for a weight of the given shape.
  func lengths(_ shape: [Int]) -> (input: Int, output: Int) {
    switch self {
    case .matrix: (shape.dropFirst().reduce(1, *), shape[0])
    case .convolution(let map):
      (
        map.channels * map.inputSize.reduce(1, *), shape[0] * map.outputSize.reduce(1, *)
      )
    }
  }

  /// The map of a vector.
  func apply(_ weight: Tensor, to vector: Tensor) throws -> Tensor {
    switch self {
    case .matrix: return try weight.flattened(from: 1).matrixProduct(vector)
    case .convolution(let map):
      return try vector.reshaped([1, map.channels] + map.inputSize).convolution(
        weight, nil, stride: map.stride, padding: map.padding,
        dilation: [map.dilation, map.dilation], groups: map.groups
      ).reshaped([-1])
    }
  }

  /// The adjoint map of a vector.
  func applyAdjoint(_ weight: Tensor, to vector: Tensor) throws -> Tensor {
    switch self {
    case .matrix: return try weight.flattened(from: 1).transposed().matrixProduct(vector)
    case .convolution(let map):
      return try vector.reshaped([1, weight.shape[0]] + map.outputSize).transposedConvolution(
        weight, stride: map.stride, padding: map.padding, extent: map.extent,
        dilation: [map.dilation, map.dilation], groups: map.groups
      ).reshaped([-1])
    }
  }
}
