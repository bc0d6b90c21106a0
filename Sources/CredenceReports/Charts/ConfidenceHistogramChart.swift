import CredenceEvaluation
import CredenceMetrics

extension ChartDescriptor<ScoreReport> {
  /// The confidences of right and of wrong predictions.
  static let confidenceHistogram = Self(
    id: "confidence-histogram", title: "Confidences of right and wrong predictions",
    make: { report in
      let named = NamedEntries(report)
      return named.entries.indices.compactMap { index in
        let bins = named.entries[index].diagnostics.histogram
        guard bins.contains(where: { $0.correct + $0.wrong > 0 }) else { return nil }
        return Chart(
          id: "confidence-histogram-\(index + 1)",
          title: "Confidences of right and wrong predictions: \(named.names[index])",
          caption:
            "The share of the right predictions, and of the wrong ones, at each confidence. The less the two "
            + "overlap, the better confidence tells them apart.",
          subject: named.subjects[index], view: view(bins))
      }
    })

  private static func view(_ bins: [HistogramBin]) -> VegaLite.View {
    let right = max(1, bins.reduce(0) { $0 + $1.correct })
    let wrong = max(1, bins.reduce(0) { $0 + $1.wrong })
    let rows = bins.flatMap { bin -> [[String: VegaLite.Value]] in
      [("right", bin.correct, right), ("wrong", bin.wrong, wrong)].map { kind, count, total in
        [
          "kind": .text(kind), "lower": .rounded(bin.lower), "upper": .rounded(bin.upper),
          "count": .count(count), "share": .rounded(Double(count) / Double(total)),
        ]
      }
    }
    let isProbability = bins.allSatisfy { $0.lower >= 0 && $0.upper <= 1 }
    return VegaLite.View(
      width: 520, height: 240, data: VegaLite.Data(rows),
      mark: VegaLite.Mark(.bar).with { $0.opacity = 0.6 },
      encoding: [
        .x: .binEdge(
          "lower", title: "Confidence", scale: isProbability ? .unit : .tight,
          axis: isProbability ? .percent : nil),
        .x2: .end("upper"),
        .y: .number(
          "share", title: "Share of each kind", axis: .finePercent, stack: .null),
        .color: .name("kind", order: ["right", "wrong"], legend: .below()),
        .tooltip: .tooltip([
          .name("kind", "Predictions"), .number("lower", "Confidence from", ".3f"),
          .number("upper", "to", ".3f"), .number("count", "Samples", ",d"),
          .number("share", "Share of its kind", ".2%"),
        ]),
      ])
  }
}
