public import Foundation

/// What can go wrong when a network is trained.
public enum TrainingError: LocalizedError, Hashable, Sendable {
  /// A setting has an impossible value.
  case badSetting(name: String, value: String, allowed: String)
  /// The loss is infinite or not a number.
  case diverged(epoch: Int, batch: Int, loss: String)
  /// A stored state belongs to another training.
  case stateMismatch(file: String, what: String, stored: String, wanted: String)
  /// A stored state that can't be read.
  case malformedState(file: String, problem: String)
  /// The folder holds a training of the same name.
  case nameTaken(name: String, folder: String, former: String, canResume: Bool)
  /// Another process trains under the same name.
  case inUse(name: String, folder: String)
  /// A sample without a class number, or with one that the network has no output for.
  case badLabel(sample: String, label: String, classCount: Int)
  /// There is nothing to learn from.
  case noSamples(what: String)

  public var errorDescription: String? {
    switch self {
    case .badSetting(let name, let value, _): "\(name) is \(value)."
    case .diverged(let epoch, let batch, let loss):
      "The loss is \(loss) in epoch \(epoch), around batch \(batch)."
    case .stateMismatch(let file, let what, let stored, let wanted):
      "‘\(file)’ can't be continued: \(what) was \(stored) and is now \(wanted)."
    case .malformedState(let file, let problem):
      "‘\(file)’ is no correct state of a training: \(problem)."
    case .nameTaken(let name, let folder, let former, _):
      "‘\(folder)’ holds a training ‘\(name)’: \(former)."
    case .inUse(let name, let folder): "‘\(name)’ in ‘\(folder)’ is being trained right now."
    case .badLabel(let sample, let label, _): "The image ‘\(sample)’ has the class \(label)."
    case .noSamples(let what): "There are no \(what) samples."
    }
  }

  public var failureReason: String? {
    switch self {
    case .badSetting(let name, _, let allowed): "\(name) must be \(allowed)."
    case .diverged: "The steps are too long, or the data hold values that are not finite."
    case .stateMismatch: "A training goes on only with the settings that it was started with."
    case .malformedState: "It is damaged, or was written by something else."
    case .nameTaken(_, _, _, let canResume):
      canResume
        ? "Another training does not replace it."
        : "Another training does not replace it, and without its state it can't be continued."
    case .inUse: "Another process holds the lock on its folder in stats_logging."
    case .badLabel(_, _, let classCount): "Classes are numbered from 0 to \(classCount - 1)."
    case .noSamples: "The data set is empty, or all of it was split off."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .badSetting: "Choose another value."
    case .diverged: "Lower the learning rate, add warm-up epochs, or limit the gradients' norm."
    case .stateMismatch:
      "Give the former setting, choose another --save-path, or start anew by --overwrite instead of --resume."
    case .malformedState: "Start anew by --overwrite instead of --resume."
    case .nameTaken(_, _, _, let canResume):
      canResume
        ? "Go on with it by --resume, choose another --save-path, or replace it by --overwrite."
        : "Choose another --save-path, or replace it by --overwrite."
    case .inUse: "Wait for it, or choose another --save-path."
    case .badLabel: "Correct the labels, or choose the data set that the network is made for."
    case .noSamples: "Choose another data set or another split."
    }
  }
}
