public import CredenceNN
public import CredenceTensor

/// Everything that a training's result depends on besides the network and the data; the defaults are those of the DDU experiments.
public struct TrainingConfiguration: Codable, Hashable, Sendable {
  /// In which order an epoch goes through the samples.
  public enum Sampling: Codable, Hashable, Sendable {
    /// Each sample once, in an order drawn anew for every epoch.
    case shuffled
    /// Each sample once, in order.
    case ordered
    /// So many draws, whatever the number of samples: a drawn order, repeated as often as necessary.
    case fixedLength(Int)
  }

  /// A limit on the gradients' common norm.
  public enum Clipping: Codable, Hashable, Sendable {
    case off
    /// Above 0.
    case norm(Double)
  }

  /// Which weights are evaluated and kept.
  public enum Averaging: Codable, Hashable, Sendable {
    /// Those of the last step.
    case off
    /// An exponential moving average that keeps this part of itself at every step, 0..<1.
    case exponential(decay: Double)
  }

  /// The element type of products and convolutions; parameters are float32 in any case.
  public enum Precision: String, Codable, Hashable, Sendable, CaseIterable {
    case float32
    case bfloat16 = "bf16"

    /// The type that operations are narrowed to.
    var narrowed: ElementType? { self == .bfloat16 ? .bfloat16 : nil }
  }

  /// Which epoch's weights the network has in the end.
  public enum Selection: String, Codable, Hashable, Sendable, CaseIterable {
    case last
    /// The highest accuracy on the validation samples; the first of several.
    case accuracy
    /// The lowest negative log-likelihood on the validation samples; the first of several.
    case nll
  }

  /// When training ends before its last epoch.
  public enum EarlyStopping: Codable, Hashable, Sendable {
    case off
    /// After so many epochs without a better one.
    case patience(Int)
  }

  /// Whether the weights that training passes through are collected for a SWAG posterior.
  public enum Collection: Codable, Hashable, Sendable {
    case off
    /// After an epoch, from 1, and every so many epochs from there; the last `rank` deviations are kept, 2 or more.
    case swag(start: Int, interval: Int, rank: Int)

    /// Whether the weights of an epoch are taken in.
    func includes(_ epoch: Int) -> Bool {
      guard case .swag(let start, let interval, _) = self, epoch >= start else { return false }
      return (epoch - start) % interval == 0
    }
  }

  /// Determines the order of samples, augmentation and dropout; the first weights are the network's own.
  public var seed: UInt64 = 1
  public var epochCount = 350
  /// Samples per batch; the last one of an epoch may have fewer.
  public var batchSize = 128
  /// Batches whose gradients make one step, weighted by their samples.
  public var accumulatedBatches = 1
  public var sampling = Sampling.shuffled
  public var optimizer = OptimizerSettings()
  public var schedule = ScheduleSettings()
  public var clipping = Clipping.off
  public var averaging = Averaging.off
  public var precision = Precision.float32
  /// The order of images and kernels in memory; convolutions like `channelsLast`.
  public var memoryFormat = MemoryFormat.channelsLast
  public var selection = Selection.last
  public var earlyStopping = EarlyStopping.off
  public var collection = Collection.off
  /// Whether only kernels are used that give the same result every time.
  public var isDeterministic = false

  public init() {}

  /// Checks every setting.
  ///
  /// - Throws: `TrainingError.badSetting` or `OptimizerError.badSetting`, naming the setting.
  public func validate() throws {
    try optimizer.validate()
    try schedule.validate()
    func check(_ name: String, _ value: String, _ isRight: Bool, _ allowed: String) throws {
      guard isRight else {
        throw TrainingError.badSetting(name: name, value: value, allowed: allowed)
      }
    }
    try check("The number of epochs", "\(epochCount)", epochCount >= 1, "1 or more")
    try check(
      "The batch size", "\(batchSize)", 1...1_000_000 ~= batchSize, "from 1 to 1000000")
    try check(
      "The number of accumulated batches", "\(accumulatedBatches)",
      1...1_000_000 ~= accumulatedBatches, "from 1 to 1000000")
    if case .fixedLength(let length) = sampling {
      try check("The number of draws per epoch", "\(length)", length >= 1, "1 or more")
    }
    if case .norm(let limit) = clipping {
      try check("The limit of the gradients' norm", "\(limit)", limit > 0, "above 0")
    }
    if case .exponential(let decay) = averaging {
      try check(
        "The decay of the weights' average", "\(decay)", 0..<1 ~= decay, "from 0 to below 1")
    }
    if case .patience(let epochs) = earlyStopping {
      try check("The patience", "\(epochs)", epochs >= 1, "1 epoch or more")
      try check(
        "The selection of weights", "last", selection != .last,
        "by accuracy or nll where training may stop early")
    }
    if case .swag(let start, let interval, let rank) = collection {
      try check(
        "The interval of collected weights", "\(interval)", interval >= 1, "1 epoch or more")
      try check(
        "The number of deviations kept", "\(rank)", 2...10_000 ~= rank, "from 2 to 10000")
      try check(
        "The first epoch of collected weights", "\(start)",
        start >= 1 && start <= epochCount - interval,
        epochCount > interval
          ? "from 1 to \(epochCount - interval), for two or more of \(epochCount) epochs are needed"
          : "so early that two or more epochs are collected; \(epochCount) are too few")
    }
    if schedule.warmupEpochs >= epochCount {
      throw TrainingError.badSetting(
        name: "The number of warm-up epochs", value: "\(schedule.warmupEpochs)",
        allowed: "below the number of epochs, \(epochCount)")
    }
  }
}
