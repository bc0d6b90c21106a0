import CredenceErrorAnalysis
import Foundation

/// The modules of the published error analysis, and how many of their models can be run here.
public struct PublishedModuleList: Sendable {
  /// A module.
  public struct Row: Hashable, Sendable {
    public let module: String
    public let modelCount: Int
    /// Models that run by themselves: network and published weights are known.
    public let runnableCount: Int
    /// Models that run with a file of weights.
    public let weightlessCount: Int
  }

  /// Modules in the published order.
  public let rows: [Row]

  public init() {
    rows = PublishedModule.all.map { module in
      let ways = module.models.map(\.availability)
      return Row(
        module: module.id, modelCount: module.models.count,
        runnableCount: ways.count { if case .published = $0 { true } else { false } },
        weightlessCount: ways.count { if case .needsWeights = $0 { true } else { false } })
    }
  }

  /// The list as a terminal shows it.
  public func table() -> String {
    let width = rows.map(\.module.count).max() ?? 0
    func line(_ name: String, _ columns: [String]) -> String {
      TerminalText.padded(name, to: width)
        + columns.map { "  " + TerminalText.padded($0, to: 12, alignsRight: true) }.joined()
    }
    var lines = [line("module", ["models", "run here", "with weights"])]
    lines += rows.map {
      line($0.module, [$0.modelCount, $0.runnableCount, $0.weightlessCount].map(String.init))
    }
    lines.append(
      line(
        "all",
        [\Row.modelCount, \.runnableCount, \.weightlessCount].map { key in
          String(rows.reduce(0) { $0 + $1[keyPath: key] })
        }))
    lines.append("")
    lines.append("run here: the network is known and its weights are on the model hub.")
    lines.append("with weights: the network is known, and NAME=FILE gives its weights.")
    return lines.joined(separator: "\n") + "\n"
  }
}
