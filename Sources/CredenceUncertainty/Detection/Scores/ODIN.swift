public import CredenceTensor

/// ODIN: one minus the largest probability at a high temperature, after a small step of the image towards it.
///
/// The step has the same length in every pixel: `noise` in units of the unnormalized image, against the sign of the loss's gradient
/// (0 counts as positive).
public struct ODIN: Codable, Hashable, Sendable {
  public var temperature: Double
  public var noise: Double

  public init(temperature: Double = 1000, noise: Double = 0.0014) {
    self.temperature = temperature
    self.noise = noise
  }

  /// ODIN with the parameters of the catalog's row.
  public init(_ settings: DetectionSettings) {
    self.init(temperature: settings["temperature"] ?? 1000, noise: settings["noise"] ?? 0.0014)
  }

  /// The uncertainties of a batch.
  ///
  /// - Parameters:
  ///   - images: Normalized, `[batch, channels, height, width]`.
  ///   - deviations: What each channel was divided by.
  ///   - network: Logits of images, differentiable.
  /// - Returns: One number per image, which grows with doubt.
  /// - Throws: `EngineError`, and what the network throws.
  public func uncertainties(
    of images: Tensor, deviations: [Double], network: (Tensor) throws -> Tensor
  ) throws -> [Double] {
    try Self.uncertainties([self], of: images, deviations: deviations, network: network)[0]
  }

  /// The uncertainties of a batch under several settings; those of one temperature share the gradient.
  ///
  /// - Parameters:
  ///   - choices: The settings.
  ///   - images: Normalized, `[batch, channels, height, width]`.
  ///   - deviations: What each channel was divided by.
  ///   - network: Logits of images, differentiable.
  /// - Returns: For each setting one number per image.
  /// - Throws: `EngineError`, and what the network throws.
  public static func uncertainties(
    _ choices: [ODIN], of images: Tensor, deviations: [Double],
    network: (Tensor) throws -> Tensor
  ) throws -> [[Double]] {
    var gradients: [Double: Tensor?] = [:]
    return try choices.map { odin in
      if gradients[odin.temperature] == nil {
        gradients.updateValue(try odin.gradient(at: images, network), forKey: odin.temperature)
      }
      return try odin.uncertainties(
        of: images, gradient: gradients[odin.temperature] ?? nil, deviations: deviations,
        network: network)
    }
  }

  /// The loss's gradient at the images; `nil` where the network's output does not depend on them.
  private func gradient(at images: Tensor, _ network: (Tensor) throws -> Tensor) throws -> Tensor? {
    try withGradients {
      let input = try images.requiringGradient()
      let logits = try network(input) / temperature
      // The cross-entropy of the predicted class; the sum has the signs of the mean.
      let loss = try logits.logSumExp(over: [1]) - logits.greatest(over: [1])
      return try loss.gradients(of: [input])[0]
    }
  }

  private func uncertainties(
    of images: Tensor, gradient: Tensor?, deviations: [Double],
    network: (Tensor) throws -> Tensor
  ) throws -> [Double] {
    let channels = deviations.count
    let steps = try Tensor(
      deviations.map { Float(noise / $0) }, shape: [1, channels, 1, 1]
    ).to(images.device)
    let stepped: Tensor
    if let gradient {
      let zero = try Tensor.zeros([1], device: images.device)
      // Positive or 0: down; negative: up.
      let isNegative = try zero.isGreater(than: gradient)
      stepped = try isNegative.choosing(images + steps, else: images - steps)
    } else {
      stepped = try images - steps
    }
    return try withoutGradients {
      let logits = try network(stepped).to(.float64) / temperature
      return try (1 - logits.softmax().greatest(over: [1])).values()
    }
  }
}

extension DetectionDescriptor {
  /// ODIN, which needs the network itself.
  public static let odin = Self(
    id: "odin", title: "ODIN", source: "Liang, Li & Srikant, ICLR 2018, arXiv:1706.02690",
    requirements: [.network],
    parameters: [
      DetectionParameter(
        "temperature", title: "T", default: 1000, candidates: [1, 10, 100, 1000],
        allowed: 1e-6...1e9),
      DetectionParameter(
        "noise", title: "step, in units of pixel values from 0 to 1", default: 0.0014,
        candidates: [0.0014, 0.0028], allowed: 0...1),
    ]
  ) { _ in NetworkMethod() }
}

/// A method that can't be had from stored predictions.
private struct NetworkMethod: DetectionMethod {
  func fitted(to training: DetectionTraining) throws -> any Detector {
    throw DetectionError.unavailable("it needs the network and the images (--model, --id-data)")
  }
}
