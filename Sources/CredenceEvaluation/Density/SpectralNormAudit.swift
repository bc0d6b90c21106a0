import CredenceFiles
public import CredenceModels
public import CredenceNN

/// Whether the bounds on the norms of a trained network hold, layer by layer.
///
/// Evaluation divides by the norm that a few power iterations per training step have found; this measures what is left.
public struct SpectralNormAudit: Codable, Hashable, Sendable {
  /// The version of the audit's JSON form.
  public static let schema = "credence.spectral-norm-audit/1"

  /// A layer, and whether its bound holds.
  public struct Layer: Codable, Hashable, Sendable {
    public var measurement: SpectralNormalization.Measurement
    public var holds: Bool
  }

  public var schema: String
  /// The architecture.
  public var model: String
  public var file: String
  public var iterations: Int
  /// By what part of the coefficient a norm may exceed it.
  public var tolerance: Double
  /// In the order of the network.
  public var layers: [Layer]

  /// Measures all bounded layers of a checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: The weights and their network.
  ///   - iterations: Power iterations of the measurement.
  ///   - tolerance: By what part of the coefficient a norm may exceed it.
  /// - Throws: `EvaluationError.invalidSetting` for a network without a bounded layer; what loading throws.
  public init(
    _ checkpoint: NetworkCheckpoint, iterations: Int = 100, tolerance: Double = 0.01
  ) throws {
    let model = try checkpoint.model()
    guard !model.store.spectralNormalizations.isEmpty else {
      throw EvaluationError.invalidSetting(
        name: "The checkpoint", value: "‘\(checkpoint.weights.file)’",
        allowed: "of a network trained with -sn; this one has no ‘weight_orig’, so nothing to audit"
      )
    }
    schema = Self.schema
    self.model = checkpoint.descriptor.id
    file = checkpoint.weights.file
    self.iterations = iterations
    self.tolerance = tolerance
    layers = try model.store.spectralNormalizations.map { normalization in
      let measurement = try normalization.measured(iterations: iterations)
      return Layer(measurement: measurement, holds: measurement.holds(tolerance: tolerance))
    }
  }

  /// How many layers exceed their bound.
  public var brokenCount: Int { layers.count { !$0.holds } }
}
