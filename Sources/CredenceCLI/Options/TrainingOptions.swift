public import ArgumentParser
public import Credence
import Foundation

/// How a network is trained and where it goes.
struct TrainingOptions: ParsableArguments {
  @Option(name: .customShort("e"), help: ArgumentHelp("Epochs.", valueName: "n"))
  var epochs = 350

  @Option(help: ArgumentHelp("The learning rate.", valueName: "x"))
  var lr = 0.1

  @Option(help: ArgumentHelp("The momentum.", valueName: "x"))
  var mom = 0.9

  @Flag(help: "Nesterov's form of the momentum.")
  var nesterov = false

  @Option(help: ArgumentHelp("The weight decay.", valueName: "x"))
  var decay = 5e-4

  @Flag(help: "No weight decay of biases and of batch normalization.")
  var noBNDecay = false

  @Option(
    help: ArgumentHelp(
      "The optimizer.", valueName: OptimizerDescriptor.all.map(\.id).joined(separator: "|")))
  var opt = "sgd"

  @Option(
    help: ArgumentHelp(
      "How the learning rate changes.",
      valueName: ScheduleDescriptor.all.map(\.id).joined(separator: "|")))
  var schedule = "multistep"

  @Option(help: ArgumentHelp("multistep: the rate falls to a tenth.", valueName: "epoch"))
  var firstMilestone = 150

  @Option(help: ArgumentHelp("multistep: the rate falls to a tenth again.", valueName: "epoch"))
  var secondMilestone = 250

  @Option(help: ArgumentHelp("Epochs in which the rate grows from 0.", valueName: "n"))
  var warmupEpochs = 0

  @Option(
    help: ArgumentHelp(
      "The loss.", valueName: LossDescriptor.all.map(\.id).joined(separator: "|")))
  var loss = "cross_entropy"

  @Flag(help: "Divide the mean loss by the batch size once more.")
  var lossMean = false

  @Option(help: ArgumentHelp("cross_entropy: what is spread over all classes.", valueName: "x"))
  var labelSmoothing = 0.0

  @Option(help: ArgumentHelp("focal: the exponent; 2 unless told otherwise.", valueName: "x"))
  var focalGamma: Double?

  @Option(
    help: ArgumentHelp("outlier_exposure: images of other classes.", valueName: "name|path"))
  var outliers: String?

  @Option(help: ArgumentHelp("Batches that make one step.", valueName: "n"))
  var accumulate = 1

  @Option(help: ArgumentHelp("A limit of the gradients' norm.", valueName: "x"))
  var clipNorm: Double?

  @Option(
    help: ArgumentHelp(
      "Average the weights, keeping this part at every step, such as 0.999.", valueName: "x"))
  var ema: Double?

  @Option(
    help: ArgumentHelp(
      "What products compute in.",
      valueName: TrainingConfiguration.Precision.allCases.map(\.rawValue).joined(separator: "|")))
  var precision = TrainingConfiguration.Precision.float32

  @Flag(help: "Use only kernels that give the same result every time.")
  var deterministic = false

  @Option(
    help: ArgumentHelp(
      "Also keep the best epoch on the held-out images, as NAME_best.",
      valueName: TrainingConfiguration.Selection.allCases.map(\.rawValue).joined(separator: "|")))
  var select = TrainingConfiguration.Selection.last

  @Option(
    help: ArgumentHelp("--select: stop after so many epochs without a better one.", valueName: "n"))
  var patience: Int?

  @Option(
    help: ArgumentHelp(
      "Last layers on one body, each with a loss of its own: a shallow ensemble where above 1.",
      valueName: "n"))
  var heads = 1

  @Option(
    help: ArgumentHelp(
      "Collect the weights after this epoch and later ones into NAME_swag, for predict --method swag.",
      valueName: "epoch"))
  var swagStart: Int?

  @Option(help: ArgumentHelp("--swag-start: epochs between two collections (1).", valueName: "n"))
  var swagFrequency: Int?

  @Option(help: ArgumentHelp("--swag-start: deviations that are kept (20).", valueName: "n"))
  var swagRank: Int?

  @Option(help: ArgumentHelp("Train on n images only, drawn by the seed.", valueName: "n"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      "Noise added to normalized images in every epoch, its standard deviation.", valueName: "x"))
  var amnistNoise = 0.0

  @Flag(help: "Read images anew in every epoch instead of keeping them in memory.")
  var stream = false

  @Option(
    name: .customLong("tb", withSingleDash: true),
    help: ArgumentHelp("Images per batch of held-out images.", valueName: "n"))
  var testBatchSize = 128

  @Option(help: ArgumentHelp("Batches between two reports.", valueName: "n"))
  var logInterval = 50

  @Option(help: ArgumentHelp("Epochs between two checkpoints.", valueName: "n"))
  var saveInterval = 25

  @Option(
    name: [.customLong("saved_model_name"), .customLong("saved-model-name")],
    help: .hidden)
  var savedModelName: String?

  @Option(
    help: ArgumentHelp(
      "The folder of checkpoints; with --compat what their paths begin with.", valueName: "dir"))
  var savePath = "./"

  @Flag(help: "Also write checkpoints as PyTorch does (.model).")
  var torchCheckpoints = false

  @Flag(help: "Go on where an interrupted training stopped.")
  var resume = false

  @Flag(help: "Remove a training of the same name that the folder holds, and start anew.")
  var overwrite = false

  @Option(
    help: ArgumentHelp("Minutes after which the state is stored within an epoch.", valueName: "x"))
  var stateMinutes = 10.0

  func validate() throws {
    func check(_ name: String, _ value: String, _ isRight: Bool, _ allowed: String) throws {
      guard isRight else { throw ValidationError("\(name) is \(value); it must be \(allowed).") }
    }
    try check("--log-interval", "\(logInterval)", logInterval >= 1, "1 or more")
    try check("--save-interval", "\(saveInterval)", saveInterval >= 1, "1 or more")
    try check("-tb", "\(testBatchSize)", 1...1_000_000 ~= testBatchSize, "1 or more")
    try check(
      "--amnist-noise", "\(amnistNoise)", amnistNoise >= 0 && amnistNoise.isFinite, "0 or more")
    try check("--state-minutes", "\(stateMinutes)", stateMinutes >= 0, "0 or more")
    if let limit { try check("--limit", "\(limit)", limit >= 2, "2 or more") }
    if patience != nil, select == .last {
      throw ValidationError("--patience needs --select accuracy or nll.")
    }
    if let outliers { try DensityOptions.checkImages(outliers, option: "--outliers") }
    try check("--heads", "\(heads)", 1...1000 ~= heads, "from 1 to 1000")
    if swagStart == nil, swagFrequency != nil || swagRank != nil {
      throw ValidationError("--swag-frequency and --swag-rank belong to --swag-start EPOCH.")
    }
    if heads > 1, swagStart != nil {
      throw ValidationError(
        "--heads and --swag-start can't be combined: no method predicts with both.")
    }
    if resume, overwrite {
      throw ValidationError("--resume and --overwrite contradict each other.")
    }
    do {
      try configuration(seed: 0, batchSize: 1).validate()
      _ = try lossSettings().loss()
    } catch {
      throw ValidationError(ErrorText.sentences(error))
    }
    if focalGamma != nil, loss != LossDescriptor.focal.id {
      throw ValidationError("--focal-gamma belongs to --loss focal; --loss is \(loss).")
    }
    if try LossDescriptor.named(loss).usesOutliers != (outliers != nil) {
      throw ValidationError("--loss outlier_exposure and --outliers belong together.")
    }
  }

  func lossSettings() -> LossSettings {
    var settings = LossSettings()
    settings.name = loss
    settings.labelSmoothing = labelSmoothing
    if let focalGamma { settings.focusing = focalGamma }
    return settings
  }

  func configuration(seed: Int, batchSize: Int) -> TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.seed = UInt64(seed)
    configuration.epochCount = epochs
    configuration.batchSize = batchSize
    configuration.accumulatedBatches = accumulate
    configuration.optimizer.algorithm = opt
    configuration.optimizer.learningRate = lr
    configuration.optimizer.momentum = mom
    configuration.optimizer.isNesterov = nesterov
    configuration.optimizer.weightDecay = decay
    configuration.optimizer.decayedParameters = noBNDecay ? .weights : .all
    configuration.schedule.shape = schedule
    configuration.schedule.milestones = [firstMilestone, secondMilestone]
    configuration.schedule.warmupEpochs = warmupEpochs
    if let clipNorm { configuration.clipping = .norm(clipNorm) }
    if let ema { configuration.averaging = .exponential(decay: ema) }
    configuration.precision = precision
    configuration.isDeterministic = deterministic
    configuration.selection = select
    if let swagStart {
      configuration.collection = .swag(
        start: swagStart, interval: swagFrequency ?? 1, rank: swagRank ?? 20)
    }
    if let patience { configuration.earlyStopping = .patience(patience) }
    return configuration
  }
}

extension TrainingConfiguration.Precision: ExpressibleByArgument {}
extension TrainingConfiguration.Selection: ExpressibleByArgument {}
