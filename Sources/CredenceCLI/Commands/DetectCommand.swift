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
      published defaults, or chosen by AUROC on --validation-id and --validation-ood.

      Methods: \(DetectionDescriptor.all.map(\.id).joined(separator: ", ")), or uncertainty.NAME for a stored uncertainty.

      Examples:
        credence detect --id test.npz --ood svhn.npz texture.npz --method msp,energy
        credence detect --id test.npz --train train.npz --ood near:cifar100.npz near:tin.npz far:svhn.npz
        credence detect --id test.npz --train train.npz --validation-id val.npz --validation-ood tin-val.npz --ood svhn.npz
        credence detect --preset openood/cifar10 --predictions-dir predictions --format leaderboard
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
    help: ArgumentHelp("The images of each --id, for ODIN.", valueName: "path"))
  var idData: [String] = []

  @Option(
    name: .customLong("ood-data"), parsing: .upToNextOption,
    help: ArgumentHelp("The images of each --ood, for ODIN.", valueName: "path"))
  var oodData: [String] = []

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
    if preset == nil {
      if id.isEmpty { throw ValidationError("Give the in-distribution predictions by --id.") }
      if ood.isEmpty { throw ValidationError("Give the outliers' predictions by --ood.") }
    } else if !id.isEmpty || !ood.isEmpty || !csid.isEmpty || train != nil {
      throw ValidationError(
        "--preset finds the files itself; leave --id, --csid, --train and --ood out.")
    }
    if !idData.isEmpty || !oodData.isEmpty {
      guard model != nil else { throw ValidationError("--id-data and --ood-data need --model.") }
      guard idData.count == id.count, oodData.count == ood.count, csid.isEmpty else {
        throw ValidationError(
          "Give one --id-data per --id and one --ood-data per --ood, in the same order; without --csid."
        )
      }
    }
    if Device(device) == nil {
      throw ValidationError("--device is ‘\(device)’; it must be cpu, cuda, cuda:N or mps.")
    }
    if validationOOD != nil, validationID == nil {
      throw ValidationError(
        "--validation-ood needs --validation-id: parameters chosen on test samples are too good.")
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
    try output.check()
    let progress = Progress()
    defer { progress.finish() }
    let members = try preset.map { try presetMembers($0, progress) } ?? givenMembers(progress)
    var evaluator = DetectionEvaluator(requests: try requests())
    evaluator.bootstrap.replicates = bootstrap
    evaluator.seed = seed
    evaluator.progress = { progress.enter($0) }
    if let head {
      let first = members[0].source
      evaluator.head = try LinearHead(
        contentsOf: URL(fileURLWithPath: head), classCount: first.classCount,
        featureCount: first.embeddingWidth)
    }
    if let model { try useNetwork(model, &evaluator, members, progress) }
    if let saveScores {
      let folder = URL(fileURLWithPath: saveScores)
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      } catch {
        throw FileError.unwritable(file: saveScores, reason: "The folder can't be made.")
      }
      evaluator.keep = { try keep($0, $1, in: folder) }
    }
    let report = try evaluator.report(members)
    progress.finish()
    if output.format != "table" { for warning in report.warnings { ErrorText.warn(warning) } }
    try output.write(report)
    // Of all methods some always lack something; of those asked for by name none should.
    let isComplete = method.contains("all") || report.methods.allSatisfy(\.unavailable.isEmpty)
    if !isComplete { throw ExitCode(2) }
  }

  // MARK: - Network

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
    let resolver = ModelResolver(
      hub: HubClient(try HubSettings()), inference: InferenceSettings(device: device),
      overrides: overrides)
    let network = try resolver.networkDetection(references[0])
    evaluator.head = try evaluator.head ?? network.head()
    guard !idData.isEmpty, let request = evaluator.requests.first(where: { $0.id == "odin" }) else {
      return
    }
    let settings = try DetectionDescriptor.odin.completed(request.settings)
    var values: [String: [Double]] = [:]
    let tests = members.filter { [.inDistribution, .outliers].contains($0.role) }
    for (member, path) in zip(tests, idData + oodData) {
      let datasets = try NamedDataset.open(path: path, split: nil, labels: nil, classMap: nil)
      guard datasets.count == 1, datasets[0].images.count == member.source.sampleCount else {
        throw ValidationError(
          "‘\(path)’ holds \(datasets.map(\.images.count)) images, but ‘\(member.source.file)’ \(member.source.sampleCount) samples."
        )
      }
      network.progress = { progress.enter("ODIN on \(member.name): \($0) of \($1)") }
      values[member.source.file] = try network.odin(ODIN(settings), over: datasets[0].images)
    }
    let odin = DetectionDescriptor.odin
    evaluator.external.append(
      ExternalDetection(
        method: DetectedMethod(
          id: odin.id, title: odin.title, source: odin.source, parameters: settings),
        uncertainties: values))
  }

  // MARK: - Files

  private func givenMembers(_ progress: Progress) throws -> [DetectionMember] {
    var members: [DetectionMember] = []
    func add(_ file: String, _ role: DetectionInput.Role, group: String = "") throws {
      progress.enter("reading \(file)")
      members.append(
        DetectionMember(
          DetectionSource(try reading.read(file), file: file), role: role, group: group))
    }
    for file in id { try add(file, .inDistribution) }
    for file in csid { try add(file, .covariateShifted) }
    if let train { try add(train, .training) }
    if let validationID { try add(validationID, .validation) }
    if let validationOOD { try add(validationOOD, .validationOutliers) }
    for argument in ood {
      let (group, file) = Self.group(argument)
      try add(file, .outliers, group: group)
    }
    return members
  }

  /// `near:FILE` as its group and file; a path that exists is that file, even if it contains a colon.
  private static func group(_ argument: String) -> (group: String, file: String) {
    guard !FileManager.default.fileExists(atPath: argument),
      let colon = argument.firstIndex(of: ":"),
      argument[..<colon].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }),
      colon > argument.startIndex
    else { return ("", argument) }
    return (String(argument[..<colon]), String(argument[argument.index(after: colon)...]))
  }

  private func presetMembers(_ name: String, _ progress: Progress) throws -> [DetectionMember] {
    let preset = try DetectionPreset.named(name)
    let files = try DetectionPresetFiles(folder: URL(fileURLWithPath: predictionsFolder))
    var members: [DetectionMember] = []
    var missing: [String] = []
    func add(
      _ dataset: DetectionPreset.DataSet, _ role: DetectionInput.Role, group: String = ""
    ) throws {
      guard let file = try files.file(of: dataset)?.relativePath else {
        missing.append(
          ([dataset.name, dataset.split].filter { !$0.isEmpty }).joined(separator: " "))
        return
      }
      progress.enter("reading \(file)")
      members.append(
        DetectionMember(
          DetectionSource(try reading.read(file), file: file), role: role, name: dataset.name,
          group: group))
    }
    try add(preset.inDistribution, .inDistribution)
    for dataset in preset.covariateShifted { try add(dataset, .covariateShifted) }
    try add(preset.training, .training)
    try add(preset.validation, .validation)
    if members.contains(where: { $0.role == .validation }) {
      try add(preset.validationOutliers, .validationOutliers)
    }
    for group in preset.groups {
      for dataset in group.datasets { try add(dataset, .outliers, group: group.name) }
    }
    for name in missing {
      ErrorText.warn("\(preset.id): there are no predictions on \(name) in ‘\(predictionsFolder)’.")
    }
    return members
  }

  /// Writes a set with its new uncertainties.
  private func keep(
    _ member: DetectionMember, _ scores: [(id: String, values: [Double])], in folder: URL
  ) throws {
    var set = member.source.set
    for (id, values) in scores { set.uncertainties[id] = values }
    let stem = URL(fileURLWithPath: member.source.file).deletingPathExtension().lastPathComponent
    let target = folder.appendingPathComponent("\(stem).safetensors")
    try OverwrittenInput.check(target, inputs: [member.source.file])
    try set.write(to: target, format: .safetensors)
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
