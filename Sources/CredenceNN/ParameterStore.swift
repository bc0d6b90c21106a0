public import CredenceTensor

/// Every parameter of a network by name, in the order of creation.
public final class ParameterStore {
  /// Where first numbers come from.
  public enum Start {
    /// Nowhere: parameters have shapes only until weights are loaded, and a network that lacks some can't run.
    case awaitingWeights
    /// Each layer's own random initialization.
    case random(Generator)
  }

  private let start: Start
  public private(set) var parameters: [Parameter] = []
  /// The weights whose norms are bounded, in the order of creation.
  public private(set) var spectralNormalizations: [SpectralNormalization] = []
  private var positions: [String: Int] = [:]

  public init(_ start: Start) { self.start = start }

  /// The place of the network's outermost names.
  public var root: ParameterPath { ParameterPath(store: self, name: "") }

  /// The parameter of a name.
  public subscript(name: String) -> Parameter? { positions[name].map { parameters[$0] } }

  /// The number of learned numbers.
  public var learnedCount: Int {
    parameters.lazy.filter { $0.kind == .learned }.reduce(0) { $0 + $1.count }
  }

  /// Names that still wait for weights.
  public var pendingNames: [String] { parameters.filter(\.isPending).map(\.name) }

  /// Moves every parameter to a device and, where they hold fractions, to an element type.
  ///
  /// - Throws: `EngineError`.
  public func move(to device: Device, _ elementType: ElementType? = nil) throws {
    for parameter in parameters where !parameter.isPending {
      var value = try parameter.value.to(device)
      if let elementType, value.elementType.isFloatingPoint { value = try value.to(elementType) }
      try parameter.replace(with: value)
    }
  }

  func add(_ normalization: SpectralNormalization) { spectralNormalizations.append(normalization) }

  func add(
    _ name: String, kind: Parameter.Kind, shape: [Int], _ initialization: Initialization
  ) throws -> Parameter {
    precondition(positions[name] == nil, "two parameters are named ‘\(name)’")
    let value: Tensor =
      switch start {
      case .awaitingWeights: try .empty(shape, device: .meta)
      case .random(let generator): try initialization.tensor(shape, using: generator)
      }
    let parameter = Parameter(name, kind: kind, value: value)
    positions[name] = parameters.count
    parameters.append(parameter)
    return parameter
  }
}

/// A place in the tree of names, at which layers make their parameters.
///
/// `path / "layer1" / 0 / "conv1"` leads to the layer whose weight is `layer1.0.conv1.weight`.
public struct ParameterPath {
  let store: ParameterStore
  /// The names so far, joined by dots; empty at the root.
  public let name: String

  public static func / (path: Self, name: String) -> Self {
    Self(store: path.store, name: path.name.isEmpty ? name : path.name + "." + name)
  }

  public static func / (path: Self, index: Int) -> Self { path / String(index) }

  /// Makes a learned parameter here.
  ///
  /// - Throws: `EngineError`.
  public func parameter(_ name: String, _ shape: [Int], _ initialization: Initialization) throws
    -> Parameter
  {
    try store.add((self / name).name, kind: .learned, shape: shape, initialization)
  }

  /// Makes a buffer here.
  ///
  /// - Throws: `EngineError`.
  public func buffer(_ name: String, _ shape: [Int], _ initialization: Initialization) throws
    -> Parameter
  {
    try store.add((self / name).name, kind: .buffer, shape: shape, initialization)
  }
}
