import CredenceFiles
import CredencePredictions
public import Foundation

/// Why predictions can't be scored or compared.
public enum EvaluationError: LocalizedError, Hashable, Sendable {
  case unknownConfidence(name: String, known: [String])
  case unknownMetric(name: String, known: [String])
  /// A part for the fit that leaves too little.
  case validationTooLarge(validation: Int, samples: Int)
  case invalidSetting(name: String, value: String, allowed: String)
  case noLabels(file: String)
  /// Sets that are not about the same samples.
  case differentSamples(first: String, second: String, reason: String)
  case tooFewModels(Int)
  /// A run of a density evaluation that has no folder.
  case missingRun(run: Int, folder: String)
  /// A checkpoint that is under none of its names.
  case missingCheckpoint(folder: String, names: [String], present: [String])
  /// Kept predictions of other images, or of another network.
  case otherPredictions(file: String, differences: [String])

  public var errorDescription: String? {
    switch self {
    case .unknownConfidence(let name, _): "There is no confidence function ‘\(name)’."
    case .unknownMetric(let name, _): "There is no metric ‘\(name)’."
    case .validationTooLarge(let validation, let samples):
      "Holding out \(validation) of \(samples) labeled samples leaves fewer than 10 to score."
    case .invalidSetting(let name, let value, let allowed):
      "\(name) is \(value); it must be \(allowed)."
    case .noLabels(let file): "‘\(file)’ has no labels."
    case .differentSamples(let first, let second, _):
      "‘\(first)’ and ‘\(second)’ are not about the same samples."
    case .tooFewModels(let count): "A comparison needs two models, \(count) given."
    case .missingRun(let run, let folder): "Run \(run) has no folder ‘\(folder)’."
    case .missingCheckpoint(let folder, let names, _):
      "‘\(folder)’ has no checkpoint ‘\(names.first ?? "")’."
    case .otherPredictions(let file, _): "‘\(file)’ holds the predictions of another evaluation."
    }
  }

  public var failureReason: String? {
    switch self {
    case .unknownConfidence(_, let known): "Known are \(known.joined(separator: ", "))."
    case .unknownMetric(_, let known): "Known are \(known.joined(separator: ", "))."
    case .validationTooLarge: "The samples that fit the temperature can't judge it as well."
    case .invalidSetting: "The setting has no meaning outside that range."
    case .noLabels: "Whether a prediction is right is known by its label alone."
    case .differentSamples(_, _, let reason): reason
    case .tooFewModels: "There is nothing to compare."
    case .missingRun: "The checkpoints of run i are expected in the folder Run<i>."
    case .missingCheckpoint(_, let names, let present):
      (names.count > 1
        ? "Nor has it \(names.dropFirst().joined(separator: ", ")). " : "")
        + (present.isEmpty
          ? "It has no checkpoints at all."
          : "It has \(present.prefix(8).joined(separator: ", ")).")
    case .otherPredictions(_, let differences):
      "They differ in \(differences.joined(separator: ", "))."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .unknownConfidence(let name, let known), .unknownMetric(let name, let known):
      nearestName(to: name, in: known).map { "Did you mean ‘\($0)’?" }
    case .validationTooLarge: "Hold out fewer, or use --folds."
    case .invalidSetting: "Choose a value in the allowed range."
    case .noLabels:
      "Give them by --labels FILE, or --labels every:50 where rows stand in class order."
    case .differentSamples:
      "Compare predictions of the same samples; store sample names to match them in any order."
    case .tooFewModels: "Give the files of two models or more."
    case .missingRun: "Check --load-path, or ask for fewer --runs."
    case .missingCheckpoint: "Check --model, --seed, -sn, --coeff, -mod and --epoch."
    case .otherPredictions:
      "Choose another folder for --predictions, such as one for each --training-images, or remove the file."
    }
  }
}
