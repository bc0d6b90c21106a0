import ArgumentParser
import Credence
import Foundation

/// What both commands that train do: one training for each seed, one after another.
struct DensityTraining {
  private let density: DensityOptions
  private let options: TrainingOptions

  init(_ density: DensityOptions, _ options: TrainingOptions) {
    self.density = density
    self.options = options
  }

  func run(seeds: [Int]) throws {
    let plan = try seeds.map { try files(seed: $0) }
    // Members that are complete are left as they are.
    for files in plan where !(options.resume && isComplete(files)) { try files.check() }
    if density.val == 0, options.select != .last {
      throw ValidationError("--select needs images held out; --val is 0.")
    }
    density.warnOfUnusedOptions()
    if options.savedModelName != nil {
      ErrorText.warn("--saved_model_name has no effect, as in the published program.")
    }
    let source = try density.source()
    let images = try source.open(part: .train)
    let task = try density.task(source, images)
    let augmentation = density.augmentation(task)
    let outlierSource = try options.outliers.map { try ImageSource($0, in: density.datasetRoot) }
    let outliers = try outlierSource?.open(part: .train)
    let device = try density.chosenDevice()
    Interruption.letCommandFinish()
    for (seed, files) in zip(seeds, plan) {
      if options.resume, seeds.count > 1, isComplete(files) {
        StandardError.writeLine("\(files.name): trained before")
        continue
      }
      let split = try HeldOutSplit(
        images, fraction: density.val, seed: UInt32(seed),
        keeping: density.isCompatible ? .none : .images)
      // Rows stand in the order of the draw, so the first of them are a fair sample of a set made of several.
      let learning = Array(split.training.prefix(options.limit ?? .max))
      var training = ClassifierTraining(
        try density.descriptor(), try density.settings(task), on: images, named: source.name,
        task.preprocessing, learning: learning, validation: split.validation, files: files)
      training.augmentation = .init(
        cropPadding: augmentation.cropPadding, flips: augmentation.flips,
        noise: options.amnistNoise)
      training.loss = options.lossSettings()
      training.heads = options.heads
      training.dividesLossByBatchSize = options.lossMean
      training.outliers = outliers
      training.outlierName = outlierSource?.name
      training.configuration = options.configuration(seed: seed, batchSize: density.batchSize)
      training.device = device
      training.isStreamed = options.stream
      training.validationBatchSize = options.testBatchSize
      training.reportInterval = density.isCompatible ? 10 : options.logInterval
      training.isInterrupted = { Interruption.isRequested }
      try run(training)
    }
  }

  private func run(_ training: ClassifierTraining) throws {
    let progress = Progress()
    defer { progress.finish() }
    let report = TrainingReporting(
      progress, name: training.files.name, isPublished: density.isCompatible,
      batchSize: density.batchSize)
    let outcome = try training.run(report.tell)
    progress.finish()
    switch outcome.end {
    case .completed:
      if !report.hasToldEpochs {
        StandardError.writeLine(
          "\(training.files.name): was complete after \(outcome.history.count == 1 ? "1 epoch" : "\(outcome.history.count) epochs"); there was nothing left to do."
        )
      }
    case .stoppedEarly:
      StandardError.writeLine(
        "\(training.files.name): stopped after epoch \(outcome.history.count), as no later one was better than \(outcome.epoch)."
      )
    case .interrupted:
      StandardError.writeLine(
        "\(training.files.name): interrupted in epoch \(outcome.history.count + 1). Go on by the same command with --resume."
      )
      throw ExitCode(130)
    }
  }

  private func files(seed: Int) throws -> TrainingFiles {
    var prefix = options.savePath
    // The published program joins strings.
    if !density.isCompatible, !prefix.hasSuffix("/") { prefix += "/" }
    var files = TrainingFiles(
      prefix: prefix, name: density.checkpointName(seed: seed, heads: options.heads))
    files.checkpointInterval = options.saveInterval
    files.writesTorchCheckpoints = options.torchCheckpoints
    // The published program wraps networks for several GPUs, even of one.
    if density.isCompatible, !density.noGPU { files.torchPrefix = "module." }
    files.stateSeconds = options.stateMinutes * 60
    files.former = options.resume ? .continued : options.overwrite ? .removed : .kept
    files.lossScale = density.isCompatible ? .published : .mean
    return files
  }

  private func isComplete(_ files: TrainingFiles) -> Bool {
    FileManager.default.fileExists(
      atPath: files.checkpoint(epoch: options.epochs).path)
  }
}
