import ArgumentParser
import Credence
import Foundation

/// The command `credence detect`.
struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Tells which scores of stored predictions find out-of-distribution samples.",
    discussion: """
      Methods are fitted on the training predictions and score the others; AUROC, FPR@95 (positive: in-distribution), \
      AUPR-in and AUPR-out come with bootstrap intervals. Methods that lack something say what. Parameters are at their \
      published defaults, or chosen by AUROC on --validation-id and --validation-ood. Labeled in-distribution sets are \
      also scored as ‘credence score’ does it.

      FILE@LIST takes the samples that an image list names (a line each: path class), as OpenOOD's \
      benchmark_imglist/…/*.txt do.

      Methods: \(DetectionDescriptor.all.map(\.id).joined(separator: ", ")), or uncertainty.NAME for a stored uncertainty.

      Examples:
        credence detect --id test.npz --ood svhn.npz texture.npz --method msp,energy
        credence detect --id test.npz --train train.npz --ood near:cifar100.npz near:tin.npz far:svhn.npz
        credence detect --id test.npz --train train.npz --validation-id val.npz --validation-ood tin-val.npz --ood svhn.npz
        credence detect --id cifar10.npz --ood near:tin.npz@benchmark_imglist/cifar10/test_tin.txt
        credence detect --preset openood/cifar10 --predictions-dir predictions --lists data --format leaderboard
        credence detect --print-preset openood/cifar10 > mine.json
        credence detect --id test.npz --ood svhn.npz --method odin --model resnet18=w.pth --id-data cifar10 --ood-data svhn
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Predictions on in-distribution samples.", valueName: "file"))
  var id: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Predictions on the known classes under other conditions, which count as in-distribution.",
      valueName: "file"))
  var csid: [String] = []

  @Option(
    help: ArgumentHelp(
      "Predictions on the training set: statistics and neighbors.", valueName: "file"))
  var train: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Predictions on outliers; near:FILE and far:FILE are also averaged by group.",
      valueName: "[group:]file"))
  var ood: [String] = []

  @Option(
    name: .customLong("validation-id"),
    help: ArgumentHelp("In-distribution samples on which parameters are chosen.", valueName: "file")
  )
  var validationID: String?

  @Option(
    name: .customLong("validation-ood"),
    help: ArgumentHelp("Outliers on which parameters are chosen.", valueName: "file"))
  var validationOOD: String?

  @Option(
    help: ArgumentHelp(
      "A published benchmark: \(DetectionPreset.all.map(\.id).joined(separator: ", ")), or a JSON file.",
      valueName: "name"))
  var preset: String?

  @Option(
    name: .customLong("predictions-dir"),
    help: ArgumentHelp(
      "Where the files of --preset are, named <model>__<data set>__<split>.", valueName: "dir"))
  var predictionsFolder = "."

  @Option(
    help: ArgumentHelp(
      "The data folder with the image lists of --preset, which pick the samples and name the images for ODIN.",
      valueName: "dir"))
  var lists: String?

  @Option(
    name: .customLong("print-preset"),
    help: ArgumentHelp(
      "Print a benchmark as JSON, to be edited and given to --preset.", valueName: "name"))
  var printPreset: String?

  @Option(
    name: [.long, .customLong("methods")], parsing: .upToNextOption,
    help: ArgumentHelp("Methods, or all.", valueName: "list|all"))
  var method: [String] = ["all"]

  @Option(
    help: ArgumentHelp(
      "A parameter of a method, such as knn.k=10; may be repeated.", valueName: "method.name=value")
  )
  var set: [String] = []

  @Option(
    help: ArgumentHelp(
      "Weights that hold the last layer, where the predictions do not.", valueName: "file"))
  var head: String?

  @Option(
    help: ArgumentHelp(
      "The network, for ODIN and for the last layer; see ‘credence predict’.", valueName: "name"))
  var model: String?

  @Option(
    name: .customLong("id-data"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "The images of each --id, for ODIN: a path or a name, as for ‘credence predict’.",
      valueName: "path|name"))
  var idData: [String] = []

  @Option(
    name: .customLong("csid-data"), parsing: .upToNextOption,
    help: ArgumentHelp("The images of each --csid.", valueName: "path|name"))
  var csidData: [String] = []

  @Option(
    name: .customLong("ood-data"), parsing: .upToNextOption,
    help: ArgumentHelp("The images of each --ood.", valueName: "path|name"))
  var oodData: [String] = []

  @Option(
    name: .customLong("validation-id-data"),
    help: ArgumentHelp(
      "The images of --validation-id, to choose ODIN's parameters.", valueName: "path|name"))
  var validationIDData: String?

  @Option(
    name: .customLong("validation-ood-data"),
    help: ArgumentHelp("The images of --validation-ood.", valueName: "path|name"))
  var validationOODData: String?

  @Option(
    name: [.customLong("data-dir"), .customLong("data_dir")],
    help: ArgumentHelp("Where named data sets lie.", valueName: "dir"))
  var dataFolder = DatasetRegistry.defaultFolder

  @Option(
    name: .customLong("image-root"),
    help: ArgumentHelp(
      "The folder below which the images of image lists are; by default beside them, or as OpenOOD lays them out.",
      valueName: "dir"))
  var imageRoot: String?

  @Flag(
    name: .customLong("no-score"),
    help: "Leave out how far the predictions on the in-distribution sets can be trusted.")
  var hasNoScores = false

  @Option(help: ArgumentHelp("Resamples for the intervals; 0 for none.", valueName: "n"))
  var bootstrap = 1000

  @Option(help: ArgumentHelp("Reproduces resamples.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    name: .customLong("save-scores"),
    help: ArgumentHelp(
      "Also write each scored set with uncertainty.METHOD to this folder.", valueName: "dir"))
  var saveScores: String?

  @Option(help: ArgumentHelp("Where --model runs: cpu, cuda, cuda:1, mps.", valueName: "device"))
  var device = "cpu"

  @OptionGroup(title: "Reading") var reading: PredictionOptions
  @OptionGroup(title: "Output") var output: OutputOptions<DetectionReport>

  func validate() throws {
    _ = try reading.readOptions()
    _ = try requests()
    guard (0...1_000_000).contains(bootstrap) else {
      throw ValidationError("--bootstrap is \(bootstrap); it must be from 0 to 1000000.")
    }
    if printPreset != nil { return }
    if preset == nil {
      if id.isEmpty { throw ValidationError("Give the in-distribution predictions by --id.") }
      if ood.isEmpty { throw ValidationError("Give the outliers' predictions by --ood.") }
      if lists != nil {
        throw ValidationError("--lists goes with --preset; else name a list by FILE@LIST.")
      }
    } else if !id.isEmpty || !ood.isEmpty || !csid.isEmpty || train != nil || validationID != nil
      || validationOOD != nil
    {
      throw ValidationError(
        "--preset finds the files itself; leave --id, --csid, --train, --ood and --validation-… out."
      )
    }
    try validateImages()
    if Device(device) == nil {
      throw ValidationError("--device is ‘\(device)’; it must be cpu, cuda, cuda:N or mps.")
    }
    if validationOOD != nil, validationID == nil {
      throw ValidationError(
        "--validation-ood needs --validation-id: parameters chosen on test samples are too good.")
    }
  }

  /// Images belong to files, one each.
  private func validateImages() throws {
    let data =
      idData + csidData + oodData + [validationIDData, validationOODData].compactMap(\.self)
    if data.isEmpty { return }
    guard model != nil else { throw ValidationError("--id-data and its like need --model.") }
    guard idData.count == id.count, oodData.count == ood.count, csidData.count == csid.count else {
      throw ValidationError(
        "Give one --id-data per --id, one --ood-data per --ood and one --csid-data per --csid, in the same order."
      )
    }
    guard (validationIDData == nil) == (validationOODData == nil),
      validationIDData == nil || validationOOD != nil
    else {
      throw ValidationError(
        "--validation-id-data and --validation-ood-data go together, with --validation-id and --validation-ood."
      )
    }
  }

  /// The methods with the parameters that are set.
  private func requests() throws -> [DetectionRequest] {
    var ids = method.flatMap { $0.split(separator: ",").map(String.init) }
    if ids.contains("all") {
      ids = DetectionDescriptor.all.map(\.id) + ids.filter { $0.hasPrefix("uncertainty.") }
    }
    var requests: [DetectionRequest] = []
    for id in ids where !requests.contains(where: { $0.id == id }) {
      requests.append(DetectionRequest(id))
    }
    for text in set {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let names = parts[0].split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 2, names.count == 2, let value = Double(parts[1]) else {
        throw ValidationError("--set takes method.name=value, such as knn.k=10; ‘\(text)’ is none.")
      }
      guard let index = requests.firstIndex(where: { $0.id == names[0] }) else {
        throw ValidationError("--set \(text): ‘\(names[0])’ is not among the methods.")
      }
      requests[index].settings[names[1]] = value
    }
    do {
      for request in requests {
        _ = try DetectionDescriptor.named(request.id).completed(request.settings)
      }
    } catch {
      throw ValidationError(ErrorText.sentences(error))
    }
    return requests
  }

  func run() throws {
    if let printPreset {
      return try StandardOutput.write(DetectionPreset.named(printPreset).json())
    }
    try output.check()
    let progress = Progress()
    defer { progress.finish() }
    let members = try members(progress)
    var evaluator = DetectionEvaluator(requests: try requests())
    evaluator.bootstrap.replicates = bootstrap
    evaluator.seed = seed
    evaluator.progress = { progress.enter($0) }
    if !hasNoScores {
      var scoring = ScoreSettings()
      scoring.bootstrap.replicates = bootstrap
      scoring.seed = seed
      evaluator.scoring = scoring
    }
    if let head {
      let first = members[0].source
      evaluator.head = try LinearHead(
        contentsOf: URL(fileURLWithPath: head), classCount: first.classCount,
        featureCount: first.embeddingWidth)
    }
    if let saveScores {
      let target = try ScoredSetFolder(URL(fileURLWithPath: saveScores), for: members)
      for file in target.files { try OverwrittenInput.check(file, inputs: members.map(\.file)) }
      evaluator.keep = { try target.write($0, $1) }
    }
    if let model { try useNetwork(model, &evaluator, members, progress) }
    let report = try evaluator.report(members)
    progress.finish()
    if output.format != "table" { for warning in report.warnings { ErrorText.warn(warning) } }
    try output.write(report)
    // Of all methods some always lack something; of those asked for by name none should.
    let isComplete = method.contains("all") || report.methods.allSatisfy(\.unavailable.isEmpty)
    if !isComplete { throw ExitCode(2) }
  }

  private func useNetwork(
    _ name: String, _ evaluator: inout DetectionEvaluator, _ members: [DetectionMember],
    _ progress: Progress
  ) throws {
    progress.enter("reading \(name)")
    let (reference, overrides) = try ModelReference.parts(name)
    let references = try ModelReference.references(reference)
    guard references.count == 1, let device = Device(device) else {
      throw ValidationError("--model takes one network; ‘\(name)’ names \(references.count).")
    }
    var resolver = ModelResolver(
      hub: HubClient(try HubSettings()), inference: InferenceSettings(device: device),
      overrides: overrides)
    if let first = idData.first {
      resolver.dataset = try DatasetCatalog.registered(first)?.entry
    }
    let network = try resolver.networkDetection(references[0])
    evaluator.head = try evaluator.head ?? network.head()
    guard members.contains(where: { !$0.images.isEmpty }),
      let request = evaluator.requests.first(where: { $0.id == DetectionDescriptor.odin.id })
    else { return }
    evaluator.external.append(
      try network.odin(request, over: members, in: dataFolder, imageRoot: imageRoot) {
        progress.enter($0)
      })
  }

  private func members(_ progress: Progress) throws -> [DetectionMember] {
    var reader = DetectionMemberReader { try reading.read($0) }
    reader.progress = { progress.enter($0) }
    if let preset {
      let preset = try DetectionPreset.named(preset)
      let (members, missing) = try reader.members(
        of: preset, in: URL(fileURLWithPath: predictionsFolder), lists: lists)
      for name in missing {
        ErrorText.warn(
          "\(preset.id): there are no predictions on \(name) in ‘\(predictionsFolder)’.")
      }
      return members
    }
    var members: [DetectionMember] = []
    func add(_ files: [String], _ role: DetectionInput.Role, images: [String]) throws {
      for (index, file) in files.enumerated() {
        members.append(
          try reader.member(file, role: role, images: images.isEmpty ? "" : images[index]))
      }
    }
    try add(id, .inDistribution, images: idData)
    try add(csid, .covariateShifted, images: csidData)
    try add(train.map { [$0] } ?? [], .training, images: [])
    try add(
      validationID.map { [$0] } ?? [], .validation, images: validationIDData.map { [$0] } ?? [])
    try add(
      validationOOD.map { [$0] } ?? [], .validationOutliers,
      images: validationOODData.map { [$0] } ?? [])
    try add(ood, .outliers, images: oodData)
    return members
  }
}

extension DetectionReport: WritableReport {
  static var formats: [ReportFormatDescriptor<Self>] { ReportFormatDescriptor<Self>.all }
  static var files: [(name: String, format: String)] {
    [
      ("results.csv", "csv"), ("leaderboard.csv", "leaderboard"), ("results.json", "json"),
      ("report.html", "html"),
    ]
  }
}
