public import CredenceCalibration
public import CredenceData
import CredenceFiles
public import CredenceModels
public import CredenceNN
import CredencePredictions
import CredenceTensor
public import Foundation

/// Evaluates trained networks run by run: collects what each says about training, test and foreign images, and measures it.
///
/// Outputs are collected once per network and data set, with features where a density needs them, into files of predictions that other
/// commands read, too.
public struct DensityEvaluationRun {
  /// What is evaluated.
  public struct Request: Sendable {
    public var checkpoints: DensityCheckpoints
    /// The architecture, and what the networks were made with.
    public var descriptor: ModelDescriptor
    public var settings: NetworkSettings
    public var runCount: Int
    public var dataset: ImageSource
    /// What the networks know of its images.
    public var task: ImageTask
    public var outliers: [ImageSource]
    /// The part of the training images that was held out.
    public var heldOutFraction = 0.1
    public var evaluation: DensityEvaluation.Settings
    public var inference = InferenceSettings()
    public var loading = LoaderSettings()
    /// Where predictions are kept; a temporary folder that is removed where `nil`.
    public var predictions: URL?
    /// Only so many training images, the first of them in the order of the split; 0 for all.
    public var trainingLimit = 0
    /// The arguments of the command, which go into the results.
    public var information: [String: SettingValue] = [:]

    public init(
      checkpoints: DensityCheckpoints, descriptor: ModelDescriptor, settings: NetworkSettings,
      runCount: Int, dataset: ImageSource, task: ImageTask,
      outliers: [ImageSource], evaluation: DensityEvaluation.Settings
    ) {
      self.checkpoints = checkpoints
      self.descriptor = descriptor
      self.settings = settings
      self.runCount = runCount
      self.dataset = dataset
      self.task = task
      self.outliers = outliers
      self.evaluation = evaluation
    }
  }

  public var request: Request
  /// Told what is being done.
  public var stage: (String) -> Void = { _ in }
  /// Told after every batch.
  public var progress: (String, PredictionProgress) -> Void = { _, _ in }
  /// Told what the user should know meanwhile.
  public var notice: (String) -> Void = { _ in }

  public init(_ request: Request) { self.request = request }

  /// Evaluates all runs; one that fails is recorded with its reason, and left out as published under compatibility.
  ///
  /// - Returns: The report, with at least one run that has values.
  /// - Throws: In the first second for checkpoints and data sets that are not there; later the reason of the first run where all fail.
  public func report() throws -> DensityReport {
    let request = request
    guard request.runCount >= 1 else {
      throw EvaluationError.invalidSetting(
        name: "The number of runs", value: "\(request.runCount)", allowed: "1 or more")
    }
    let files = try (1...request.runCount).map { try request.checkpoints.files(of: $0) }
    let images = try DensityImages(request)
    let folder = try predictionFolder()
    defer {
      if request.predictions == nil { try? FileManager.default.removeItem(at: folder) }
    }
    var report = DensityReport(
      information: request.information, name: request.checkpoints.name,
      modelType: request.evaluation.modelType, dataset: request.dataset.name, runs: [])
    var firstFailure: (any Error)?
    for (index, files) in files.enumerated() {
      let number = index + 1
      do {
        let outputs = try outputs(of: number, files, images, folder)
        stage("Run \(number): measuring")
        var run = try DensityEvaluation(request.evaluation).run(number, outputs)
        run.inlierParts = images.test.subsets.map {
          DensityRun.Part(name: $0.name, samples: $0.samples)
        }
        report.warnings += run.warnings.map { "Run \(number): \($0)" }
        report.runs.append(run)
      } catch {
        firstFailure = firstFailure ?? error
        let reason = Self.sentences(error)
        notice("Run \(number) has no values: \(reason)")
        if !request.evaluation.isPublished {
          report.runs.append(DensityRun(number: number, failure: reason))
          report.warnings.append("Run \(number) has no values: \(reason)")
        }
      }
    }
    if !report.runs.contains(where: { $0.failure.isEmpty }), let firstFailure {
      throw firstFailure
    }
    return report
  }

  private static func sentences(_ error: any Error) -> String {
    guard let error = error as? any LocalizedError else { return error.localizedDescription }
    return [error.errorDescription, error.failureReason].compactMap { $0 }.joined(separator: " ")
  }

  private func predictionFolder() throws -> URL {
    let folder =
      request.predictions
      ?? FileManager.default.temporaryDirectory.appending(
        path: "credence-evaluate-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(
        file: folder.relativePath, reason: error.localizedDescription)
    }
    return folder
  }

  // MARK: - One run

  private func outputs(
    of run: Int, _ files: [URL], _ images: DensityImages, _ folder: URL
  ) throws -> DensityEvaluation.Outputs {
    var outputs = DensityEvaluation.Outputs(
      validation: [], test: [], outliers: images.outliers.map { ($0.name, []) })
    let isDensity = request.evaluation.modelType == .gmm
    // Whoever keeps the predictions may score them in other ways.
    let needsFeatures = isDensity || request.predictions != nil
    for (seed, file) in zip(request.checkpoints.splitSeeds(of: run), files) {
      let model = try model(file)
      let split = try images.split(seed: seed, isPublished: request.evaluation.isPublished)
      // Files of their own, so that nobody who reads them fits anything to images held out.
      if isDensity {
        outputs.training = try predictions(
          model, SelectedDataset(images.train, limited(split.training)), "train",
          request.dataset.name, folder, keepsFeatures: true)
      }
      let validation = try predictions(
        model, SelectedDataset(images.train, split.validation), "val", request.dataset.name, folder,
        keepsFeatures: needsFeatures)
      outputs.validation.append((validation, nil))
      outputs.test.append(
        try predictions(
          model, images.test, "test", request.dataset.name, folder, keepsFeatures: needsFeatures))
      for (index, (name, set)) in images.outliers.enumerated() {
        outputs.outliers[index].sets.append(
          try predictions(model, set, "test", name, folder, keepsFeatures: needsFeatures))
      }
    }
    return outputs
  }

  private func limited(_ training: [Int]) -> [Int] {
    request.trainingLimit > 0 ? Array(training.prefix(request.trainingLimit)) : training
  }

  private func model(_ file: URL) throws -> PredictionModel {
    stage("Loading \(file.relativePath)")
    let model = try ClassifierModel(
      request.descriptor, weights: TensorArchive(contentsOf: file),
      name: file.deletingPathExtension().lastPathComponent, settings: request.settings,
      classCount: request.task.classCount)
    var preprocessing = request.task.preprocessing
    preprocessing.cropMode = .fit
    return try PredictionModel(
      model, file: file, preprocessing: preprocessing, settings: request.inference)
  }

  private func predictions(
    _ model: PredictionModel, _ images: any ImageDataset, _ split: String, _ name: String,
    _ folder: URL, keepsFeatures: Bool
  ) throws -> PredictionSet {
    var settings = PredictionSettings()
    settings.loading = request.loading
    settings.keepsEmbeddings = keepsFeatures
    var predictor = Predictor(settings)
    let title = "\(model.name) on \(name) \(split)"
    stage(title)
    predictor.progress = { progress(title, $0) }
    predictor.notice = notice
    do {
      let result = try predictor.run(model, over: images, named: name, split: split, to: folder)
      return try PredictionReader.read(PredictionSource(result.file)).set
    } catch PredictionRunError.otherRun(let path, let differences) {
      throw EvaluationError.otherPredictions(file: path, differences: differences)
    }
  }
}

/// The images of an evaluation.
private struct DensityImages {
  let train: any ImageDataset
  let test: any ImageDataset
  let outliers: [(name: String, images: any ImageDataset)]
  private let heldOutFraction: Double

  init(_ request: DensityEvaluationRun.Request) throws {
    train = try request.dataset.open(part: .train)
    test = try request.dataset.open(part: .test, orWhole: false)
    outliers = try request.outliers.map {
      ($0.name, UnlabeledDataset(try $0.open(part: .test)))
    }
    heldOutFraction = request.heldOutFraction
    let names = [request.dataset.name] + outliers.map(\.name)
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw EvaluationError.invalidSetting(
        name: "The name of foreign images", value: "‘\(name)’",
        allowed: "one of its own: another set is called so, and predictions bear the name")
    }
  }

  /// The training images and those held out, as in training with the same seed.
  func split(seed: Int, isPublished: Bool) throws -> HeldOutSplit {
    guard let seed = UInt32(exactly: seed) else {
      throw EvaluationError.invalidSetting(
        name: "The seed", value: "\(seed)", allowed: "from 0 to 4,294,967,295")
    }
    return try HeldOutSplit(
      train, fraction: heldOutFraction, seed: seed, keeping: isPublished ? .none : .images)
  }
}

/// Some images of a data set, in an order of their own.
struct SelectedDataset: ImageDataset {
  let images: any ImageDataset
  let samples: [Int]

  init(_ images: any ImageDataset, _ samples: [Int]) {
    self.images = images
    self.samples = samples
  }

  var path: String { images.path }
  var count: Int { samples.count }
  var classNames: [String] { images.classNames }
  var numbersClassesByName: Bool { images.numbersClassesByName }
  func id(at index: Int) -> String { images.id(at: samples[index]) }
  func label(at index: Int) -> Int? { images.label(at: samples[index]) }
  func group(at index: Int) -> Int { images.group(at: samples[index]) }
  func content(at index: Int) throws(DatasetError) -> ImageContent {
    try images.content(at: samples[index])
  }
}
