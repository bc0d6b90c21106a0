import CredenceFiles
import Foundation

/// The seconds that the runs of one model have taken so far, kept in a file so that interrupted ones count.
struct ElapsedTime {
  private let file: URL
  private let before: Double
  private var noted = 0.0

  /// Reads what earlier runs took; nothing where there are none.
  init(_ file: URL) {
    self.file = file
    let text = try? String(contentsOf: file, encoding: .utf8)
    before = text.flatMap { Double($0) }.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil } ?? 0
  }

  /// Notes the seconds of this run so far, once a second at most.
  ///
  /// A file that can't be written costs only the time of a run that is interrupted.
  mutating func note(_ seconds: Double) {
    guard seconds >= noted + 1 else { return }
    noted = seconds
    guard let output = try? AtomicFile(file) else { return }
    try? output.write(Data("\(before + seconds)".utf8))
    try? output.finish()
  }

  /// The seconds of all runs, with so many of this one.
  func total(_ seconds: Double) -> Double { before + seconds }
}
