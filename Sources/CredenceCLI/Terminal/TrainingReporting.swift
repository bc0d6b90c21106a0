import Credence
import Foundation

/// Says how far a training is: progress on standard error, a line for every epoch on standard output.
final class TrainingReporting {
  private let progress: Progress
  private let name: String
  private let isPublished: Bool
  private let batchSize: Int
  /// Whether an epoch ended in this run.
  private(set) var hasToldEpochs = false

  /// - Parameters:
  ///   - progress: The line that is rewritten.
  ///   - name: The checkpoint's name.
  ///   - isPublished: Whether the lines are those of the published program.
  ///   - batchSize: Images per batch, for these.
  init(_ progress: Progress, name: String, isPublished: Bool, batchSize: Int) {
    self.progress = progress
    self.name = name
    self.isPublished = isPublished
    self.batchSize = batchSize
  }

  /// Tells an event.
  ///
  /// - Throws: `StreamError` where nobody reads any more.
  func tell(_ event: ClassifierTraining.Event) throws {
    switch event {
    case .reading(let done, let total):
      progress.enter("\(name): reading images", detail: "\(done) of \(total)")
    case .wrote(let url):
      if isPublished {
        try write("Model saved to  \(url.relativePath)")
      } else {
        progress.interrupt { StandardError.writeLine("wrote \(url.relativePath)") }
      }
    case .notice(let text): progress.interrupt { ErrorText.warn("\(name): \(text)") }
    case .training(.saved): break
    case .training(.batch(let batch)): try tell(batch)
    case .training(.epoch(let record)): try tell(record)
    }
  }

  private func tell(_ batch: BatchProgress) throws {
    if isPublished {
      guard batch.batch % 10 == 0 else { return }
      let percent = 100 * Double(batch.batch) / Double(batch.batchCount)
      try write(
        String(
          format: "Train Epoch: %d [%d/%d (%.0f%%)]\tLoss: %.6f", batch.epoch - 1,
          batch.samplesBefore, batch.batchCount * batchSize, percent, batch.loss))
    } else {
      progress.enter(
        "\(name): epoch \(batch.epoch)",
        detail: "batch \(batch.batch + 1) of \(batch.batchCount), loss "
          + String(format: "%.4f, %.0f images/s", batch.loss, batch.samplesPerSecond))
    }
  }

  private func tell(_ record: EpochRecord) throws {
    hasToldEpochs = true
    if isPublished {
      try write(
        String(
          format: "====> Epoch: %d Average loss: %.4f", record.epoch - 1,
          record.loss(.published)))
      return
    }
    var line = "\(name): epoch \(record.epoch), loss " + String(format: "%.4f", record.loss)
    if let validation = record.validation {
      line += String(
        format: ", held out: accuracy %.2f %%, NLL %.4f", 100 * validation.accuracy,
        validation.nll)
    }
    line += String(format: ", %.1f s", record.seconds)
    if record.seconds > 0 {
      line += String(format: ", %.0f images/s", Double(record.sampleCount) / record.seconds)
    }
    if record.isBest == true { line += ", best so far" }
    try write(line)
  }

  private func write(_ line: String) throws {
    var failure: (any Error)?
    progress.interrupt {
      do { try StandardOutput.write(line + "\n") } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
