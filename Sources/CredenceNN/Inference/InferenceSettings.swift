public import CredenceTensor

/// How a network is run when it only predicts.
public struct InferenceSettings: Hashable, Sendable {
  /// What the network computes in; its last linear layer always computes in float32.
  public var elementType: ElementType
  public var device: Device
  /// Whether operations are joined; without it the network runs step by step as it was written.
  public var fusesOperations: Bool

  public init(
    elementType: ElementType = .float32, device: Device = .cpu, fusesOperations: Bool = true
  ) {
    self.elementType = elementType
    self.device = device
    self.fusesOperations = fusesOperations
  }
}
