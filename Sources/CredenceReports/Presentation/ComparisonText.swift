import CredenceEvaluation
import CredenceMetrics

extension MetricStyle {
  /// A difference with its sign; of fractions, in percentage points.
  func signed(_ difference: Double) -> String {
    let text = isFraction ? NumberText.hundredths(difference) : NumberText.fixed(difference, 4)
    return text.hasPrefix("-") ? "−" + text.dropFirst() : "+" + text
  }

  /// The interval of a difference; empty where there is none.
  func signed(_ interval: [Double]) -> String {
    interval.count == 2 ? "\(signed(interval[0])) to \(signed(interval[1]))" : ""
  }

  /// What a difference is counted in.
  var differenceUnit: String { isFraction ? "percentage points" : "" }
}

extension NumberText {
  /// A probability of a test: `< 0.001`, `0.042`.
  static func pValue(_ value: Double) -> String { value < 0.001 ? "< 0.001" : fixed(value, 3) }
}

extension ComparisonReport {
  /// Every metric of the report: the columns in their order, then what models have beyond them.
  var metricIDs: [String] {
    let found = Set(
      models.flatMap { $0.metrics.keys } + models.flatMap { $0.unavailable.keys }
        + pairs.map(\.metric))
    let known = columns.map(\.id)
    return known.filter(found.contains) + found.subtracting(known).sorted()
  }

  /// The level of the tests.
  var significance: Double { rankings.first?.significance ?? 0.05 }

  func isSignificant(_ pair: PairwiseComparison) -> Bool { pair.adjustedPValue < significance }

  func lowerIsBetter(_ metric: String) -> Bool {
    columns.first { $0.id == metric }?.direction == .lowerIsBetter
  }

  /// `3 models on the same 50,000 samples, matched by sample id`.
  var subjectText: String {
    let by = matching == "sample-id" ? "sample id" : matching
    return "\(NumberText.count(models.count, "model")) on the same "
      + "\(NumberText.count(samples, "sample")), matched by \(by)"
  }

  /// What the comparison says of one metric, in one sentence.
  func sentence(of metric: String) -> String? {
    let title = MetricStyle(id: metric).shortTitle
    let scored = models.compactMap { model in
      model.metrics[metric].map { (model: model.model, value: $0) }
    }
    let ordered = scored.sorted {
      lowerIsBetter(metric) ? $0.value < $1.value : $0.value > $1.value
    }
    guard let best = ordered.first, ordered.count > 1 else { return nil }
    let style = MetricStyle(id: metric)
    let rivals = ordered.dropFirst().map(\.model).filter { rival in
      !pairs.contains { pair in
        pair.metric == metric && isSignificant(pair)
          && Set([pair.first, pair.second]) == Set([best.model, rival])
      }
    }
    let value = style.text(best.value)
    if rivals.isEmpty {
      return "\(title): \(best.model) is best (\(value)), and that is more than noise."
    }
    return "\(title): \(best.model) has the best value (\(value)), but the difference from "
      + "\(rivals.joined(separator: ", ")) may be noise."
  }

  /// The answer in words: one sentence for each of the metrics that tell most.
  var answer: [String] {
    MetricStyle.key.filter(metricIDs.contains).compactMap(sentence)
  }

  /// Why values are missing: one sentence per reason.
  var unavailabilityLines: [String] {
    let known = columns.byID
    var order: [Gap] = []
    var titles: [Gap: [String]] = [:]
    for metric in metricIDs {
      let lacking = models.filter { $0.metrics[metric] == nil && $0.unavailable[metric] != nil }
      for reason in Set(lacking.compactMap { $0.unavailable[metric] }).sorted() {
        let gap = Gap(
          reason: reason,
          models: lacking.filter { $0.unavailable[metric] == reason }.map(\.model))
        if titles[gap] == nil { order.append(gap) }
        titles[gap, default: []].append(MetricStyle(id: metric).title(in: known))
      }
    }
    return order.map { gap in
      let scope =
        gap.models.count == models.count ? "" : " (\(gap.models.joined(separator: "; ")))"
      return "– \((titles[gap] ?? []).joined(separator: ", "))\(scope): \(gap.reason)."
    }
  }

  private struct Gap: Hashable {
    let reason: String
    let models: [String]
  }
}

extension PairwiseComparison {
  private static let testTitles = [
    "mcnemar": "McNemar", "delong": "DeLong", "bootstrap": "paired bootstrap",
  ]

  /// The test as papers call it.
  var testTitle: String { Self.testTitles[test] ?? test }
}
