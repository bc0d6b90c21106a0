public import CredenceErrorAnalysis

extension ConfidentMistakes {
  /// What is accepted at each accuracy, by kind of mistake, and the surest mistakes, for a terminal.
  ///
  /// - Parameter style: Whether headings are bold.
  /// - Returns: Text that ends with a line break.
  public func table(style: TextStyle = .plain) -> String {
    let right = settings.reading == .label ? "the original label" : "any correct label"
    var lines = ErrorTableText.wrapped(
      "\(model) · \(dataset) · \(NumberText.count(sampleCount, "image")) · confidence \(confidence) · right: \(right)"
    ).map(style.bold)
    lines += ErrorTableText.wrapped(
      "Accuracy \(NumberText.percent(accuracy)), AURC \(NumberText.short(1000 * aurc)) × 10⁻³.")
    for level in levels {
      lines.append("")
      guard let threshold = level.threshold else {
        lines += ErrorTableText.wrapped(
          "At \(NumberText.shortPercent(level.accuracy)) accuracy no threshold accepts anything.")
        continue
      }
      let dominant = level.dominant.map { "; most are \($0.title.lowercased())" } ?? ""
      lines += ErrorTableText.wrapped(
        "At \(NumberText.shortPercent(level.accuracy)) accuracy \(NumberText.percent(level.coverage)) are accepted, from a "
          + "confidence of \(NumberText.short(threshold)); \(NumberText.count(level.acceptedMistakes, "mistake"))\(dominant)."
      ).map(style.bold)
      lines += PlainTable(
        title: "Kind", names: level.shares.map(\.type.title),
        columns: [
          TableColumn(title: "accepted", cells: level.shares.map { String($0.accepted) }),
          TableColumn(
            title: "of accepted", cells: level.shares.map { Self.share($0.shareOfAccepted) }),
          TableColumn(title: "all", cells: level.shares.map { String($0.all) }),
          TableColumn(title: "of all", cells: level.shares.map { Self.share($0.shareOfAll) }),
        ]
      ).lines(style: style)
    }
    if !curves.isEmpty {
      lines.append("")
      lines += PlainTable(
        title: "Risk by kind", names: curves.map(\.type.title),
        columns: [
          TableColumn(title: "mistakes", cells: curves.map { String($0.count) }),
          TableColumn(
            title: "AURC × 1000", cells: curves.map { NumberText.short(1000 * $0.aurc) }),
        ]
      ).lines(style: style)
    }
    for curve in curves {
      lines.append("")
      lines.append(style.bold("Surest: \(curve.type.title.lowercased())"))
      for mistake in mistakes where mistake.type == curve.type {
        lines.append(
          "  \(NumberText.fixed(mistake.confidence, 4))  "
            + TerminalText.sanitized(mistake.file) + "  \(mistake.target) → \(mistake.prediction)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func share(_ value: Double?) -> String { value.map(NumberText.percent) ?? "–" }

  /// One record per model, accuracy and kind after RFC 4180.
  public static func csv(_ results: [Self]) -> String {
    var csv = CSVText(header: [
      "model", "dataset", "confidence", "right", "samples", "accuracy", "aurc", "level", "coverage",
      "threshold", "accepted_samples", "accepted_mistakes", "type", "accepted", "share_of_accepted",
      "all", "share_of_all", "aurc_of_type",
    ])
    for result in results {
      for level in result.levels {
        for share in level.shares {
          let curve = result.curves.first { $0.type == share.type }
          csv.append([
            result.model, result.dataset, result.confidence, result.settings.reading.rawValue,
            String(result.sampleCount), CSVText.number(result.accuracy),
            CSVText.number(result.aurc), CSVText.number(level.accuracy),
            CSVText.number(level.coverage), level.threshold.map(CSVText.number) ?? "",
            String(level.acceptedSamples), String(level.acceptedMistakes), share.type.key,
            String(share.accepted), share.shareOfAccepted.map(CSVText.number) ?? "",
            String(share.all), share.shareOfAll.map(CSVText.number) ?? "",
            CSVText.number(curve?.aurc ?? 0),
          ])
        }
      }
    }
    return csv.text
  }

  /// The results in the schema `credence.errors.confidence/1`.
  ///
  /// - Throws: `EncodingError`.
  public static func json(_ results: [Self]) throws -> String {
    try ErrorDocument.text(schema, results)
  }
}
