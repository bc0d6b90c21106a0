/// How far a training is, and what it has summed up.
struct TrainingProgress: Codable, Hashable, Sendable {
  /// Complete epochs.
  private(set) var history: [EpochRecord] = []
  /// The best of them by the selection.
  private(set) var best: EpochRecord?
  /// Steps of the optimizer, of all epochs.
  var steps = 0
  /// The size of the newest step.
  var learningRate = 0.0
  /// Updates of the weights' average.
  var averageUpdates = 0

  // Of the epoch under way.
  var samples = 0
  var batches = 0
  var lossSum = 0.0
  var batchLossSum = 0.0
  var seconds = 0.0

  /// Notes an epoch and starts the next.
  mutating func finishEpoch(_ record: EpochRecord) {
    history.append(record)
    if record.isBest == true { best = record }
    samples = 0
    batches = 0
    lossSum = 0
    batchLossSum = 0
    seconds = 0
  }
}
