import CredenceNN
import CredenceTensor

/// A learned factor for each feature at the end of a residual branch.
///
/// - Note: Touvron et al., ICCV 2021, arXiv:2103.17239.
struct LayerScale: Layer {
  /// `[width]`, or `[channels, 1, 1]` as stored.
  private let gamma: Parameter
  private let shape: [Int]

  /// - Parameters:
  ///   - path: Where the parameter stands.
  ///   - width: The number of features.
  ///   - start: The factors' first number.
  ///   - name: The parameter's name.
  ///   - isSpatial: Whether features are the channels of `[batch, channels, height, width]` and not the last dimension.
  /// - Throws: `EngineError`.
  init(
    _ path: ParameterPath, _ width: Int, start: Double, name: String = "gamma",
    isSpatial: Bool = false
  ) throws {
    gamma = try path.parameter(name, [width], .constant(start))
    shape = isSpatial ? [width, 1, 1] : [width]
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try input * (shape.count == 1 ? gamma.value : gamma.value.reshaped(shape))
  }
}
