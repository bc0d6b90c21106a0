public import CredenceTensor

/// A named tensor of a network: learned, or kept up to date by a layer.
///
/// Networks are not `Sendable`, and neither is this: one task trains or runs a network at a time.
public final class Parameter {
  /// What changes it.
  public enum Kind: Hashable, Sendable {
    /// An optimizer.
    case learned
    /// The layer itself, as batch normalization does with its running moments.
    case buffer
  }

  /// The published checkpoint's name, such as `layer1.0.conv1.weight`.
  public let name: String
  public let kind: Kind
  public let shape: [Int]
  /// The numbers; on `Device.meta` until weights are loaded.
  public private(set) var value: Tensor

  init(_ name: String, kind: Kind, value: Tensor) {
    self.name = name
    self.kind = kind
    self.shape = value.shape
    self.value = value
  }

  /// The number of entries.
  public var count: Int { shape.reduce(1, *) }

  /// Whether it still waits for its weights.
  public var isPending: Bool { value.device == .meta }

  /// Takes other numbers of the same shape.
  ///
  /// - Throws: `EngineError.wrongShape`.
  public func replace(with tensor: Tensor) throws {
    guard tensor.shape == shape else {
      throw EngineError.wrongShape(
        what: "‘\(name)’", expected: "\(shape)", found: tensor.shape)
    }
    value = tensor
  }
}
