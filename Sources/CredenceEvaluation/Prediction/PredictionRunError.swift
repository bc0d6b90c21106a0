public import Foundation

/// Why a network can't be run over a data set, or parts can't be joined.
public enum PredictionRunError: LocalizedError, Hashable, Sendable {
  /// A file or a folder left by another run stands where this one would write.
  case otherRun(path: String, differences: [String])
  /// A run that another process is doing.
  case busy(path: String)
  /// Labels that the network has no class for.
  case classMismatch(model: String, classes: Int, dataset: String, datasetClasses: Int)
  /// Nothing to run.
  case noSamples(dataset: String)
  /// Files that are no parts of one run.
  case unmergeable(file: String, reason: String)
  /// Parts of a run that are not there.
  case missingShards(names: [String])
  /// Even a single image needs more memory than there is.
  case outOfMemory(reason: String)
  /// Logits that are not finite.
  case notFinite(model: String, sample: String)

  public var errorDescription: String? {
    switch self {
    case .otherRun(let path, _): "‘\(path)’ is of another run."
    case .busy(let path): "‘\(path)’ is being written by another run."
    case .classMismatch(let model, let classes, let dataset, let datasetClasses):
      "‘\(dataset)’ has \(datasetClasses) classes, and ‘\(model)’ tells \(classes) apart."
    case .noSamples(let dataset): "‘\(dataset)’ has no images."
    case .unmergeable(let file, _): "‘\(file)’ can't be joined with the others."
    case .missingShards(let names): "Parts are missing: \(names.joined(separator: ", "))."
    case .outOfMemory: "There is not enough memory for a batch of one image."
    case .notFinite(let model, let sample):
      "‘\(model)’ gives logits that are not finite, first for ‘\(sample)’."
    }
  }

  public var failureReason: String? {
    switch self {
    case .otherRun(_, let differences):
      "It differs in \(differences.joined(separator: ", "))."
    case .busy: "Two runs can't write the same predictions."
    case .classMismatch: "Labels are class numbers, and these can't all be right."
    case .noSamples: nil
    case .unmergeable(_, let reason): reason
    case .missingShards: "Every part of a run is needed, each once."
    case .outOfMemory(let reason): reason
    case .notFinite: "The precision does not suffice for this network, or its weights are damaged."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .otherRun: "Choose another --output, or replace it by --overwrite."
    case .busy: "Wait for it, or choose another --output."
    case .classMismatch:
      "Say which class number each folder has by --class-map, choose another model, or leave labels out by --no-labels, as for images of foreign classes."
    case .noSamples: "Check the path and --split."
    case .unmergeable: "Leave it out, or make it again."
    case .missingShards: "Make them by --shard and name them too."
    case .outOfMemory: "Use a smaller --img-size, --precision bfloat16, or another device."
    case .notFinite: "Use --precision float32, or another file of weights."
    }
  }
}
