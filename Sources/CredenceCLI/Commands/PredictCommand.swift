import ArgumentParser
import Credence
import Foundation

/// The command `credence predict`.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Runs networks over images and stores their predictions.",
    discussion: """
      Models: names that ‘credence models’ lists, with or without a tag (resnet50, resnet50.a1_in1k), patterns \
      ('vit_*'), repositories of a model hub (timm/resnet50.a1_in1k), weights from a file (resnet50=best.pth), \
      folders with config.json, TorchScript files and AOTInductor packages (model.pt, model.pt2). What differs in the \
      images of one model is added to its name: squeezenet1_0=w.safetensors+img-size=227. A checkpoint that Credence \
      wrote needs no more than its path; of a state dictionary of other programs the network is wrn28_10=FILE, with \
      +sn=3.0 and +mod=true where its norms are bounded and its blocks modified.

      A --method predicts with several members and stores the logits of each: dropout left on, views of each image, \
      networks trained independently (several --model), last layers on one body, a posterior of the last layer, draws \
      around the mean of several checkpoints.

      A file that the same run has made is not made again, and an interrupted run goes on where it stopped.

      Examples:
        credence predict --model resnet50 --data imagenet/val --output predictions
        credence predict --model 'vit_*,deit_*' --data imagenet --split val --output predictions --embeddings
        credence predict --model resnet50=best.pth --data photos --output out --shard 0/4
        credence predict --model exported.pt --data photos --output out --img-size 384 --mean 0.5,0.5,0.5 --std 0.5,0.5,0.5
        credence predict --model wrn28_10=w.model+sn=3.0 --data cifar10 --output out --method mc-dropout --samples 20
        credence predict --model run1.safetensors run2.safetensors --data cifar10 --output out --method ensemble
        credence predict --model w.safetensors --data cifar10 --output out --method laplace --train train.safetensors
        credence predict --model resnet18=w.pth --preset openood/cifar10 --data-dir data --output out --embeddings
      """)

  @Option(
    name: [.customLong("model"), .customLong("models")], parsing: .upToNextOption,
    help: ArgumentHelp("Models, with commas or blanks between them.", valueName: "name"))
  var models: [String]

  @OptionGroup(title: "Images") var images: ImageOptions

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp("The folder of the predictions.", valueName: "dir"))
  var output: String

  @Flag(help: "Also store embeddings, and the last layer where it is linear.")
  var embeddings = false

  @Option(
    help: ArgumentHelp(
      "Run one of n equal parts, i from 0; ‘credence merge’ joins them.", valueName: "i/n"))
  var shard: String?

  @Flag(
    name: .customLong("no-labels"),
    help:
      "Leave labels out: the images have none of the network's classes, as for ‘credence detect’.")
  var hasNoLabels = false

  @Option(
    help: ArgumentHelp(
      "Run over the image lists of a benchmark of ‘credence detect’ that are below --data-dir.",
      valueName: "name"))
  var preset: String?

  @Flag(help: "Replace files and unfinished parts of other runs.")
  var overwrite = false

  @OptionGroup(title: "Models") var options: ModelOptions

  @OptionGroup(title: "Methods") var methods: MethodOptions

  func validate() throws {
    _ = try part()
    guard preset == nil || (images.paths.isEmpty && images.folders.count == 1) else {
      throw ValidationError(
        "--preset names the images itself; give the folder of benchmark_imglist by --data-dir, and no --data."
      )
    }
  }

  private func part() throws -> Shard {
    guard let shard else { return .whole }
    do {
      return try Shard(argument: shard)
    } catch {
      throw ValidationError(ErrorText.sentences(error))
    }
  }

  /// The images of a benchmark's lists.
  private func listedImages(_ name: String) throws -> [NamedDataset] {
    let preset = try DetectionPreset.named(name)
    let (datasets, missing) = try preset.datasets(in: images.folders[0])
    for list in missing { ErrorText.warn("\(preset.id): there is no ‘\(list)’.") }
    if datasets.isEmpty { throw ExitCode(1) }
    return datasets
  }

  func run() throws {
    let method = try methods.choice(images.settings(), in: images.registryFolder)
    var references = try options.models(
      models, mayShareNames: method?.descriptor.models == .several)
    if let rate = methods.dropoutRate {
      for index in references.indices { references[index].overrides.network.dropoutRate = rate }
    }
    var datasets = try preset.map(listedImages) ?? images.datasets()
    if hasNoLabels { datasets = datasets.map { $0.withoutLabels() } }
    var settings = PredictionSettings()
    settings.loading = images.settings(shard: try part())
    settings.keepsEmbeddings = embeddings
    settings.overwrites = overwrite
    var resolver = try options.resolver()
    if preset == nil { resolver.dataset = try images.firstPublished() }
    var run = BenchmarkRun(resolver, settings)
    let progress = Progress()
    run.reporter = RunReporting.reporter(progress)
    let folder = URL(fileURLWithPath: output)
    let (outcomes, failures) =
      method.map { run.run($0, of: references, over: datasets, to: folder) }
      ?? run.run(references, over: datasets, to: folder)
    progress.finish()
    for outcome in outcomes { try StandardOutput.write(outcome.result.file.relativePath + "\n") }
    if outcomes.isEmpty { throw ExitCode(1) }
    if !failures.isEmpty { throw ExitCode(2) }
  }
}
