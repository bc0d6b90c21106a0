public import ArgumentParser
public import Credence
import Foundation

/// The command `credence fit`.
struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fits a rescaling, a threshold or a conformal policy on labeled predictions.",
    discussion: """
      The policy is one small JSON file, which ‘credence apply’ and the pure-Swift library load.

      Policies:
      \(PolicyKind.all.map { "  \($0.id.padding(toLength: 12, withPad: " ", startingAt: 0))\($0.purpose)" }.joined(separator: "\n"))

      Examples:
        credence fit validation.npz --policy temperature --output temperature.json
        credence fit validation.npz --policy threshold --accuracy 0.99
        credence fit validation.npz --policy threshold --risk 0.01 --delta 0.05
        credence fit validation.npz --policy conformal --alpha 0.1 --score raps
      """)

  @Argument(help: "Labeled predictions.")
  var predictions: String

  @Option(
    help: ArgumentHelp(
      "What to fit.", valueName: PolicyKind.all.map(\.id).joined(separator: "|")))
  var policy: String

  @Option(
    help: ArgumentHelp("The policy's file; POLICY.json unless told otherwise.", valueName: "file"))
  var output: String?

  @OptionGroup(title: "Reading") var reading: PredictionOptions

  @Option(help: "threshold: the accuracy of accepted predictions on the fit samples.")
  var accuracy: Double?

  @Option(help: "threshold: the risk that accepted predictions stay below, guaranteed by --delta.")
  var risk: Double?

  @Option(
    help:
      "threshold: the probability with which the guarantee may fail; 0.05 unless told otherwise.")
  var delta: Double?

  @Option(
    help: ArgumentHelp(
      "threshold: how the guarantee is reached.",
      valueName: GuaranteeProcedure.allCases.map(\.rawValue).joined(separator: "|")))
  var procedure: GuaranteeProcedure?

  @Option(
    help:
      "conformal: the share of samples whose true class may be missed; 0.1 unless told otherwise.")
  var alpha: Double?

  @Option(
    help: ArgumentHelp(
      "conformal: the score.",
      valueName: ConformalScore.allCases.map(\.rawValue).joined(separator: "|")))
  var score: ConformalScore?

  @Flag(help: "conformal: a quantile for each true class.")
  var classConditional = false

  @Flag(help: "conformal: always keep the most likely class in the set.")
  var neverEmpty = false

  @Flag(help: "conformal: randomize aps, raps and saps, for exact coverage.")
  var randomized = false

  @Flag(help: "threshold, conformal: fit a temperature first.")
  var withTemperature = false

  @Option(help: "histogram: bins.")
  var bins: Int?

  @Option(
    help: ArgumentHelp(
      "histogram: how bins are cut.",
      valueName: Binning.allCases.map(\.rawValue).joined(separator: "|")))
  var binning: Binning?

  @Option(help: "Reproduces whatever is drawn at random.")
  var seed = 1

  func validate() throws {
    guard PolicyKind.all.contains(where: { $0.id == policy }) else {
      throw ValidationError(
        "--policy is ‘\(policy)’; it must be one of \(PolicyKind.all.map(\.id).joined(separator: ", "))."
      )
    }
    _ = try reading.readOptions()
    if accuracy != nil, risk != nil {
      throw ValidationError("Give --accuracy or --risk: a threshold has one target.")
    }
    if delta != nil || procedure != nil, risk == nil {
      throw ValidationError("--delta and --procedure belong to --risk.")
    }
    if let accuracy, !(accuracy > 0 && accuracy <= 1) {
      throw ValidationError("--accuracy is \(accuracy); it must be above 0 and at most 1.")
    }
    for (name, value) in [("--risk", risk), ("--delta", delta), ("--alpha", alpha)] {
      if let value, !(value > 0 && value < 1) {
        throw ValidationError("\(name) is \(value); it must be between 0 and 1.")
      }
    }
    if let bins, bins < 1 { throw ValidationError("--bins is \(bins); it must be 1 or more.") }
    try checkOption("threshold", accuracy != nil || risk != nil, "--accuracy and --risk")
    try checkOption(
      "conformal",
      alpha != nil || score != nil || classConditional || neverEmpty || randomized,
      "--alpha, --score, --class-conditional, --never-empty and --randomized")
    try checkOption("histogram", bins != nil || binning != nil, "--bins and --binning")
    if withTemperature, !["threshold", "conformal"].contains(policy) {
      throw ValidationError("--with-temperature belongs to --policy threshold or conformal.")
    }
  }

  private func checkOption(_ kind: String, _ isGiven: Bool, _ names: String) throws {
    if isGiven, policy != kind {
      throw ValidationError("\(names) belong to --policy \(kind); this is --policy \(policy).")
    }
  }

  private func settings() -> PolicySettings {
    var settings = PolicySettings()
    if let accuracy { settings.target = .accuracy(accuracy) }
    if let risk {
      settings.target = .risk(risk, delta: delta ?? 0.05, procedure: procedure ?? .sgr)
    }
    if let alpha { settings.alpha = alpha }
    if let score { settings.conformal = ConformalMethod(score, isRandomized: randomized) }
    settings.isClassConditional = classConditional
    settings.allowsEmpty = !neverEmpty
    settings.fitsTemperature = withTemperature
    settings.seed = seed
    if let bins { settings.binCount = bins }
    if let binning { settings.binning = binning }
    return settings
  }

  func run() throws {
    let target = URL(fileURLWithPath: output ?? "\(policy).json")
    try OverwrittenInput.check(target, inputs: [predictions])
    _ = try AtomicOutput(folder: target.deletingLastPathComponent())
    let progress = Progress()
    defer { progress.finish() }
    progress.enter("reading \(predictions)")
    let set = try reading.read(predictions)
    progress.enter("fitting \(policy)")
    let fitted = try Policy.fit(PolicyKind.named(policy), on: set, settings: settings())
    try AtomicOutput(folder: target.deletingLastPathComponent()).write([
      target.lastPathComponent: fitted.json()
    ])
    progress.finish()
    print(
      """
      \(target.relativePath): \(fitted.kind), fitted on \(fitted.fitSize) samples
      \(fitted.definition)
      \(fitted.guarantee.text)
      """)
  }
}

extension GuaranteeProcedure: ExpressibleByArgument {}
extension ConformalScore: ExpressibleByArgument {}
extension Binning: ExpressibleByArgument {}
