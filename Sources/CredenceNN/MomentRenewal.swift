public import CredenceTensor

/// Computes the running moments of batch normalization anew: means over batches, weighted by the batches' sizes.
///
/// - Note: What weights that were not trained need, as means and draws of weights do; Izmailov et al., UAI 2018, arXiv:1803.05407.
public struct MomentRenewal {
  private let noise: Generator
  /// How many images were seen.
  public private(set) var count = 0

  /// Forgets the moments that a network has.
  ///
  /// - Parameters:
  ///   - store: The network's parameters, on the device that it runs on.
  ///   - noise: Where dropout draws from.
  /// - Throws: `EngineError`.
  public init(_ store: ParameterStore, noise: Generator) throws {
    self.noise = noise
    for parameter in store.parameters where parameter.kind == .buffer {
      let start: Double
      if parameter.name.hasSuffix("running_mean") {
        start = 0
      } else if parameter.name.hasSuffix("running_var") {
        start = 1
      } else {
        continue
      }
      let value = parameter.value
      try parameter.replace(
        with: .full(
          start, shape: parameter.shape, elementType: value.elementType, device: value.device))
    }
  }

  /// The phase in which the network must see the next batch, whose moments then enter.
  ///
  /// - Parameter images: The batch, two images or more.
  /// - Returns: A phase in which batch normalization takes the batch's share of all images so far.
  public mutating func phase(for images: Tensor) -> Phase {
    count += images.shape[0]
    return .renewing(momentum: Double(images.shape[0]) / Double(count), noise)
  }
}
