import Credence
import Foundation

/// Says on standard error how far a run over images is.
enum RunReporting {
  /// A reporter that writes through a progress line.
  static func reporter(_ progress: Progress) -> BenchmarkRun.Reporter {
    var reporter = BenchmarkRun.Reporter()
    reporter.stage = { progress.enter($0) }
    reporter.progress = { title, state in
      progress.enter(title, detail: detail(state))
    }
    reporter.notice = { text in progress.interrupt { ErrorText.warn(text) } }
    reporter.failure = { failure in
      let subject =
        failure.dataset.isEmpty ? failure.model : "\(failure.model) on \(failure.dataset)"
      progress.interrupt { ErrorText.write(failure.error, about: subject) }
    }
    reporter.outcome = { outcome in
      progress.interrupt { StandardError.writeLine(summary(outcome)) }
    }
    return reporter
  }

  /// How far a run over images is.
  static func detail(_ state: PredictionProgress) -> String {
    detail(state.done, of: state.total, state.imagesPerSecond, secondsLeft: state.secondsLeft)
  }

  /// How far corrupted images are made.
  static func detail(_ state: CorruptionProgress) -> String {
    detail(state.done, of: state.total, state.imagesPerSecond, secondsLeft: state.secondsLeft)
  }

  /// Lets a preparation of features say how far it is.
  static func report(preparation: inout FeaturePreparation, _ progress: Progress) {
    preparation.stage = { progress.enter($0) }
    preparation.progress = { stage, state in
      let rate = String(format: "%.1f", state.perSecond)
      progress.enter(
        stage,
        detail: "\(state.done) of \(state.total), \(rate)/s, \(time(state.secondsLeft)) left")
    }
    preparation.notice = { text in progress.interrupt { ErrorText.warn(text) } }
    preparation.finished = { result in
      progress.interrupt { StandardError.writeLine(summary(result)) }
    }
  }

  private static func summary(_ result: EncodingResult) -> String {
    let title = "\(result.file.lastPathComponent): \(result.count) rows"
    if result.isReused { return "\(title), made before" }
    let seconds = result.duration / .seconds(1)
    var text = "\(title) in \(time(seconds))"
    let done = result.count - result.resumedCount
    if seconds > 0 { text += String(format: ", %.1f/s", Double(done) / seconds) }
    if result.resumedCount > 0 { text += ", \(result.resumedCount) of them by an earlier run" }
    return text
  }

  private static func detail(
    _ done: Int, of total: Int, _ imagesPerSecond: Double, secondsLeft: Double
  ) -> String {
    let rate = String(format: "%.1f", imagesPerSecond)
    return "\(done) of \(total) images, \(rate) images/s, \(time(secondsLeft)) left"
  }

  /// What a run that corrupts images did.
  static func summary(_ result: CorruptedDatasetWriter.Result) -> String {
    let seconds = result.duration / .seconds(1)
    var text = "\(result.madeCount) corrupted images (\(result.benchmark.rawValue))"
    text += " in \(time(seconds))"
    if seconds > 0, result.madeCount > 0 {
      text += String(format: ", %.1f images/s", Double(result.madeCount) / seconds)
    }
    if result.presentCount > 0 { text += "; \(result.presentCount) were there before" }
    if !result.skipped.isEmpty { text += "; \(result.skipped.count) clean images left out" }
    return text
  }

  private static func summary(_ outcome: BenchmarkRun.Outcome) -> String {
    let result = outcome.result
    let title = "\(outcome.model) on \(outcome.dataset.name)"
    if result.isReused { return "\(title): \(result.sampleCount) predictions, made before" }
    let seconds = result.duration / .seconds(1)
    let done = result.sampleCount + result.skippedCount - result.resumedCount
    var text = "\(title): \(result.sampleCount) predictions in \(time(seconds))"
    if seconds > 0 { text += String(format: ", %.1f images/s", Double(done) / seconds) }
    if result.resumedCount > 0 { text += ", \(result.resumedCount) of them by an earlier run" }
    if result.skippedCount > 0 { text += "; \(result.skippedCount) images left out" }
    return text
  }

  private static func time(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "unknown time" }
    if seconds < 10 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 120 { return "\(whole) s" }
    if whole < 7200 { return "\(whole / 60) min" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
