public import ArgumentParser
public import Credence
import Foundation

/// Which confidences and metrics are computed, and how.
struct MetricOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Confidence functions: \(ConfidenceFunction.all.map(\.id).joined(separator: ", ")), or uncertainty.NAME for a \
      stored uncertainty. energy and max_logit_pnorm take a parameter: energy_2.
      """, valueName: "list"))
  var confidence = "msp"

  @Option(
    help: ArgumentHelp("Accuracies at which coverage is reported (SAC).", valueName: "list"))
  var sac: String?

  @Option(name: .customLong("sac-min-count"), help: "Fewest accepted samples that count for SAC.")
  var sacMinimumCount = 0

  @Option(
    name: .customLong("sac-rule"),
    help: ArgumentHelp(
      "Which coverage SAC reports.",
      valueName: SACRule.allCases.map(\.rawValue).joined(separator: "|")))
  var sacRule = SACRule.largestCoverage

  @Option(
    name: .customLong("risk-at"),
    help: ArgumentHelp("Coverages at which the selective risk is reported.", valueName: "list"))
  var riskAt: String?

  @Option(
    name: .customLong("coverage-at-risk"),
    help: ArgumentHelp("Risks at which the coverage is reported.", valueName: "list"))
  var coverageAtRisk: String?

  @Option(help: "Bins of the calibration errors.")
  var bins = 15

  @Option(
    help: ArgumentHelp(
      "Metrics that are computed on request only, such as kde_ece.", valueName: "list"))
  var include: String?

  @Option(help: ArgumentHelp("Resamples for the intervals; 0 for none.", valueName: "n"))
  var bootstrap = 1000

  @Option(help: ArgumentHelp("Which metrics get an interval.", valueName: "default|all"))
  var intervals = IntervalChoice.default

  @Option(help: ArgumentHelp("Reproduces folds, splits and resamples.", valueName: "n"))
  var seed: UInt64 = 1

  enum IntervalChoice: String, ExpressibleByArgument, CaseIterable {
    case `default`
    case all
  }

  /// The settings that these options stand for.
  func settings() throws -> ScoreSettings {
    var settings = ScoreSettings()
    settings.confidences = Self.names(confidence)
    if let sac { settings.metrics.accuracies = try Self.fractions(sac, option: "--sac") }
    if let riskAt { settings.metrics.coverages = try Self.fractions(riskAt, option: "--risk-at") }
    if let coverageAtRisk {
      settings.metrics.risks = try Self.fractions(coverageAtRisk, option: "--coverage-at-risk")
    }
    settings.metrics.sacMinimumCount = sacMinimumCount
    settings.metrics.sacRule = sacRule
    settings.metrics.binCount = bins
    settings.requestedMetrics = include.map(Self.names) ?? []
    settings.bootstrap.replicates = bootstrap
    settings.bootstrap.includesCostlyMetrics = intervals == .all
    settings.seed = seed
    try checkNames(settings)
    return settings
  }

  /// Unknown names and numbers out of range fail before any file is read.
  private func checkNames(_ settings: ScoreSettings) throws {
    guard (1...1000).contains(bins) else {
      throw ValidationError("--bins is \(bins); it must be from 1 to 1000.")
    }
    guard (0...1_000_000).contains(bootstrap) else {
      throw ValidationError("--bootstrap is \(bootstrap); it must be from 0 to 1000000.")
    }
    guard sacMinimumCount >= 0 else {
      throw ValidationError("--sac-min-count is \(sacMinimumCount); it must be 0 or more.")
    }
    for name in settings.confidences
    where !name.hasPrefix("uncertainty.") && ConfidenceFunction.named(name) == nil {
      throw ValidationError(
        ErrorText.sentences(
          EvaluationError.unknownConfidence(name: name, known: ConfidenceFunction.all.map(\.id))))
    }
    let known =
      MetricDescriptor<ScoredOutcomes>.all(settings.metrics).map(\.id)
      + MetricDescriptor<ProbabilisticOutcomes>.all(settings.metrics).map(\.id)
    if let name = settings.requestedMetrics.first(where: { !known.contains($0) }) {
      throw ValidationError(
        ErrorText.sentences(EvaluationError.unknownMetric(name: name, known: known)))
    }
  }

  private static func names(_ list: String) -> [String] {
    list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter {
      !$0.isEmpty
    }
  }

  private static func fractions(_ list: String, option: String) throws -> [Double] {
    try names(list).map { text in
      guard let value = Double(text), (0...1).contains(value) else {
        throw ValidationError(
          "\(option) takes fractions from 0 to 1, such as 0.95,0.99; ‘\(text)’ is none.")
      }
      return value
    }
  }
}

extension SACRule: ExpressibleByArgument {}
