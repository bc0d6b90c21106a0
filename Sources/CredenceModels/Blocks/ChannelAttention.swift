import CredenceNN
import CredenceTensor
import Foundation

/// A gate on channels at the end of a residual branch.
enum ChannelAttention: Hashable, Sendable {
  case none
  /// Two 1 × 1 convolutions over the means; the hidden width is the given fraction of the channels, in multiples of eight.
  case squeezeExcitation(reduction: Double = 1.0 / 16)
  /// A one-dimensional convolution over the neighboring channels' means.
  case efficient

  func layer(_ path: ParameterPath, _ channels: Int) throws -> (any Layer)? {
    switch self {
    case .none: nil
    case .squeezeExcitation(let reduction):
      try SqueezeExcitation(
        path, channels, hidden: Divisible.nearest(Double(channels) * reduction, by: 8, limit: 0))
    case .efficient: try EfficientChannelAttention(path, channels)
    }
  }
}

/// Squeeze-and-excitation: channels are weighted by a small network over their means.
///
/// - Note: Hu, Shen & Sun, CVPR 2018, arXiv:1709.01507.
struct SqueezeExcitation: Layer {
  private let reduce: Conv2d
  private let expand: Conv2d
  private let activation: Activation
  private let gate: Activation

  init(
    _ path: ParameterPath, _ channels: Int, hidden: Int, activation: Activation = .relu,
    gate: Activation = .sigmoid, names: (String, String) = ("fc1", "fc2")
  ) throws {
    reduce = try Conv2d(path / names.0, from: channels, to: hidden, kernel: 1)
    expand = try Conv2d(path / names.1, from: hidden, to: channels, kernel: 1)
    self.activation = activation
    self.gate = gate
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let means = try input.mean(over: [2, 3], keepsDimensions: true)
    let hidden = try activation(reduce(means, phase), phase)
    return try input * gate(expand(hidden, phase), phase)
  }
}

/// Efficient channel attention: a one-dimensional convolution over the channels' means.
///
/// - Note: Wang et al., CVPR 2020, arXiv:1910.03151.
struct EfficientChannelAttention: Layer {
  /// `[1, 1, kernel]`.
  private let weight: Parameter

  init(_ path: ParameterPath, _ channels: Int) throws {
    let size = Int(abs((log2(Double(channels)) + 1) / 2))
    let kernel = max(size % 2 == 1 ? size : size + 1, 3)
    weight = try path.parameter("conv.weight", [1, 1, kernel], .kaimingUniform)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let channels = input.shape[1]
    let kernel = weight.shape[2]
    let means = try input.mean(over: [2, 3]).reshaped([-1, 1, 1, channels])
    let gate = try means.convolution(
      weight.value.reshaped([1, 1, 1, kernel]), nil, padding: [0, kernel / 2])
    return try input * gate.sigmoid().reshaped([-1, channels, 1, 1])
  }
}
