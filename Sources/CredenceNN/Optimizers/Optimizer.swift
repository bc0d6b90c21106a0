public import CredenceTensor

/// Changes a network's parameters along their gradients.
///
/// It is used by one task at a time. A step is a few calls of the engine, whatever the number of parameters.
public protocol Optimizer: AnyObject {
  /// Changes every parameter that has a gradient, in place; the gradients stay.
  ///
  /// - Parameter learningRate: The size of the step, 0 or more.
  /// - Throws: `EngineError`.
  func step(learningRate: Double) throws

  /// What the optimizer remembers between steps, by name.
  var memory: [String: Tensor] { get }

  /// Returns to what `memory` was.
  ///
  /// - Throws: `OptimizerError.memoryMismatch` where names or shapes are others; then nothing was changed.
  func restore(_ memory: [String: Tensor]) throws
}

/// How parameters are learned.
public struct OptimizerSettings: Codable, Hashable, Sendable {
  /// Which parameters shrink by weight decay.
  public enum DecayedParameters: String, Codable, Hashable, Sendable, CaseIterable {
    /// All, also biases and those of normalization.
    case all
    /// Weights of products and convolutions: those of two dimensions or more.
    case weights
  }

  /// The id of an `OptimizerDescriptor`.
  public var algorithm = "sgd"
  /// The size of steps before a schedule scales it, above 0.
  public var learningRate = 0.1
  /// sgd: the part of the former step that is kept, 0..<1.
  public var momentum = 0.9
  /// sgd: whether the gradient is taken ahead of the momentum's step.
  public var isNesterov = false
  /// The pull towards 0, 0 or more.
  public var weightDecay = 5e-4
  public var decayedParameters = DecayedParameters.all
  /// adam, adamw: the parts of the former mean of gradients and of their squares that are kept, 0..<1.
  public var betas = [0.9, 0.999]
  /// adam, adamw: added to the root of the mean square, above 0.
  public var epsilon = 1e-8

  public init() {}

  /// Checks every setting.
  ///
  /// - Throws: `OptimizerError`, naming the setting.
  public func validate() throws(OptimizerError) {
    _ = try OptimizerDescriptor.named(algorithm)
    func check(_ name: String, _ value: Double, _ isRight: Bool, _ allowed: String)
      throws(OptimizerError)
    {
      guard isRight, value.isFinite else {
        throw .badSetting(name: name, value: "\(value)", allowed: allowed)
      }
    }
    try check("The learning rate", learningRate, learningRate > 0, "above 0")
    try check("The momentum", momentum, 0..<1 ~= momentum, "from 0 to below 1")
    try check("The weight decay", weightDecay, weightDecay >= 0, "0 or more")
    guard betas.count == 2 else {
      throw .badSetting(name: "betas", value: "\(betas)", allowed: "two numbers")
    }
    for beta in betas { try check("A beta", beta, 0..<1 ~= beta, "from 0 to below 1") }
    try check("epsilon", epsilon, epsilon > 0, "above 0")
    if algorithm == OptimizerDescriptor.sgd.id, isNesterov, momentum == 0 {
      throw .badSetting(
        name: "The momentum", value: "0", allowed: "above 0, since Nesterov's method needs it")
    }
  }

  /// The optimizer of a network's trained parameters.
  ///
  /// - Parameter parameters: Leaves that require gradients, as `ParameterStore.trained` gives them.
  /// - Returns: An optimizer that has made no step.
  /// - Throws: `OptimizerError`; `EngineError`.
  public func optimizer(of parameters: [Parameter]) throws -> any Optimizer {
    try validate()
    let decayed = parameters.filter { decayedParameters == .all || $0.shape.count > 1 }
    let others = parameters.filter { decayedParameters != .all && $0.shape.count <= 1 }
    let groups = [(decayed, weightDecay), (others, 0)].filter { !$0.0.isEmpty }
      .map { OptimizedGroup(parameters: $0.0, weightDecay: $0.1) }
    return try OptimizerDescriptor.named(algorithm).make(self, groups)
  }
}

/// Parameters that one setting of the weight decay holds for.
public struct OptimizedGroup {
  public let parameters: [Parameter]
  public let weightDecay: Double

  /// The positions of the parameters that have a gradient, with it.
  func gradients() throws -> [(position: Int, gradient: Tensor)] {
    try parameters.enumerated().compactMap { position, parameter in
      try parameter.value.gradient().map { (position, $0) }
    }
  }
}

/// What the rest of the system needs to know of an optimizer.
public struct OptimizerDescriptor: Identifiable, Sendable {
  /// The name on the command line.
  public let id: String
  public let title: String
  /// The paper.
  public let source: String
  let make: @Sendable (OptimizerSettings, [OptimizedGroup]) throws -> any Optimizer

  /// The optimizer of a name.
  ///
  /// - Throws: `OptimizerError.badSetting`, listing those that there are.
  public static func named(_ id: String) throws(OptimizerError) -> Self {
    guard let found = all.first(where: { $0.id == id }) else {
      throw .badSetting(
        name: "The optimizer", value: "‘\(id)’",
        allowed: "one of \(all.map(\.id).joined(separator: ", "))")
    }
    return found
  }
}
