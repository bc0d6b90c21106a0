import CredenceFiles
import CredenceNN
import CredenceTensor

/// Adam over shuffled parts of a set that is in memory: all that the small networks of a recipe need.
struct MinibatchLearning {
  let batchSize: Int
  let epochs: Int
  let learningRate: Double
  let seed: UInt64

  /// Learns the parameters of a store.
  ///
  /// - Parameters:
  ///   - store: The parameters.
  ///   - count: The number of samples.
  ///   - progress: Told the part of the work that is done, from 0 to 1.
  ///   - loss: The mean loss of the samples of the given numbers, int64 `[batch]`.
  /// - Returns: The mean loss of each pass.
  /// - Throws: What `loss` throws; `EngineError`; `TrainingError.badSetting` where the loss is no longer a number.
  func run(
    _ store: ParameterStore, sampleCount count: Int, progress: (Double) -> Void,
    loss: (Tensor) throws -> Tensor
  ) throws -> [Double] {
    var settings = OptimizerSettings()
    settings.algorithm = OptimizerDescriptor.adam.id
    settings.learningRate = learningRate
    settings.weightDecay = 0
    try store.prepareForTraining()
    let optimizer = try settings.optimizer(of: store.trained)
    var random = SplitMix64(seed: seed)
    var order = (0..<count).map { Int64($0) }
    var losses: [Double] = []
    for epoch in 0..<epochs {
      order.shuffle(using: &random)
      var sum = 0.0
      for start in stride(from: 0, to: count, by: batchSize) {
        let end = min(start + batchSize, count)
        let batch = try Tensor(Array(order[start..<end]), shape: [end - start])
        store.clearGradients()
        let mean = try loss(batch)
        try mean.backward()
        try optimizer.step(learningRate: learningRate)
        sum += try mean.item() * Double(end - start)
        progress((Double(epoch) + Double(end) / Double(count)) / Double(epochs))
      }
      guard sum.isFinite else {
        throw TrainingError.badSetting(
          name: "The learning rate", value: "\(learningRate)",
          allowed: "smaller: the loss became \(sum / Double(count))")
      }
      losses.append(sum / Double(count))
    }
    try store.finishTraining()
    return losses
  }
}
