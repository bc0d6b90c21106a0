import CredenceFiles
public import CredenceNN
public import CredenceTensor
public import CredenceUncertainty
public import Foundation

/// A network as training sees it.
public struct TrainableNetwork<Output> {
  public let store: ParameterStore
  /// The output for a batch of inputs.
  public let run: (Tensor, Phase) throws -> Output

  public init(_ store: ParameterStore, run: @escaping (Tensor, Phase) throws -> Output) {
    self.store = store
    self.run = run
  }
}

/// What is learned.
public struct Objective<Output> {
  /// The mean loss of a batch, for its output and its labels.
  public let loss: (Output, Tensor) throws -> Tensor
  /// The logits in an output, by which validation samples are judged.
  public let logits: (Output) throws -> Tensor

  public init(
    loss: @escaping (Output, Tensor) throws -> Tensor,
    logits: @escaping (Output) throws -> Tensor
  ) {
    self.loss = loss
    self.logits = logits
  }
}

/// Where and how often a training's state is stored.
public struct StateSaving: Hashable, Sendable {
  public var file: URL
  /// Epochs between two savings.
  public var epochs = 1
  /// Seconds after which the state is also stored within an epoch; infinite for never.
  public var seconds = 600.0

  public init(_ file: URL) { self.file = file }
}

/// Learns a network's parameters: the one loop of the system.
///
/// ```swift
/// let trainer = try Trainer(network, objective, learning: samples, configuration: configuration)
/// let outcome = try trainer.run { event in … }
/// ```
///
/// The result depends on the network's first weights, the samples and the configuration alone: a training that was interrupted
/// and goes on from its stored state ends with the same bits, on the same machine and number of threads.
public final class Trainer<Output> {
  /// What is done besides learning; the result does not depend on it.
  public struct RunOptions {
    /// `nil` stores nothing.
    public var saving: StateSaving?
    /// Batches between two reports and looks at the loss.
    public var reportInterval = 10
    /// Samples per batch of validation.
    public var validationBatchSize = 512
    /// Asked after every step; true stores the state and ends the run.
    public var isInterrupted: () -> Bool = { false }

    public init() {}
  }

  public let network: TrainableNetwork<Output>
  public let configuration: TrainingConfiguration
  public var options = RunOptions()
  /// Further settings by name that the result depends on, such as the loss's.
  ///
  /// A stored state keeps them, and a training with others does not go on from it.
  public var identity: [String: String] = [:]
  let learning: SampleSet
  private let objective: Objective<Output>
  let validation: SampleSet?
  private let device: Device
  private let schedule: any Schedule
  private let order: SampleOrder
  let optimizer: any Optimizer
  let average: WeightAverage?
  /// The weights that training has passed through, where they are collected: its own, not their average.
  public internal(set) var posterior: SWAGPosterior?
  /// Draws augmentation and dropout.
  let generator: Generator
  var progress = TrainingProgress()
  /// The best epoch's weights, where they are selected.
  var best: ParameterSnapshot?

  /// Prepares training; the network's parameters become leaves that require gradients.
  ///
  /// - Parameters:
  ///   - network: Its parameters are on the device of training and have their first numbers.
  ///   - objective: What is learned.
  ///   - learning: The samples that are learned from.
  ///   - validation: Samples by which epochs are judged; `nil` for none.
  ///   - configuration: How it is learned.
  ///   - isFrozen: Learned parameters that stay as they are.
  /// - Throws: `TrainingError`, `OptimizerError`, `EngineError`.
  public init(
    _ network: TrainableNetwork<Output>, _ objective: Objective<Output>, learning: SampleSet,
    validation: SampleSet? = nil, configuration: TrainingConfiguration,
    freezing isFrozen: (Parameter) -> Bool = { _ in false }
  ) throws {
    try configuration.validate()
    guard !learning.indices.isEmpty else { throw TrainingError.noSamples(what: "training") }
    if let validation, validation.indices.isEmpty {
      throw TrainingError.noSamples(what: "validation")
    }
    guard configuration.selection == .last || validation != nil else {
      throw TrainingError.badSetting(
        name: "The selection of weights", value: configuration.selection.rawValue,
        allowed: "‘last’ without validation samples")
    }
    self.network = network
    self.objective = objective
    self.learning = learning
    self.validation = validation
    self.configuration = configuration
    schedule = try configuration.schedule.schedule()
    order = SampleOrder(sampling: configuration.sampling, seed: configuration.seed)
    try network.store.prepareForTraining(configuration.memoryFormat, freezing: isFrozen)
    device = network.store.parameters.first?.value.device ?? .cpu
    optimizer = try configuration.optimizer.optimizer(of: network.store.trained)
    if case .exponential(let decay) = configuration.averaging {
      average = try WeightAverage(network.store, decay: decay)
    } else {
      average = nil
    }
    if case .swag(_, _, let rank) = configuration.collection {
      posterior = SWAGPosterior(rank: rank)
    }
    generator = try Generator(
      seed: SplitMix64.mixed(configuration.seed &+ SplitMix64.increment), device: device)
  }

  /// Batches of an epoch, and steps.
  private var batchCount: Int {
    let count = order.count(of: learning.indices)
    return (count + configuration.batchSize - 1) / configuration.batchSize
  }

  private var stepsPerEpoch: Int {
    (batchCount + configuration.accumulatedBatches - 1) / configuration.accumulatedBatches
  }

  // MARK: Running

  /// Trains to the end, from the beginning or from where `resume(from:)` returned to.
  ///
  /// Afterwards the network has the selected weights as plain tensors, unless the run was interrupted.
  ///
  /// - Parameter report: Told what happens; may throw to end the run at once.
  /// - Returns: How it ended.
  /// - Throws: `TrainingError.diverged`; what the network, the objective, the source and `report` throw.
  public func run(_ report: (TrainingEvent) throws -> Void = { _ in }) throws -> TrainingOutcome {
    try Engine.setDeterministic(configuration.isDeterministic)
    var lastSaved = ContinuousClock.now
    var end = TrainingOutcome.End.completed
    while progress.history.count < configuration.epochCount {
      if isPatienceExhausted {
        end = .stoppedEarly
        break
      }
      let isComplete = try learnEpoch(report, &lastSaved)
      if !isComplete {
        end = .interrupted
        break
      }
      try finishEpoch(report)
      if let saving = options.saving {
        let count = progress.history.count
        if count % saving.epochs == 0 || count == configuration.epochCount || isPatienceExhausted {
          try save(to: saving.file)
          lastSaved = .now
          try report(.saved)
        }
      }
    }
    if end == .interrupted {
      return TrainingOutcome(
        end: end, history: progress.history, epoch: progress.history.count)
    }
    return TrainingOutcome(end: end, history: progress.history, epoch: try selectWeights())
  }

  /// Learns from the samples of an epoch that are left.
  ///
  /// - Returns: Whether the epoch is complete, rather than interrupted.
  private func learnEpoch(
    _ report: (TrainingEvent) throws -> Void, _ lastSaved: inout ContinuousClock.Instant
  ) throws -> Bool {
    let rows = order.rows(of: learning.indices, epoch: progress.history.count)
    let reader = try learning.source.batches(
      rows[progress.samples...], size: configuration.batchSize, for: .training(generator))
    let start = ContinuousClock.now
    let secondsBefore = progress.seconds
    let samplesBefore = progress.samples
    var losses = PendingLosses()
    func look() throws {
      let newest = try losses.read(into: &progress)
      progress.seconds = secondsBefore + (ContinuousClock.now - start) / .seconds(1)
      guard let newest, newest.mean.isFinite else {
        if let newest {
          throw TrainingError.diverged(
            epoch: progress.history.count + 1, batch: progress.batches, loss: "\(newest.mean)")
        }
        return
      }
      let elapsed = progress.seconds - secondsBefore
      try report(
        .batch(
          BatchProgress(
            epoch: progress.history.count + 1, batch: progress.batches - 1,
            batchCount: batchCount, samplesBefore: progress.samples - newest.count,
            sampleCount: rows.count, loss: newest.mean,
            samplesPerSecond: Double(progress.samples - samplesBefore) / max(elapsed, 1e-9))))
    }
    while let batch = try reader.next() {
      try learn(batch, of: rows.count, &losses)
      let isStep =
        progress.batches % configuration.accumulatedBatches == 0 || progress.samples == rows.count
      if isStep { try step() }
      if (progress.batches - 1) % options.reportInterval == 0 { try look() }
      guard isStep, progress.samples < rows.count else { continue }
      let isInterrupted = options.isInterrupted()
      guard let saving = options.saving else {
        if isInterrupted { return false }
        continue
      }
      if isInterrupted || (ContinuousClock.now - lastSaved) / .seconds(1) >= saving.seconds {
        try look()
        try save(to: saving.file)
        lastSaved = .now
        try report(.saved)
        if isInterrupted { return false }
      }
    }
    try look()
    return true
  }

  /// Adds the gradients of a batch.
  private func learn(
    _ batch: TrainingBatch, of sampleCount: Int, _ losses: inout PendingLosses
  ) throws {
    let groupSize = configuration.batchSize * configuration.accumulatedBatches
    let groupStart = progress.samples / groupSize * groupSize
    let share = Double(batch.count) / Double(min(groupSize, sampleCount - groupStart))
    let loss = try withGradients {
      let output = try withAutocast(configuration.precision.narrowed, on: device) {
        try network.run(batch.inputs, .training(generator))
      }
      return try objective.loss(output, batch.labels)
    }
    try (share == 1 ? loss : loss * share).backward()
    losses.append(try loss.detached(), count: batch.count)
    progress.samples += batch.count
    progress.batches += 1
  }

  /// Makes one step along the gradients, and forgets them.
  private func step() throws {
    if case .norm(let limit) = configuration.clipping {
      try network.store.clipGradients(norm: limit)
    }
    progress.learningRate = learningRate
    try optimizer.step(learningRate: progress.learningRate)
    network.store.clearGradients()
    progress.steps += 1
    try average?.update()
  }

  private var learningRate: Double {
    configuration.optimizer.learningRate
      * schedule.factor(
        at: TrainingTime(
          step: progress.steps, stepsPerEpoch: stepsPerEpoch,
          epochCount: configuration.epochCount))
  }

  // MARK: Epochs

  private func finishEpoch(_ report: (TrainingEvent) throws -> Void) throws {
    var record = EpochRecord(
      epoch: progress.history.count + 1, loss: progress.lossSum / Double(progress.samples),
      batchLossSum: progress.batchLossSum, sampleCount: progress.samples,
      learningRate: progress.learningRate,
      seconds: progress.seconds)
    if configuration.collection.includes(record.epoch) { try posterior?.collect(network.store) }
    try withEvaluatedWeights {
      if let validation { record.validation = try evaluate(validation) }
      if configuration.selection != .last {
        record.isBest = isBetter(record)
        if record.isBest == true { best = try ParameterSnapshot(network.store) }
      }
      progress.finishEpoch(record)
      try report(.epoch(record))
    }
  }

  /// Runs a body while the network has the averaged weights, where there are such.
  private func withEvaluatedWeights<Result>(_ body: () throws -> Result) throws -> Result {
    if let average { try average.whileApplied(body) } else { try body() }
  }

  private func isBetter(_ record: EpochRecord) -> Bool {
    guard let validation = record.validation else { return false }
    guard let best = progress.best?.validation else { return true }
    return configuration.selection == .accuracy
      ? validation.accuracy > best.accuracy : validation.nll < best.nll
  }

  private var isPatienceExhausted: Bool {
    guard case .patience(let epochs) = configuration.earlyStopping, let best = progress.best
    else { return false }
    return progress.history.count - best.epoch >= epochs
  }

  /// Gives the network the weights that are kept in the end; returns their epoch.
  private func selectWeights() throws -> Int {
    var epoch = progress.history.count
    if let best, let record = progress.best {
      try best.restore(to: network.store)
      epoch = record.epoch
    } else if let average {
      try ParameterSnapshot(values: average.values).restore(to: network.store)
    }
    try network.store.finishTraining()
    return epoch
  }

  /// How well the network does on some samples, as it is now.
  ///
  /// - Throws: `EngineError`; what the source throws.
  public func evaluate(_ samples: SampleSet) throws -> ValidationRecord {
    try withoutGradients {
      let reader = try samples.source.batches(
        samples.indices[...], size: options.validationBatchSize, for: .evaluation)
      var sums: [Tensor] = []
      var count = 0
      while let batch = try reader.next() {
        let output = try withAutocast(configuration.precision.narrowed, on: device) {
          try network.run(batch.inputs, .evaluation)
        }
        let logits = try objective.logits(output).to(.float32)
        let correct = try logits.argMax(over: 1).isEqual(to: batch.labels).to(.float32).sum()
        let loss = try logits.crossEntropy(batch.labels) * Double(batch.count)
        sums.append(try .stacked([correct, loss]))
        count += batch.count
      }
      let values: [Double] = try Tensor.stacked(sums).to(.cpu).values()
      func sum(_ column: Int) -> Double {
        stride(from: column, to: values.count, by: 2).reduce(0) { $0 + values[$1] }
      }
      return ValidationRecord(
        accuracy: sum(0) / Double(count), nll: sum(1) / Double(count), sampleCount: count)
    }
  }
}

/// Losses on the device that nobody has looked at, so that steps need not wait for one another.
private struct PendingLosses {
  private var losses: [(mean: Tensor, count: Int)] = []

  mutating func append(_ mean: Tensor, count: Int) { losses.append((mean, count)) }

  /// Adds what is pending to the epoch's sums; returns the newest, or the first that is not finite.
  mutating func read(into progress: inout TrainingProgress) throws -> (mean: Double, count: Int)? {
    guard !losses.isEmpty else { return nil }
    let means: [Double] = try Tensor.stacked(losses.map { try $0.mean.to(.float32) }).values()
    var newest = (mean: 0.0, count: 0)
    for (mean, loss) in zip(means, losses) {
      newest = (mean, loss.count)
      guard mean.isFinite else { break }
      progress.lossSum += mean * Double(loss.count)
      progress.batchLossSum += mean
    }
    losses = []
    return newest
  }
}
