/// What one epoch of training gave.
public struct EpochRecord: Codable, Hashable, Sendable {
  /// From 1.
  public var epoch: Int
  /// The mean loss of the samples, each at the time when it was learned from.
  public var loss: Double
  /// The sum of the batches' mean losses.
  public var batchLossSum: Double
  public var sampleCount: Int
  /// At the end of the epoch.
  public var learningRate: Double
  /// On the validation samples; `nil` without them.
  public var validation: ValidationRecord?
  /// Whether it is the best so far by the selection; `nil` where the last is taken.
  public var isBest: Bool?
  /// Time spent on it, also by an earlier run.
  public var seconds: Double

  public init(
    epoch: Int, loss: Double, batchLossSum: Double, sampleCount: Int, learningRate: Double,
    validation: ValidationRecord? = nil, isBest: Bool? = nil, seconds: Double
  ) {
    self.epoch = epoch
    self.loss = loss
    self.batchLossSum = batchLossSum
    self.sampleCount = sampleCount
    self.learningRate = learningRate
    self.validation = validation
    self.isBest = isBest
    self.seconds = seconds
  }
}

/// How well a network does on samples that it does not learn from.
public struct ValidationRecord: Codable, Hashable, Sendable {
  /// The part of the samples that are classified correctly, 0...1.
  public var accuracy: Double
  /// The mean negative log-likelihood of the labels, in nats.
  public var nll: Double
  public var sampleCount: Int

  public init(accuracy: Double, nll: Double, sampleCount: Int) {
    self.accuracy = accuracy
    self.nll = nll
    self.sampleCount = sampleCount
  }
}

/// What happens during training, in order.
public enum TrainingEvent: Sendable {
  /// Some batches are done.
  case batch(BatchProgress)
  /// An epoch is done; while this is reported the network has the weights that were evaluated.
  case epoch(EpochRecord)
  /// The state was stored.
  case saved
}

/// How far an epoch is.
public struct BatchProgress: Hashable, Sendable {
  /// From 1.
  public var epoch: Int
  /// The number of the newest batch, from 0.
  public var batch: Int
  public var batchCount: Int
  /// Samples of the epoch before the newest batch.
  public var samplesBefore: Int
  public var sampleCount: Int
  /// The mean loss of the newest batch.
  public var loss: Double
  /// Of this run.
  public var samplesPerSecond: Double
}

/// How training ended.
public struct TrainingOutcome: Sendable {
  public enum End: String, Codable, Hashable, Sendable {
    case completed
    /// No better epoch within the patience.
    case stoppedEarly
    /// Somebody asked; the state says where to go on.
    case interrupted
  }

  public var end: End
  /// Every epoch so far.
  public var history: [EpochRecord]
  /// The epoch whose weights the network has now, from 1; 0 before the first is complete.
  public var epoch: Int
}
