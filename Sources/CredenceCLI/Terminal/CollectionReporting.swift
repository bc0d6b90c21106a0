import Credence
import Foundation

/// Says on standard error how far a collection of predictions is.
enum CollectionReporting {
  /// A reporter that writes through a progress line.
  static func reporter(_ progress: Progress) -> ErrorCollection.Reporter {
    var reporter = ErrorCollection.Reporter()
    reporter.stage = { progress.enter($0) }
    reporter.progress = { title, state in
      progress.enter(title, detail: RunReporting.detail(state))
    }
    reporter.notice = { text in progress.interrupt { ErrorText.warn(text) } }
    reporter.failure = { model, error in
      progress.interrupt { ErrorText.write(error, about: model.isEmpty ? nil : model) }
    }
    reporter.outcome = { outcome in
      progress.interrupt { StandardError.writeLine(ErrorText.printable(summary(outcome))) }
    }
    return reporter
  }

  private static func summary(_ outcome: CollectedModel) -> String {
    var text = "\(outcome.modelID): \(outcome.sampleCount) predictions"
    if let accuracy = outcome.accuracy { text += String(format: ", top-1 %.2f %%", 100 * accuracy) }
    if outcome.isReused { return text + ", made before" }
    if let seconds = outcome.seconds { text += String(format: ", %.1f s", seconds) }
    if outcome.resumedCount > 0 { text += ", \(outcome.resumedCount) of them by an earlier run" }
    return text
  }
}
