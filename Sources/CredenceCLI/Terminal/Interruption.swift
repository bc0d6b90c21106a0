import Credence
@preconcurrency import Dispatch
import Foundation

/// What happens on Ctrl-C: unfinished files are removed, and the program ends with the shell's status for it.
enum Interruption {
  private static let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())

  static func handle() {
    signal(SIGINT, SIG_IGN)
    source.setEventHandler {
      UnfinishedFiles.discardAll()
      // Other threads may be computing: nothing of what they use is taken down.
      _exit(130)
    }
    source.resume()
  }
}
