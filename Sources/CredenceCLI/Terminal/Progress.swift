@preconcurrency import Dispatch
import Foundation

/// Says on standard error what a long command is doing, from its third second on.
///
/// On a terminal one line is rewritten; elsewhere each stage is a line of its own, and so is its detail now and then.
final class Progress: Sendable {
  private let state = DispatchQueue(label: "credence.progress")
  private let timer: any DispatchSourceTimer
  private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) != 0
  private nonisolated(unsafe) var stage = ""
  private nonisolated(unsafe) var detail = ""
  private nonisolated(unsafe) var secondsOfDetail = 0
  private nonisolated(unsafe) var lastWritten = ""
  private let start = DispatchTime.now()

  init() {
    timer = DispatchSource.makeTimerSource(queue: state)
    timer.schedule(deadline: .now() + 2, repeating: 0.5)
    timer.setEventHandler { [weak self] in self?.tick() }
    timer.resume()
  }

  deinit { timer.cancel() }

  /// Names what is being done now, and how far it is.
  func enter(_ stage: String, detail: String = "") {
    state.sync {
      self.stage = stage
      self.detail = detail
    }
  }

  /// Writes something else between two states of the line.
  func interrupt(_ write: () -> Void) {
    state.sync {
      if isTerminal, !lastWritten.isEmpty { StandardError.write("\r\u{1B}[K") }
      write()
    }
  }

  /// Ends the line.
  func finish() {
    state.sync {
      timer.cancel()
      if isTerminal, !lastWritten.isEmpty { StandardError.write("\r\u{1B}[K") }
    }
  }

  // Runs on the queue, which alone touches the state.
  private func tick() {
    let seconds = Int(Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9)
    let text = detail.isEmpty ? "\(stage) (\(seconds) s)" : "\(stage): \(detail)"
    if isTerminal {
      StandardError.write("\r\u{1B}[K\(text)")
    } else if stage != lastWritten {
      StandardError.write(detail.isEmpty ? "\(stage) (after \(seconds) s)\n" : "\(text)\n")
      secondsOfDetail = seconds
    } else if !detail.isEmpty, seconds >= secondsOfDetail + 15 {
      StandardError.write("\(text)\n")
      secondsOfDetail = seconds
    }
    lastWritten = stage
  }
}
