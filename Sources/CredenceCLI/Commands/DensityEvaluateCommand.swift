public import ArgumentParser
public import Credence
import Foundation

/// The command `credence density evaluate`.
struct DensityEvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures how well trained networks tell foreign images apart.",
    discussion: """
      Checkpoints are those of ‘credence density train’ or of the published program: \
      LOAD-PATH/Run1/resnet18_sn_3.0_mod_1_350.safetensors, Run2/resnet18_sn_3.0_mod_2_350.safetensors and so on. \
      Results go to res_NAME_TYPE_DATASET_OUTLIERS.json under the published keys, and to a table.

      Examples:
        credence density evaluate --seed 1 --model resnet18 -sn -mod --dataset cifar10 --ood_dataset svhn --model-type gmm
        credence density evaluate --seed 1 --model lenet --dataset mnist --ood_dataset fashion_mnist kmnist --runs 3 \
      --epoch 100 --output report
        credence density evaluate --seed 1 --model resnet18 -sn -mod --dataset photographs --ood_dataset drawings --runs 1
      """)

  @OptionGroup var network: DensityOptions

  @Option(
    name: [.customLong("ood_dataset"), .customLong("ood-dataset")], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Foreign images; svhn unless told otherwise.", valueName: "name|path"))
  var outliers: [String] = []

  @Option(
    name: .customLong("model-type"),
    help: ArgumentHelp(
      "Whose doubt is measured.",
      valueName: DensityEvaluation.ModelType.allCases.map(\.rawValue).joined(separator: "|")))
  var modelType = DensityEvaluation.ModelType.softmax

  @Option(
    name: .customLong("load-path"),
    help: ArgumentHelp("The folder of Run1, Run2, ….", valueName: "dir"))
  var loadPath = "../Models/Normal/"

  @Option(help: ArgumentHelp("Runs, each with checkpoints of its own.", valueName: "n"))
  var runs = 5

  @Option(help: ArgumentHelp("Networks of an ensemble.", valueName: "n"))
  var ensemble = 5

  @Option(
    help: ArgumentHelp(
      "The epoch in the checkpoints' names; best for those of ‘credence density train --select’.",
      valueName: "n|best"))
  var epoch = DensityCheckpoints.Epoch.number(350)

  @Option(
    help: ArgumentHelp(
      "How the temperature is found on the held-out images; exact unless told otherwise.",
      valueName: DensityEvaluation.TemperatureSearch.allCases.map(\.rawValue)
        .joined(separator: "|")))
  var temperature: DensityEvaluation.TemperatureSearch?

  @OptionGroup(title: "Density") var density: DensityFitOptions

  @Option(
    help: ArgumentHelp(
      "Fit the density to the first so many training images only; all unless told otherwise.",
      valueName: "n"))
  var trainingImages = 0

  @Option(
    help: ArgumentHelp(
      "Keep what the networks say, with features, as predictions in this folder.",
      valueName: "dir"))
  var predictions: String?

  @OptionGroup(title: "Output") var output: OutputOptions<DensityReport>

  func validate() throws {
    guard runs >= 1 else { throw ValidationError("--runs is \(runs); it must be 1 or more.") }
    guard (1...1000).contains(ensemble) else {
      throw ValidationError("--ensemble is \(ensemble); it must be from 1 to 1000.")
    }
    guard trainingImages >= 0 else {
      throw ValidationError("--training-images is \(trainingImages); it must be 0 or more.")
    }
    for name in outliers { try DensityOptions.checkImages(name, option: "--ood_dataset") }
    if network.val == 0 {
      throw ValidationError(
        "--val is 0; the images held out are needed for the temperature, so it must be above 0.")
    }
    if density.isGiven, modelType != .gmm {
      throw ValidationError(
        "--covariance, --regularization, --prior and --rank belong to --model-type gmm.")
    }
    guard network.isCompatible else { return }
    if density.isGiven || temperature == .exact {
      throw ValidationError(
        "--compat ddu2021 has one kind of density and a grid of temperatures; leave the options out."
      )
    }
    let published = (
      models: ["resnet50", "wide_resnet", "vgg16"], sets: ["cifar10", "cifar100", "svhn"]
    )
    guard published.models.contains(network.model) else {
      throw ValidationError(
        "--compat ddu2021 evaluates \(published.models.joined(separator: ", ")); --model is \(network.model)."
      )
    }
    for name in [network.dataset] + outliers
    where !published.sets.contains(DatasetRegistry[name]?.id ?? name) {
      throw ValidationError(
        "--compat ddu2021 evaluates on \(published.sets.joined(separator: ", ")); ‘\(name)’ is none of them."
      )
    }
  }

  private func request() throws -> DensityEvaluationRun.Request {
    var settings = DensityEvaluation.Settings()
    if network.isCompatible {
      settings = .published(modelType)
    } else {
      settings.modelType = modelType
      settings.temperature = temperature ?? .exact
      settings.density = density.configuration
    }
    let names = outliers.isEmpty ? ["svhn"] : outliers
    let source = try network.source()
    let task = try network.task(source, source.open(part: .train))
    var request = DensityEvaluationRun.Request(
      checkpoints: DensityCheckpoints(
        model: network.model, folder: URL(fileURLWithPath: loadPath), seed: network.seed,
        spectralNorm: network.norm, isModified: network.modified, epoch: epoch,
        ensembleSize: modelType == .ensemble ? (network.isCompatible ? 5 : ensemble) : nil,
        isPublished: network.isCompatible),
      descriptor: try network.descriptor(), settings: try network.settings(task), runCount: runs,
      dataset: source, task: task,
      outliers: try names.map { try ImageSource($0, in: network.datasetRoot) },
      evaluation: settings)
    request.heldOutFraction = network.val
    request.inference.device = try network.chosenDevice()
    request.loading.batchSize = network.batchSize
    request.predictions = predictions.map { URL(fileURLWithPath: $0) }
    request.trainingLimit = trainingImages
    request.information = information(outliers: names, settings, request.inference.device)
    return request
  }

  /// The arguments as they take effect.
  private func information(
    outliers: [String], _ settings: DensityEvaluation.Settings, _ device: Device
  ) -> [String: SettingValue] {
    var information: [String: SettingValue] = [
      "seed": .number(Double(network.seed)), "dataset": .text(network.dataset),
      "ood_dataset": .text(outliers.joined(separator: ",")),
      "data_aug": .flag(false), "gpu": .flag(device != .cpu),
      "batch_size": .number(Double(network.batchSize)), "load_loc": .text(loadPath),
      "model": .text(network.model), "runs": .number(Double(runs)),
      "sn": .flag(network.spectralNorm), "coeff": .number(network.coeff),
      "mod": .flag(network.modified), "ensemble": .number(Double(ensemble)),
      "model_type": .text(modelType.rawValue),
      "dataset_root": .text(network.datasetRoot),
      "compat": .text(network.compat?.rawValue ?? "none"),
      "temperature": .text(settings.temperature.rawValue),
    ]
    switch epoch {
    case .number(let number): information["epoch"] = .number(Double(number))
    case .best: information["epoch"] = .text(epoch.rawValue)
    }
    guard modelType == .gmm else { return information }
    // 0 stands for all.
    information["training_images"] = .number(Double(trainingImages))
    information["covariance"] = .text(settings.density.covariance.rawValue)
    information["regularization"] = .text(settings.density.regularization.rawValue)
    information["prior"] = .text(settings.density.prior.rawValue)
    if settings.density.covariance == .lowRank {
      information["rank"] = .number(Double(settings.density.rank))
    }
    return information
  }

  func run() throws {
    try output.check()
    network.warnOfUnusedOptions()
    if network.givenAugments == true {
      ErrorText.warn("--data-aug has no effect: images are never varied in an evaluation.")
    }
    let folder = URL(fileURLWithPath: output.output ?? ".")
    _ = try AtomicOutput(folder: folder)
    let progress = Progress()
    defer { progress.finish() }
    var run = DensityEvaluationRun(try request())
    run.stage = { progress.enter($0) }
    run.progress = { title, state in
      progress.enter(title, detail: RunReporting.detail(state))
    }
    run.notice = { text in progress.interrupt { ErrorText.warn(text) } }
    let report = try run.report()
    progress.finish()
    for line in report.runs.flatMap(\.printedLines) { StandardError.writeLine(line) }
    var files: [String: Data] = [:]
    for name in report.outlierNames {
      var single = report
      single.information["ood_dataset"] = .text(name)
      files[report.fileName(of: name)] = Data(
        try DensityDocument(single, outliers: name, isPublished: network.isCompatible).text().utf8)
    }
    try AtomicOutput(folder: folder).write(files)
    try output.write(report)
    for name in files.keys.sorted() {
      StandardError.writeLine("Results: \(folder.appendingPathComponent(name).relativePath)")
    }
    if report.runs.contains(where: { !$0.failure.isEmpty }) { throw ExitCode(2) }
  }
}

extension DensityReport: WritableReport {
  static var formats: [ReportFormatDescriptor<Self>] { ReportFormatDescriptor<Self>.all }
  static var files: [(name: String, format: String)] {
    [("results.csv", "csv"), ("results.json", "json"), ("report.html", "html")]
  }
}

extension DensityCheckpoints.Epoch: ExpressibleByArgument {}
extension DensityEvaluation.ModelType: ExpressibleByArgument {}
extension DensityEvaluation.TemperatureSearch: ExpressibleByArgument {}
