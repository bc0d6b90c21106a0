import Credence
@preconcurrency import Dispatch
import Foundation
import Synchronization

/// What happens on Ctrl-C: unfinished files are removed, and the program ends with the shell's status for it.
///
/// A command that stores its state asks to finish the step at hand first; then only the second Ctrl-C ends the program at once.
enum Interruption {
  private static let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
  private static let waitsForCommand = Atomic(false)
  private static let wasRequested = Atomic(false)

  static func handle() {
    signal(SIGINT, SIG_IGN)
    source.setEventHandler {
      let isFirst = !wasRequested.exchange(true, ordering: .sequentiallyConsistent)
      if isFirst, waitsForCommand.load(ordering: .sequentiallyConsistent) {
        StandardError.writeLine("\nStoring the state; once more to end at once.")
        return
      }
      UnfinishedFiles.discardAll()
      // Other threads may be computing: nothing of what they use is taken down.
      _exit(130)
    }
    source.resume()
  }

  /// Lets the command look at `isRequested` itself from now on.
  static func letCommandFinish() {
    waitsForCommand.store(true, ordering: .sequentiallyConsistent)
  }

  /// Whether somebody pressed Ctrl-C.
  static var isRequested: Bool { wasRequested.load(ordering: .sequentiallyConsistent) }
}
