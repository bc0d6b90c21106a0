import ArgumentParser
import Credence
import Foundation

/// The command `credence errors features`.
struct ErrorsFeaturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Encodes images and names for the out-of-vocabulary stage.",
    discussion: """
      Encodes each evaluated image and each name that can be proposed once, by CLIP, OpenCLIP or SigLIP, and finds the \
      training images that look most like each evaluated one. Below the artefacts it writes

        clip_text_features.safetensors             the names
        DATASET/clip_image_features.safetensors    the images
        train_clip_embeddings.npz                  the training images, with --train
        DATASET/valid_clip_knn.npz                 the 50 nearest of them

      A file that the same run has made is not made again, and an interrupted run goes on where it stopped.

      --clip names a folder with the files of a repository of the model hub, OpenAI's ViT-L-14-336px.pt, or a \
      repository. The published results rest on openai/clip-vit-large-patch14-336.

      Examples:
        credence errors features --clip clip-vit-large-patch14-336 --images imagenet/val --train imagenet/train
        credence errors features --clip ViT-L-14-336px.pt --images imagenet/val --train-embeddings train_clip_embeddings.npz
        credence errors features --clip openai/clip-vit-large-patch14-336 --images imagenet-a --dataset imagenet-a --device cuda
      """, aliases: ["encode"])

  @Option(help: ArgumentHelp("A folder, a file or a repository of weights.", valueName: "weights"))
  var clip: String

  @Option(
    help: ArgumentHelp(
      "The evaluated images, as CLASS/FILE or FILE in this folder.", valueName: "dir"))
  var images: String

  @Option(
    help: ArgumentHelp(
      "The training images, in one folder for each class.", valueName: "dir"))
  var train: String?

  @Option(
    help: ArgumentHelp(
      "Embeddings of the training images in the published form, in place of --train.",
      valueName: "file"))
  var trainEmbeddings: String?

  @Flag(help: "Also encode images without annotations, which no analysis needs.")
  var allImages = false

  @OptionGroup var data: ErrorDataOptions

  @Option(
    name: [.customShort("b"), .customLong("batch-size"), .customLong("batch_size")],
    help: ArgumentHelp("Images per batch.", valueName: "n"))
  var batchSize = 32

  @Option(help: ArgumentHelp("Threads that read images.", valueName: "n"))
  var workers: Int?

  @Option(help: ArgumentHelp("Where to compute: cpu, cuda, cuda:1, mps.", valueName: "device"))
  var device: String?

  @Option(
    help: ArgumentHelp(
      "What images are encoded in; features are stored in float32, and the file says which it was.",
      valueName: "float32|bfloat16|float16"))
  var precision = "float32"

  @Option(help: ArgumentHelp("Threads of one operation on the CPU.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Use what is on this machine; never ask the model hub.")
  var offline = false

  @Flag(help: "Replace files and unfinished parts of other runs.")
  var overwrite = false

  func validate() throws {
    if train != nil, trainEmbeddings != nil {
      throw ValidationError("--train-embeddings stands in place of --train.")
    }
    guard (1...100_000).contains(batchSize) else {
      throw ValidationError("--batch-size is \(batchSize); it must be from 1 to 100000.")
    }
    if let workers, !(1...1024).contains(workers) {
      throw ValidationError("--workers is \(workers); it must be from 1 to 1024.")
    }
    if let device, Device(device) == nil {
      throw ValidationError("--device is ‘\(device)’; it must be cpu, cuda, cuda:N or mps.")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); it must be from 1 to 1024.")
    }
    guard let type = ElementType(rawValue: precision),
      [.float32, .bfloat16, .float16].contains(type)
    else {
      throw ValidationError(
        "--precision is ‘\(precision)’; it must be float32, bfloat16 or float16.")
    }
  }

  func run() throws {
    if let threads { try Engine.setThreadCount(threads) }
    var settings = InferenceSettings()
    settings.elementType = ElementType(rawValue: precision) ?? .float32
    settings.device = try device.flatMap { Device($0) }?.checked() ?? Device.available()[0]
    var hub = try HubSettings()
    if offline { hub.isOffline = true }
    let progress = Progress()
    defer { progress.finish() }
    progress.enter("opening \(clip)")
    let located = try ImageTextResolver(hub: HubClient(hub)).located(clip) { state in
      let part = state.total.map { "\(100 * state.received / max(1, $0)) %" }
      progress.enter(
        "fetching \(state.url.lastPathComponent)", detail: part ?? "\(state.received) bytes")
    }
    for notice in located.notices { progress.interrupt { ErrorText.warn(notice) } }
    var preparation = FeaturePreparation(data.inputs, images: images)
    if let train { preparation.training = .images(train) }
    if let trainEmbeddings { preparation.training = .embeddings(trainEmbeddings) }
    preparation.encodesAllImages = allImages
    preparation.loading.batchSize = batchSize
    if let workers { preparation.loading.workerCount = workers }
    preparation.overwrites = overwrite
    RunReporting.report(preparation: &preparation, progress)
    let files = try preparation.run(located.checkpoint, settings)
    progress.finish()
    for file in files { try StandardOutput.write(file.relativePath + "\n") }
  }
}
