public import CredenceData
import CredenceFiles
public import CredenceModels
import CredenceNN
public import CredenceTensor
public import CredenceUncertainty
public import Foundation

/// Trains an image classifier on a data set, and writes its checkpoints and its history.
public struct ClassifierTraining {
  /// The architecture, with `settings`.
  public var model: ModelDescriptor
  public var settings: NetworkSettings
  /// Images with class numbers.
  public var images: any ImageDataset
  /// What checkpoints call the data set.
  public var datasetName: String
  /// How images become the network's input.
  public var preprocessing: Preprocessing
  public var augmentation = ImageTransform.Augmentation.none
  /// Rows that are learned from.
  public var learning: [Int]
  /// Rows that judge every epoch; may be empty.
  public var validation: [Int]
  public var loss = LossSettings()
  /// Last layers on one body, each with logits of its own and trained by its own loss: a shallow ensemble where more than 1.
  public var heads = 1
  /// Images of other classes, for losses that use them.
  public var outliers: (any ImageDataset)?
  /// What states call the outliers; their path where it is `nil`.
  public var outlierName: String?
  /// Whether the loss is divided by the batch size once more, as a published program offers.
  public var dividesLossByBatchSize = false
  public var configuration = TrainingConfiguration()
  public var device = Device.cpu
  /// Whether images are read anew in every epoch instead of kept on the device.
  public var isStreamed = false
  public var files: TrainingFiles
  /// Samples per batch of validation.
  public var validationBatchSize = 512
  /// Batches between two reports.
  public var reportInterval = 10
  /// Asked after every step; true stores the state and ends the run.
  public var isInterrupted: () -> Bool = { false }

  /// A training on the given rows with the default settings of everything else.
  public init(
    _ model: ModelDescriptor, _ settings: NetworkSettings, on images: any ImageDataset,
    named datasetName: String, _ preprocessing: Preprocessing, learning: [Int],
    validation: [Int] = [], files: TrainingFiles
  ) {
    self.model = model
    self.settings = settings
    self.images = images
    self.datasetName = datasetName
    self.preprocessing = preprocessing
    self.learning = learning
    self.validation = validation
    self.files = files
  }

  /// What is told while it runs.
  public enum Event: Sendable {
    /// Images are read to the device.
    case reading(done: Int, total: Int)
    case training(TrainingEvent)
    /// A checkpoint was written.
    case wrote(URL)
    /// Something that the user should know.
    case notice(String)
  }

  /// Makes the network from its seed, trains it to the end, and writes what `files` says.
  ///
  /// - Parameter report: Told what happens; may throw to end the run.
  /// - Returns: How it ended; after an interruption the state says where to go on.
  /// - Throws: `TrainingError`, `OptimizerError`, `UncertaintyError`, `ModelError`, `DatasetError`, `FileError`, `EngineError`.
  public func run(_ report: (Event) throws -> Void = { _ in }) throws -> TrainingOutcome {
    guard heads >= 1, heads == 1 || configuration.collection == .off else {
      throw TrainingError.badSetting(
        name: "The number of heads", value: "\(heads)",
        allowed: heads < 1 ? "1 or more" : "1 where weights are collected for SWAG")
    }
    let loss = HeadMeanLoss(try loss.loss(), heads: heads)
    let usesOutliers = try LossDescriptor.named(self.loss.name).usesOutliers
    guard usesOutliers == (outliers != nil) else {
      throw TrainingError.badSetting(
        name: "The loss", value: self.loss.name,
        allowed: usesOutliers ? "given outliers" : "outlier_exposure where outliers are given")
    }
    try files.check()
    let lock = try TrainingLock(files)
    defer { withExtendedLifetime(lock) {} }
    let store = ParameterStore(.random(try Generator(seed: configuration.seed)))
    let network = try model.make(store.root, networkSettings)
    try store.move(to: device)
    let images = try source(
      self.images, classCount: settings.classCount, report)
    var learned: any TrainingSource = images
    if let outliers {
      learned = try OutlierSource(images, outliers: try source(outliers, classCount: nil, report))
    }
    let scale = dividesLossByBatchSize ? 1 / Double(configuration.batchSize) : 1
    let trainer = try Trainer(
      TrainableNetwork(store) { try network($0, $1) },
      Objective(
        loss: { output, labels in
          let mean = try loss(output.logits.to(.float32), labels)
          return scale == 1 ? mean : try mean * scale
        },
        logits: { [heads] output in
          heads == 1
            ? output.logits
            : try ShallowEnsemble.logProbabilities(output.logits, heads: heads)
        }), learning: SampleSet(learned, indices: learning),
      validation: validation.isEmpty ? nil : SampleSet(images, indices: validation),
      configuration: configuration)
    trainer.identity = try identity()
    trainer.options.validationBatchSize = validationBatchSize
    trainer.options.reportInterval = reportInterval
    trainer.options.isInterrupted = isInterrupted
    if files.stateInterval > 0 {
      var saving = StateSaving(files.state)
      saving.epochs = files.stateInterval
      saving.seconds = files.stateSeconds
      trainer.options.saving = saving
    }
    var resumedAfter: Int?
    switch files.former {
    case .kept: break
    case .continued:
      if FileManager.default.fileExists(atPath: files.state.path) {
        try trainer.resume(from: files.state)
        resumedAfter = trainer.history.count
      }
    case .removed: try FormerTraining(files).remove()
    }
    let events = EventLog(
      files.events, name: files.name, files.lossScale, resumedAfter: resumedAfter)
    func write(_ suffix: String, epoch: Int) throws {
      for url in try files.write(store, description(epoch: epoch), suffix) {
        try report(.wrote(url))
      }
    }
    let outcome = try trainer.run { event in
      if case .epoch(let record) = event {
        try files.writeLogs(trainer.history)
        try events.append(record)
        try report(.training(event))
        if record.epoch % files.checkpointInterval == 0
          || record.epoch == configuration.epochCount
        {
          try write("\(record.epoch)", epoch: record.epoch)
        }
      } else {
        try report(.training(event))
      }
    }
    guard outcome.end != .interrupted else { return outcome }
    if configuration.selection != .last { try write("best", epoch: outcome.epoch) }
    if let posterior = trainer.posterior {
      if posterior.count >= 2 {
        try posterior.write(
          to: files.posterior, description: description(epoch: outcome.history.count))
        try report(.wrote(files.posterior))
      } else {
        try report(
          .notice("Training stopped before two weights were collected; there is no SWAG posterior.")
        )
      }
    }
    return outcome
  }

  /// The settings of the network, whose logits are those of all heads.
  private var networkSettings: NetworkSettings {
    var settings = settings
    settings.classCount *= heads
    return settings
  }

  /// What the result depends on besides the configuration and the rows.
  private func identity() throws -> [String: String] {
    var identity = [
      "augmentation": try augmentation.sortedJSON(), "dataset": datasetName,
      "dividesLossByBatchSize": "\(dividesLossByBatchSize)", "loss": try loss.sortedJSON(),
      "model": model.id, "network": try settings.sortedJSON(),
      "outliers": outliers.map { outlierName ?? $0.path } ?? "none",
      "preprocessing": try preprocessing.sortedJSON(),
    ]
    if heads > 1 { identity["heads"] = "\(heads)" }
    return identity
  }

  private func source(
    _ dataset: any ImageDataset, classCount: Int?,
    _ report: (Event) throws -> Void
  ) throws -> any TrainingSource {
    isStreamed
      ? try StreamedSource(
        dataset, preprocessing, classCount: classCount, augmentation: augmentation,
        memoryFormat: configuration.memoryFormat, device: device)
      : try ResidentSource(
        dataset, preprocessing, classCount: classCount, augmentation: augmentation,
        memoryFormat: configuration.memoryFormat, device: device
      ) { try report(.reading(done: $0, total: $1)) }
  }

  private func description(epoch: Int) -> NetworkDescription {
    NetworkDescription(
      model: model.id, settings: networkSettings, dataset: datasetName,
      classNames: images.classNames, mean: preprocessing.mean, std: preprocessing.std,
      epoch: epoch, heads: heads)
  }
}
