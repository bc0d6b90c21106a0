public import CredenceTensor

/// An exponential moving average of a network's parameters and of batch normalization's running moments.
///
/// The first averages are short: after *n* updates the former average keeps min(decay, (1 + *n*) / (10 + *n*)). Other buffers are copied.
///
/// - Note: Polyak & Juditsky, SIAM J. Control Optim. 30, 1992, in the exponential form that is usual today.
public final class WeightAverage {
  private let store: ParameterStore
  /// The part of the former average that is kept, 0..<1.
  public let decay: Double
  /// In the order of the store.
  public private(set) var values: [Tensor]
  public private(set) var updateCount = 0
  private let averaged: [Int]
  private let copied: [Int]

  /// Starts at the parameters as they are.
  ///
  /// - Throws: `EngineError`.
  public init(_ store: ParameterStore, decay: Double) throws {
    precondition((0..<1).contains(decay))
    self.store = store
    self.decay = decay
    values = try ParameterSnapshot(store).values
    let moments = ["running_mean", "running_var"]
    func isAveraged(_ index: Int) -> Bool {
      let parameter = store.parameters[index]
      return parameter.value.elementType.isFloatingPoint
        && (parameter.kind == .learned || moments.contains { parameter.name.hasSuffix($0) })
    }
    averaged = store.parameters.indices.filter(isAveraged)
    copied = store.parameters.indices.filter { !isAveraged($0) }
  }

  /// Takes in the parameters after a step.
  ///
  /// - Throws: `EngineError`.
  public func update() throws {
    let count = Double(updateCount)
    let kept = min(decay, (1 + count) / (10 + count))
    updateCount += 1
    try withoutGradients {
      try Operator.forEachLerp.run([
        .tensors(averaged.map { values[$0] }),
        .tensors(averaged.map { store.parameters[$0].value }), .double(1 - kept),
      ])
      guard !copied.isEmpty else { return }
      try Operator.forEachCopy.run([
        .tensors(copied.map { values[$0] }), .tensors(copied.map { store.parameters[$0].value }),
      ])
    }
  }

  /// Returns to averages that `values` gave.
  ///
  /// - Throws: `EngineError`.
  public func restore(_ values: [Tensor], updateCount: Int) throws {
    precondition(values.count == self.values.count)
    try withoutGradients {
      try Operator.forEachCopy.run([.tensors(self.values), .tensors(values)])
    }
    self.updateCount = updateCount
  }

  /// Runs a body while the network has the averages, then gives it its own numbers back.
  ///
  /// - Throws: What the body throws; `EngineError`.
  public func whileApplied<Result>(_ body: () throws -> Result) throws -> Result {
    let own = try ParameterSnapshot(store)
    try ParameterSnapshot(values: values).restore(to: store)
    let result: Result
    do {
      result = try body()
    } catch {
      try own.restore(to: store)
      throw error
    }
    try own.restore(to: store)
    return result
  }
}
