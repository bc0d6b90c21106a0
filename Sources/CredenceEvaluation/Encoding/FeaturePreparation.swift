public import CredenceData
public import CredenceErrorAnalysis
import CredenceFiles
public import CredenceModels
public import CredenceNN
public import Foundation

/// Makes everything that the out-of-vocabulary stage of an error analysis needs: features of prompts and images, and the nearest training images.
///
/// ```swift
/// var preparation = FeaturePreparation(inputs, images: "imagenet/val")
/// preparation.training = .images("imagenet/train")
/// let results = try preparation.run(checkpoint, settings)
/// ```
public struct FeaturePreparation {
  /// Where embeddings of training images come from.
  public enum Training: Hashable, Sendable {
    /// The file that lies in the artefacts; without it no neighbors are made.
    case usual
    /// A folder with one folder of images for each class.
    case images(String)
    /// A file in the published form.
    case embeddings(String)
  }

  /// Where samples, annotations and classes are.
  public var inputs: ErrorAnalysisInputs
  /// The folder of the evaluated images.
  public var images: String
  public var training = Training.usual
  /// Whether images without annotations are encoded, too.
  public var encodesAllImages = false
  /// Batch size and threads.
  public var loading = LoaderSettings()
  /// Whether files of other runs are replaced.
  public var overwrites = false
  /// Told what is being done.
  public var stage: (String) -> Void = { _ in }
  /// Told after every batch what is being done and how far it is.
  public var progress: (_ stage: String, EncodingProgress) -> Void = { _, _ in }
  /// Told of each file.
  public var finished: (EncodingResult) -> Void = { _ in }
  /// Told what the user should know.
  public var notice: (String) -> Void = { _ in }

  public init(_ inputs: ErrorAnalysisInputs, images: String) {
    self.inputs = inputs
    self.images = images
  }

  /// What is encoded, read and checked before a network is opened.
  private struct Work {
    let prompts: [String]
    let images: NamedImages
    /// All samples, in the order of the predictions.
    let files: [String]
    let training: (images: any ImageDataset, targets: [Int])?
  }

  /// Encodes whatever is not there yet.
  ///
  /// Images are looked for and prompts cut into tokens before the first is encoded.
  ///
  /// - Parameters:
  ///   - checkpoint: The network.
  ///   - settings: Where and in what precision images are encoded.
  /// - Returns: The files written, or found as the same run would write them; the table of neighbors last, where there is one.
  /// - Throws: `ErrorAnalysisError`, `EncodingError`, `TokenizerError`, `ModelError`, `FileError`, `DatasetError`, `EngineError`.
  public func run(
    _ checkpoint: ImageTextCheckpoint, _ settings: InferenceSettings
  ) throws -> [URL] {
    stage("reading samples and prompts")
    let work = try prepare()
    for prompt in work.prompts { _ = try checkpoint.tokenizer.tokens(of: prompt) }
    stage("reading the weights of \(checkpoint.name)")
    let encoder = try ImageTextEncoder(checkpoint, settings)
    if let warning = PublishedWeights.check(checkpoint.weights, encoder.weightsSHA256) {
      notice(warning)
    }
    var writer = FeatureWriter(encoder: encoder)
    writer.loading = loading
    writer.overwrites = overwrites
    let places = KnowledgePlaces(inputs)
    var files: [URL] = []
    func keep(_ result: EncodingResult) {
      finished(result)
      files.append(result.file)
    }
    let usual = places.artefacts.appendingPathComponent("train_clip_embeddings.npz")
    var embeddings: URL? = FileManager.default.fileExists(atPath: usual.path) ? usual : nil
    if case .embeddings(let path) = training { embeddings = URL(fileURLWithPath: path) }
    if work.training == nil, let embeddings { try writer.checkWeights(of: embeddings) }
    func enter(_ text: String) {
      stage(text)
      writer.progress = { progress(text, $0) }
    }
    enter("encoding \(work.prompts.count) prompts")
    keep(
      try writer.writePrompts(
        work.prompts,
        to: places.artefacts.appendingPathComponent("clip_text_features.safetensors")))
    enter("encoding \(work.images.count) images")
    let features = places.folder.appendingPathComponent("clip_image_features.safetensors")
    keep(try writer.writeImages(work.images, to: features))
    if let training = work.training {
      enter("encoding \(training.images.count) training images")
      keep(try writer.writeTraining(training.images, targets: training.targets, to: usual))
      embeddings = usual
    }
    guard let embeddings else {
      let looked = EncodingError.missingTrainingEmbeddings(looked: [usual.relativePath])
      notice(
        "\(looked.localizedDescription) No table of neighbors was made. \(looked.recoverySuggestion ?? "")"
      )
      return files
    }
    files.append(try neighbors(work, features, embeddings, settings, places))
    return files
  }

  private func prepare() throws -> Work {
    var inputs = self.inputs
    // Neither matters to what is encoded.
    inputs.mistakes = .none
    inputs.imageNetM = .none
    var opening = KnowledgeOpening(inputs)
    try opening.openClasses()
    try opening.openSuperclasses()
    try opening.openSamples()
    let classes = try opening.classes()
    guard let hierarchy = opening.hierarchy else {
      throw ErrorAnalysisError.missing(.wordNet, looked: [])
    }
    let vocabulary = try ProposalVocabulary(
      classes: classes, hierarchy: hierarchy, superclasses: opening.superclasses())
    let list = try SampleList(
      contentsOf: opening.places.require(.samples), classCount: classes.count)
    let evaluated = try encodesAllImages ? list.files : opening.samples().files
    var training: (images: any ImageDataset, targets: [Int])?
    if case .images(let folder) = self.training {
      training = try Self.trainingImages(folder, classes)
    }
    return Work(
      prompts: vocabulary.prompts, images: try NamedImages(evaluated, in: images),
      files: list.files, training: training)
  }

  /// The images of a folder with one folder for each class, in the order of their names.
  private static func trainingImages(
    _ folder: String, _ classes: ClassList
  ) throws -> (images: any ImageDataset, targets: [Int]) {
    let images = try DatasetCatalog.open(path: folder)
    let numbers = Dictionary(uniqueKeysWithValues: zip(classes.ids, 0...))
    var targets: [Int] = []
    targets.reserveCapacity(images.count)
    for index in 0..<images.count {
      let name = images.id(at: index).prefix { $0 != "/" }
      guard let target = numbers[String(name)] else {
        throw EncodingError.unknownClassFolder(
          folder: folder, name: String(name), classes: classes.count)
      }
      targets.append(target)
    }
    return (images, targets)
  }

  private func neighbors(
    _ work: Work, _ features: URL, _ embeddings: URL, _ settings: InferenceSettings,
    _ places: KnowledgePlaces
  ) throws -> URL {
    let title = "finding the nearest training images"
    stage(title)
    let start = ContinuousClock.now
    let table = try NeighborTable(
      files: work.files, features: StoredFeatures(contentsOf: features),
      training: TrainingEmbeddings(contentsOf: embeddings), device: settings.device
    ) { done, total in
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let rate = seconds > 0 ? Double(done) / seconds : 0
      progress(
        title,
        EncodingProgress(
          done: done, total: total, perSecond: rate,
          secondsLeft: rate > 0 ? Double(total - done) / rate : .infinity))
    }
    let file = places.folder.appendingPathComponent("valid_clip_knn.npz")
    try table.write(to: file)
    return file
  }
}
