import Foundation

/// What an analysis found, in a few numbers: how often each kind of answer occurs.
public struct AnalysisSummary: Codable, Sendable {
  /// One model.
  public struct Row: Codable, Sendable {
    public var model: String
    /// How many samples that are not problematic were given each kind of answer, by its published key.
    public var counts: [String: Int]
    /// Mistakes that a stage which was left out might have told apart; problematic samples are among them.
    public var undecided: Int
  }

  public var dataset: String
  /// Annotated samples.
  public var samples: Int
  /// Those that are not problematic; the counts are of them.
  public var counted: Int
  public var rows: [Row]
  /// Tables that were used again.
  public var reused: Int
  /// Distinct pairs of image and prediction that were decided.
  public var decisions: Int
  /// Models that were left out.
  public var refused: [String]
  /// What is left out, such as `oov=skipped`.
  public var marks: [String]
  /// What the superclasses are, and their hash.
  public var superclasses: String
  public var manifest: AnalysisManifest

  public init(_ result: ErrorAnalysis.Result, knowledge: ErrorKnowledge) {
    dataset = knowledge.samples.dataset
    samples = knowledge.samples.count
    counted = knowledge.samples.isProblematic.count { !$0 }
    rows = result.tables.map { table in
      var counts = [Int](repeating: 0, count: ErrorType.allCases.count)
      for (outcome, isProblematic) in zip(table.outcomes, knowledge.samples.isProblematic)
      where !isProblematic {
        counts[Int(outcome.type.rawValue)] += 1
      }
      return Row(
        model: table.model.folder,
        counts: Dictionary(
          uniqueKeysWithValues: ErrorType.allCases.map { ($0.key, counts[Int($0.rawValue)]) }),
        undecided: table.outcomes.count { $0.isUndecided })
    }
    reused = result.reusedCount
    decisions = result.decisionCount
    refused = result.refused.map(\.model)
    marks = knowledge.marks
    superclasses = knowledge.superclasses.source
    manifest = knowledge.manifest
  }

  /// The numbers as JSON.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// A line for each of the first models, and totals.
  public var text: String {
    let kinds: [(title: String, type: ErrorType)] =
      [("correct", .correct)]
      + zip(
        ["overlap", "other label", "fine", "fine OOV", "spurious", "untypical", "failure"],
        ErrorType.mistakes
      ).map { ($0, $1) }
    let shown = rows.prefix(20)
    let width = max(5, shown.map(\.model.count).max() ?? 0)
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    var lines = [
      "model" + String(repeating: " ", count: width - 5)
        + kinds.map { "  " + padded($0.title, 8) }.joined()
        + (marks.isEmpty ? "" : "  undecided")
    ]
    for row in shown {
      lines.append(
        row.model + String(repeating: " ", count: width - row.model.count)
          + kinds.map { kind in
            "  " + padded("\(row.counts[kind.type.key] ?? 0)", max(8, kind.title.count))
          }.joined() + (marks.isEmpty ? "" : "  " + padded("\(row.undecided)", 9)))
    }
    if rows.count > shown.count { lines.append("… and \(rows.count - shown.count) more models") }
    lines.append(
      "\(dataset): \(rows.count) \(rows.count == 1 ? "model" : "models") on \(counted) of \(samples) "
        + "annotated samples that are not problematic; \(decisions) distinct predictions decided, "
        + "\(reused) \(reused == 1 ? "table" : "tables") used again")
    if !marks.isEmpty { lines.append("Left out: \(marks.joined(separator: ", "))") }
    return lines.joined(separator: "\n") + "\n"
  }
}
