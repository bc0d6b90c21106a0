import CredenceNN
import CredenceTensor

/// How the networks of the recipe learn the digits: Adam over shuffled batches, at one learning rate.
struct DigitLearning {
  let batchSize: Int
  let epochs: Int
  let learningRate: Double
  let seed: UInt64

  /// Learns the parameters of a store.
  ///
  /// - Parameters:
  ///   - store: The parameters.
  ///   - images: What is learned.
  ///   - progress: Told the part of the work that is done, from 0 to 1.
  ///   - network: The output for pixels from 0 to 1, `[batch, rows · columns]`.
  ///   - loss: The mean loss of an output and the labels, int64 `[batch]`.
  /// - Returns: The mean loss of each pass.
  /// - Throws: `TrainingError.diverged`; what `network` and `loss` throw; `EngineError`.
  func run(
    _ store: ParameterStore, on images: DigitImages, progress: (Double) -> Void,
    network: @escaping (_ pixels: Tensor, _ phase: Phase) throws -> Tensor,
    loss: @escaping (_ output: Tensor, _ labels: Tensor) throws -> Tensor
  ) throws -> [Double] {
    var configuration = TrainingConfiguration()
    configuration.seed = seed
    configuration.epochCount = epochs
    configuration.batchSize = batchSize
    configuration.optimizer.algorithm = OptimizerDescriptor.adam.id
    configuration.optimizer.learningRate = learningRate
    configuration.optimizer.weightDecay = 0
    configuration.schedule.shape = ScheduleDescriptor.constant.id
    configuration.memoryFormat = .contiguous
    let trainer = try Trainer(
      TrainableNetwork(store) { try network($0.to(.float32) / 255, $1) },
      Objective(loss: loss, logits: { $0 }),
      learning: SampleSet(ResidentSource(inputs: images.pixels, labels: images.labels)),
      configuration: configuration)
    let outcome = try trainer.run { event in
      guard case .batch(let batch) = event else { return }
      let part = Double(batch.batch + 1) / Double(batch.batchCount)
      progress((Double(batch.epoch - 1) + part) / Double(epochs))
    }
    return outcome.history.map(\.loss)
  }
}
