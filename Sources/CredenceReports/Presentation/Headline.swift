import CredenceEvaluation

/// The answer in words that a report begins with.
struct Headline: Sendable {
  /// What the sentences are about; rows that differ only in their rescaling share one headline.
  let subject: String
  /// Whole sentences, the most important first.
  let sentences: [String]

  /// One headline per subject, in the order of the rows.
  static func all(of report: ScoreReport) -> [Self] {
    let rows = report.entries.map(\.row)
    let labels = EntryLabels(rows)
    var order: [String] = []
    var groups: [String: [Int]] = [:]
    for (index, subject) in labels.subjects.enumerated() {
      if groups[subject] == nil { order.append(subject) }
      groups[subject, default: []].append(index)
    }
    return order.map { subject in
      Self(subject: subject, entries: (groups[subject] ?? []).map { report.entries[$0] })
    }
  }

  /// For several subjects: which is best at what, before any rescaling.
  static func leaders(of report: ScoreReport) -> [String] {
    let labels = EntryLabels(report.entries.map(\.row))
    let firsts = labels.subjects.indices.filter {
      labels.subjects.firstIndex(of: labels.subjects[$0]) == $0
    }
    func leader(_ id: String, _ claim: String, lowerIsBetter: Bool = false) -> String? {
      let values = firsts.compactMap { index in
        report.entries[index].row.metrics[id].map { (value: $0, subject: labels.subjects[index]) }
      }
      let best = lowerIsBetter ? values.map(\.value).min() : values.map(\.value).max()
      guard let best, values.count > 1 else { return nil }
      let names = values.filter { $0.value == best }.map(\.subject).joined(separator: ", ")
      return "\(claim): \(names) (\(MetricStyle(id: id).text(best)))."
    }
    return [
      leader("accuracy", "Most accurate"),
      leader("sac_0.99", "Most predictions accepted at 99 % accuracy"),
      leader("auroc", "Confidence separates right from wrong best (AUROC)"),
      leader("ece", "Smallest calibration error (ECE) before rescaling", lowerIsBetter: true),
    ].compactMap { $0 }
  }

  private init(subject: String, entries: [ScoreEntry]) {
    self.subject = subject
    var sentences: [String] = []
    if let first = entries.first {
      sentences += Self.selection(first.row)
      sentences += Self.calibration(first)
      for other in entries.dropFirst() { sentences += Self.rescaling(first, other) }
    }
    self.sentences = sentences
  }

  private static func selection(_ row: ResultRow) -> [String] {
    let all = row.metrics["accuracy"].map {
      "\(NumberText.percent($0)) of all \(NumberText.count(row.samples, "prediction")) are right"
    }
    // 99 % is the target people ask for; else the strictest that can be met says most.
    let targets = row.metrics.compactMap { key, value in
      key.hasPrefix("sac_") ? Double(key.dropFirst(4)).map { (target: $0, coverage: value) } : nil
    }
    let reachable = targets.filter { $0.coverage > 0 }
    let chosen =
      reachable.first { $0.target == 0.99 } ?? reachable.max { $0.target < $1.target }
    if let chosen {
      let accepted =
        "Accept the most confident \(NumberText.percent(chosen.coverage)) of predictions, and "
        + "at least \(NumberText.shortPercent(chosen.target)) of those are right"
      return [accepted + (all.map { "; \($0)." } ?? ".")]
    }
    let none = targets.map(\.target).min().map {
      "no confidence threshold reaches \(NumberText.shortPercent($0)) accuracy"
    }
    let parts = [all, none].compactMap { $0 }
    return parts.isEmpty ? [] : [parts.joined(separator: "; ") + "."]
  }

  private static func calibration(_ entry: ScoreEntry) -> [String] {
    guard let gap = entry.diagnostics.confidenceGap else { return [] }
    let size = NumberText.percent(abs(gap))
    let direction =
      abs(gap) < 0.005
      ? "Confidences are right on average (mean confidence and accuracy differ by \(size))"
      : gap > 0
        ? "Confidences are too high by \(size) on average"
        : "Confidences are too low by \(size) on average"
    let error = entry.row.metrics["ece"].map {
      "; calibration error (ECE) \(NumberText.percent($0))"
    }
    return [direction + (error ?? "") + "."]
  }

  private static func rescaling(_ before: ScoreEntry, _ after: ScoreEntry) -> [String] {
    var changes: [String] = []
    for (id, name) in [("ece", "the calibration error"), ("auroc", "AUROC")] {
      guard let old = before.row.metrics[id], let new = after.row.metrics[id] else { continue }
      let texts = [old, new].map(NumberText.percent)
      changes.append(
        texts[0] == texts[1]
          ? "\(name) stays at \(texts[1])" : "\(name) is \(texts[1]) instead of \(texts[0])")
    }
    guard !changes.isEmpty else { return [] }
    let scaling = after.row.rescaling == "temperature" ? "temperature scaling" : after.row.rescaling
    let parameter = after.row.parameters["temperature"].map { " (T = \(NumberText.short($0)))" }
    return ["After \(scaling)\(parameter ?? "") \(changes.joined(separator: ", "))."]
  }
}

extension Diagnostics {
  /// Mean confidence − accuracy over the bins of the reliability diagram; nil without bins.
  var confidenceGap: Double? {
    let count = reliability.reduce(0) { $0 + $1.count }
    guard count > 0 else { return nil }
    return reliability.reduce(0) { $0 + Double($1.count) * ($1.meanConfidence - $1.accuracy) }
      / Double(count)
  }
}
