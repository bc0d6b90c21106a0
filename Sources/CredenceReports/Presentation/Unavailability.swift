import CredenceEvaluation

/// Why values are missing, with equal reasons said once.
enum Unavailability {
  /// One sentence per reason.
  ///
  /// For example `– AUROC, AURC: there are no wrong predictions.`
  static func lines(of report: ScoreReport, labels: EntryLabels) -> [String] {
    let rows = report.entries.map(\.row)
    let columns = report.columns.byID
    var order: [Reason] = []
    var metrics: [Reason: [String]] = [:]
    for id in report.metricIDs {
      for reason in reasons(for: id, rows: rows) {
        if metrics[reason] == nil { order.append(reason) }
        metrics[reason, default: []].append(MetricStyle(id: id).title(in: columns))
      }
    }
    return order.map { reason in
      let titles = (metrics[reason] ?? []).joined(separator: ", ")
      let scope = reason.rows.count == rows.count ? "" : " (\(scope(reason.rows, labels)))"
      return "– \(titles)\(scope): \(reason.text)."
    }
  }

  /// Names some of the rows: a subject stands for all its rows.
  private static func scope(_ rows: [Int], _ labels: EntryLabels) -> String {
    var names: [String] = []
    for row in rows {
      let subject = labels.subjects[row]
      let members = labels.subjects.indices.filter { labels.subjects[$0] == subject }
      let name = Set(members).isSubset(of: rows) ? subject : labels.labels[row]
      if names.last != name { names.append(name) }
    }
    return names.joined(separator: "; ")
  }

  /// The rows that lack a metric, by reason, in the order of the rows.
  private static func reasons(for id: String, rows: [ResultRow]) -> [Reason] {
    var texts: [String] = []
    var found: [String: [Int]] = [:]
    for (index, row) in rows.enumerated() {
      guard row.metrics[id] == nil, let text = row.unavailable[id] else { continue }
      if found[text] == nil { texts.append(text) }
      found[text, default: []].append(index)
    }
    return texts.map { Reason(text: $0, rows: found[$0] ?? []) }
  }

  private struct Reason: Hashable {
    let text: String
    let rows: [Int]
  }
}
