public import CredenceTensor

/// What a classifier's training makes small.
public protocol Loss: Sendable {
  /// The mean loss of a batch.
  ///
  /// - Parameters:
  ///   - logits: `[batch, classes]`.
  ///   - labels: Class numbers `[batch]`, int64; −1 for an outlier, which only losses that use outliers are given.
  /// - Returns: A single number that can be differentiated.
  /// - Throws: `EngineError`.
  func callAsFunction(_ logits: Tensor, _ labels: Tensor) throws -> Tensor
}

/// Which loss, and its numbers.
public struct LossSettings: Codable, Hashable, Sendable {
  /// The id of a `LossDescriptor`.
  public var name = "cross_entropy"
  /// cross_entropy: the probability that is spread evenly over all classes, 0..<1.
  public var labelSmoothing = 0.0
  /// focal: the power of the doubt by which samples are weighted, 0 or more.
  public var focusing = 2.0
  /// logit_norm: what normalized logits are divided by, above 0.
  public var normTemperature = 0.04
  /// outlier_exposure: the weight of outliers, 0 or more.
  public var outlierWeight = 0.5

  public init() {}

  /// The loss.
  ///
  /// - Throws: `UncertaintyError.badSetting`.
  public func loss() throws(UncertaintyError) -> any Loss {
    let descriptor = try LossDescriptor.named(name)
    func check(_ name: String, _ value: Double, _ isRight: Bool, _ allowed: String)
      throws(UncertaintyError)
    {
      guard isRight, value.isFinite else {
        throw .badSetting(name: name, value: "\(value)", allowed: allowed)
      }
    }
    try check(
      "The label smoothing", labelSmoothing, 0..<1 ~= labelSmoothing, "from 0 to below 1")
    try check("The focal loss's exponent", focusing, focusing >= 0, "0 or more")
    try check("LogitNorm's temperature", normTemperature, normTemperature > 0, "above 0")
    try check("The weight of outliers", outlierWeight, outlierWeight >= 0, "0 or more")
    if labelSmoothing > 0, descriptor.id != LossDescriptor.crossEntropy.id {
      throw .badSetting(
        name: "The label smoothing", value: "\(labelSmoothing)",
        allowed: "0 with the loss ‘\(descriptor.id)’; it belongs to cross_entropy")
    }
    return descriptor.make(self)
  }
}

/// What the rest of the system needs to know of a loss.
public struct LossDescriptor: Identifiable, Sendable {
  /// The name on the command line.
  public let id: String
  public let title: String
  /// The paper.
  public let source: String
  /// Whether batches must also hold outliers, whose label is −1.
  public let usesOutliers: Bool
  let make: @Sendable (LossSettings) -> any Loss

  init(
    _ id: String, title: String, source: String, usesOutliers: Bool = false,
    make: @escaping @Sendable (LossSettings) -> any Loss
  ) {
    self.id = id
    self.title = title
    self.source = source
    self.usesOutliers = usesOutliers
    self.make = make
  }

  /// The loss of a name.
  ///
  /// - Throws: `UncertaintyError.badSetting`, listing those that there are.
  public static func named(_ id: String) throws(UncertaintyError) -> Self {
    guard let found = all.first(where: { $0.id == id }) else {
      throw .badSetting(
        name: "The loss", value: "‘\(id)’",
        allowed: "one of \(all.map(\.id).joined(separator: ", "))")
    }
    return found
  }
}
