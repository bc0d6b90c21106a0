import CredenceFiles
import CredenceNN
import CredenceTensor
import CredenceTraining
import CredenceUncertainty
import FileSupport
import Foundation
import Testing

@Suite struct TrainerTests {
  /// Settings that each have state of their own.
  private static let configurations: [(String, @Sendable (inout TrainingConfiguration) -> Void)] = [
    ("plain", { _ in }),
    ("adam", { $0.optimizer.algorithm = "adamw" }),
    ("ema", { $0.averaging = .exponential(decay: 0.9) }),
    ("accumulation", { $0.accumulatedBatches = 3 }),
    (
      "cosine",
      {
        $0.schedule.shape = "cosine"
        $0.schedule.warmupEpochs = 1
      }
    ),
    ("selection", { $0.selection = .nll }),
    ("clipping", { $0.clipping = .norm(0.1) }),
    ("bf16", { $0.precision = .bfloat16 }),
    ("drawn", { $0.sampling = .fixedLength(77) }),
    ("swag", { $0.collection = .swag(start: 1, interval: 1, rank: 2) }),
  ]

  private struct Killed: Error {}

  @Test(arguments: configurations.map(\.0), [1, 4, 8])
  func `a training that is killed and goes on ends with the same bits`(
    _ name: String, _ steps: Int
  ) throws {
    var configuration = Blobs.configuration
    try #require(Self.configurations.first { $0.0 == name }).1(&configuration)
    let blobs = try Blobs()
    let straight = try blobs.trainer(configuration)
    let expected = try straight.run()

    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("run.state")
    var saving = StateSaving(file)
    saving.seconds = 0
    let first = try blobs.trainer(configuration)
    first.options.saving = saving
    var saved = 0
    #expect(throws: Killed.self) {
      _ = try first.run { event in
        if case .saved = event { saved += 1 }
        if saved == steps { throw Killed() }
      }
    }
    let second = try blobs.trainer(configuration)
    try second.resume(from: file)
    let outcome = try second.run()

    #expect(try second.network.store.allBytes() == straight.network.store.allBytes())
    #expect(outcome.epoch == expected.epoch)
    #expect(second.posterior?.count == straight.posterior?.count)
    #expect(
      try second.posterior?.tensors.map { try $0.tensor.bytes() }
        == straight.posterior?.tensors.map { try $0.tensor.bytes() })
    func losses(_ outcome: TrainingOutcome) -> [Double] { outcome.history.map(\.loss) }
    #expect(losses(outcome) == losses(expected))
    #expect(outcome.history.map(\.validation) == expected.history.map(\.validation))
  }

  @Test func `an interrupted training stores its state after the step at hand`() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("run.state")
    let blobs = try Blobs()
    let straight = try blobs.trainer()
    _ = try straight.run()
    let trainer = try blobs.trainer()
    trainer.options.saving = StateSaving(file)
    var steps = 0
    trainer.options.isInterrupted = {
      steps += 1
      return steps == 9
    }
    let outcome = try trainer.run()
    #expect(outcome.end == .interrupted)
    #expect(outcome.history.count == 1)
    #expect(trainer.samplesOfEpoch > 0)
    let next = try blobs.trainer()
    try next.resume(from: file)
    #expect(next.samplesOfEpoch == trainer.samplesOfEpoch)
    #expect(try next.run().end == .completed)
    #expect(try next.network.store.allBytes() == straight.network.store.allBytes())
  }

  @Test func `learns, and every run of a seed is the same`() throws {
    let blobs = try Blobs()
    let first = try blobs.trainer()
    let outcome = try first.run()
    let validation = try #require(outcome.history.last?.validation)
    #expect(outcome.end == .completed && outcome.history.count == 3)
    #expect(outcome.history[2].loss < outcome.history[0].loss)
    #expect(validation.accuracy >= 0.8 && validation.sampleCount == 10)
    let second = try blobs.trainer()
    _ = try second.run()
    #expect(try first.network.store.allBytes() == second.network.store.allBytes())
    var configuration = Blobs.configuration
    configuration.seed = 2
    let other = try blobs.trainer(configuration)
    _ = try other.run()
    #expect(try first.network.store.allBytes() != other.network.store.allBytes())
  }

  /// The same steps written out by hand.
  @Test func `does what a plain loop does`() throws {
    var configuration = Blobs.configuration
    configuration.sampling = .ordered
    configuration.epochCount = 2
    configuration.optimizer.learningRate = 0.1
    configuration.optimizer.momentum = 0
    configuration.optimizer.weightDecay = 0
    let blobs = try Blobs()
    func network() throws -> (TrainableNetwork<Tensor>, Linear) {
      let store = ParameterStore(.random(try Generator(seed: 3)))
      let head = try Linear(store.root / "head", from: 3, to: 2)
      return (TrainableNetwork(store) { try head($0, $1) }, head)
    }
    let (trained, _) = try network()
    let trainer = try blobs.trainer(configuration, validates: false, network: trained)
    _ = try trainer.run()

    let (_, head) = try network()
    for _ in 0..<2 {
      for start in stride(from: 0, to: 60, by: 8) {
        let end = min(start + 8, 60)
        let weight = try head.weight.value.requiringGradient()
        let bias = try #require(head.bias)
        let offset = try bias.value.requiringGradient()
        let logits = try blobs.inputs.slice(0, from: start, to: end).linear(weight, offset)
        let loss = try logits.crossEntropy(blobs.source.labels.slice(0, from: start, to: end))
        let gradients = try loss.gradients(of: [weight, offset])
        try head.weight.replace(with: (weight - #require(gradients[0]) * 0.1).detached())
        try bias.replace(with: (offset - #require(gradients[1]) * 0.1).detached())
      }
    }
    let expected: [Float] = try head.weight.value.values()
    let found: [Float] = try #require(trained.store["head.weight"]).value.values()
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func `accumulated batches make the step of one large batch`() throws {
    func weights(_ size: Int, _ accumulated: Int) throws -> [Float] {
      var configuration = Blobs.configuration
      configuration.batchSize = size
      configuration.accumulatedBatches = accumulated
      let store = ParameterStore(.random(try Generator(seed: 3)))
      let head = try Linear(store.root / "head", from: 3, to: 2)
      let trainer = try Blobs().trainer(
        configuration, validates: false, network: TrainableNetwork(store) { try head($0, $1) })
      _ = try trainer.run()
      return try head.weight.value.values()
    }
    // 60 samples: the last group of an epoch is smaller.
    for (a, b) in zip(try weights(24, 1), try weights(8, 3)) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func `stops without progress, and restores the best epoch`() throws {
    var configuration = Blobs.configuration
    configuration.epochCount = 50
    configuration.selection = .accuracy
    configuration.earlyStopping = .patience(2)
    let trainer = try Blobs().trainer(configuration)
    var weights: [Int: [Data]] = [:]
    let outcome = try trainer.run { event in
      if case .epoch(let record) = event {
        weights[record.epoch] = try trainer.network.store.allBytes()
      }
    }
    #expect(outcome.end == .stoppedEarly)
    #expect(outcome.history.count == outcome.epoch + 2)
    #expect(outcome.history[outcome.epoch - 1].isBest == true)
    #expect(try trainer.network.store.allBytes() == weights[outcome.epoch])
    #expect(trainer.network.store.trained.isEmpty)
  }

  @Test func `reports averaged weights, and learns with its own`() throws {
    var configuration = Blobs.configuration
    let plain = try Blobs().trainer(configuration)
    var own: [[Data]] = []
    _ = try plain.run { event in
      if case .epoch = event { own.append(try plain.network.store.allBytes()) }
    }
    configuration.averaging = .exponential(decay: 0.5)
    let averaged = try Blobs().trainer(configuration)
    var reported: [[Data]] = []
    let outcome = try averaged.run { event in
      if case .epoch = event { reported.append(try averaged.network.store.allBytes()) }
    }
    #expect(try outcome.history.map(\.loss) == plain.run { _ in }.history.map(\.loss))
    #expect(try reported.last == averaged.network.store.allBytes())
    #expect(reported != own)
  }

  @Test func `collects the weights of the epochs that are asked for`() throws {
    var configuration = Blobs.configuration
    configuration.epochCount = 6
    configuration.collection = .swag(start: 2, interval: 2, rank: 2)
    configuration.averaging = .exponential(decay: 0.9)
    let trainer = try Blobs().trainer(configuration)
    var expected = SWAGPosterior(rank: 2)
    // Steps are the same without the average, which an epoch's report shows.
    configuration.averaging = .off
    let plain = try Blobs().trainer(configuration)
    _ = try plain.run { event in
      if case .epoch(let record) = event, [2, 4, 6].contains(record.epoch) {
        try expected.collect(plain.network.store)
      }
    }
    _ = try trainer.run()
    let found = try #require(trainer.posterior)
    #expect(found.count == 3)
    #expect(found.tensors.map(\.name) == expected.tensors.map(\.name))
    #expect(
      try found.tensors.map { try $0.tensor.bytes() }
        == expected.tensors.map { try $0.tensor.bytes() })
  }

  @Test(arguments: [(0, 1, 20), (3, 1, 20), (1, 3, 20), (1, 0, 20), (1, 1, 1)])
  func `refuses collections of fewer than two weights`(_ start: Int, _ interval: Int, _ rank: Int)
    throws
  {
    var configuration = Blobs.configuration
    configuration.collection = .swag(start: start, interval: interval, rank: rank)
    #expect(throws: TrainingError.self) { try configuration.validate() }
  }

  @Test func `goes on from a state that an earlier version stored`() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("run.state")
    let blobs = try Blobs()
    let first = try blobs.trainer()
    try first.save(to: file)
    let stored = try Safetensors(contentsOf: file)
    // Without the settings that came later.
    var metadata = stored.metadata
    let key = "credence.training.configuration"
    let text = try #require(metadata[key])
    metadata[key] = text.replacing(#""collection":{"off":{}},"#, with: "")
    #expect(metadata[key] != text)
    let old = folder.url.appendingPathComponent("old.state")
    try SafetensorsWriter.write(
      stored.names.map { name in OutgoingArray(name, try #require(stored[name])) },
      metadata: metadata, to: old)
    let second = try blobs.trainer()
    try second.resume(from: old)
    #expect(try second.run().end == .completed)
  }

  @Test func `names the epoch in which the loss became infinite`() throws {
    var configuration = Blobs.configuration
    configuration.optimizer.learningRate = 1e30
    let trainer = try Blobs().trainer(configuration)
    do {
      _ = try trainer.run()
      Issue.record("no error")
    } catch let TrainingError.diverged(epoch, _, _) {
      #expect(epoch == 1)
    }
  }

  @Test func `refuses to go on with other settings, and with more epochs where they matter`() throws
  {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("run.state")
    let blobs = try Blobs()
    let trainer = try blobs.trainer()
    _ = try trainer.run()
    try trainer.save(to: file)
    var configuration = Blobs.configuration
    configuration.batchSize = 16
    #expect(
      throws: TrainingError.stateMismatch(
        file: file.relativePath, what: "‘batchSize’", stored: "8", wanted: "16")
    ) { try blobs.trainer(configuration).resume(from: file) }
    configuration = Blobs.configuration
    configuration.epochCount = 4
    let longer = try blobs.trainer(configuration)
    try longer.resume(from: file)
    #expect(try longer.run().history.count == 4)
    #expect(throws: TrainingError.self) { try blobs.trainer(validates: false).resume(from: file) }
    configuration.schedule.shape = "cosine"
    let cosine = try blobs.trainer(configuration)
    try cosine.save(to: file)
    configuration.epochCount = 5
    #expect(throws: TrainingError.self) { try blobs.trainer(configuration).resume(from: file) }
  }

  @Test func `refuses to go on with another loss, and says so by name`() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("run.state")
    let blobs = try Blobs()
    let trainer = try blobs.trainer()
    trainer.identity = ["dataset": "blobs", "loss": "cross_entropy"]
    try trainer.save(to: file)
    let same = try blobs.trainer()
    same.identity = trainer.identity
    try same.resume(from: file)
    let other = try blobs.trainer()
    other.identity = ["dataset": "blobs", "loss": "focal"]
    #expect(
      throws: TrainingError.stateMismatch(
        file: file.relativePath, what: "‘loss’", stored: "cross_entropy", wanted: "focal")
    ) { try other.resume(from: file) }
    other.identity = ["dataset": "blobs"]
    #expect(
      throws: TrainingError.stateMismatch(
        file: file.relativePath, what: "‘loss’", stored: "cross_entropy", wanted: "not there")
    ) { try other.resume(from: file) }
  }

  @Test func `a state that is cut short or is something else is refused`() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("run.state")
    let blobs = try Blobs()
    let trainer = try blobs.trainer()
    try trainer.save(to: file)
    let data = try Data(contentsOf: file)
    try data.prefix(data.count / 2).write(to: file)
    #expect(throws: (any Error).self) { try trainer.resume(from: file) }
    try Data("no state".utf8).write(to: file)
    #expect(throws: (any Error).self) { try trainer.resume(from: file) }
  }

  @Test func `refuses impossible settings by name`() throws {
    var configuration = Blobs.configuration
    configuration.batchSize = 0
    #expect(
      throws: TrainingError.badSetting(
        name: "The batch size", value: "0", allowed: "from 1 to 1000000")
    ) { try Blobs().trainer(configuration) }
    configuration = Blobs.configuration
    configuration.selection = .nll
    #expect(
      throws: TrainingError.badSetting(
        name: "The selection of weights", value: "nll",
        allowed: "‘last’ without validation samples")
    ) { try Blobs().trainer(configuration, validates: false) }
    #expect(throws: TrainingError.noSamples(what: "training")) {
      _ = try Trainer(
        Blobs.network(), Blobs.objective, learning: SampleSet(Blobs().source, indices: []),
        configuration: Blobs.configuration)
    }
  }
}
