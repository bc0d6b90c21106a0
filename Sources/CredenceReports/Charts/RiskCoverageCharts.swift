import CredenceEvaluation
import CredenceMetrics

extension ChartDescriptor<ScoreReport> {
  /// Errors among the accepted, over the share accepted.
  static let riskCoverage = Self(
    id: "risk-coverage", title: "Risk and coverage",
    make: { report in
      if let compared = ComparedCurves(report, value: \.risk) {
        return [
          Chart(
            id: "risk-coverage", title: "Risk–coverage curves",
            caption:
              "The top-1 error among the accepted predictions (risk) when only the most confident share "
              + "(coverage) is accepted. \(compared.reading) Lower is better.",
            isWide: true,
            view: compared.view(title: "Top-1 error among the accepted", interpolate: "step-before")
          )
        ]
      }
      let curves = CoverageCurves(report, value: \.risk)
      guard !curves.rows.isEmpty else { return [] }
      return [
        Chart(
          id: "risk-coverage", title: "Risk–coverage curve",
          caption:
            "The error rate among the accepted predictions (risk) when only the most confident share "
            + "(coverage) is accepted. Lower is better; the dashed line is the best order possible.",
          view: curves.view(title: "Risk (errors among the accepted)", interpolate: "step-before"))
      ]
    })

  /// Accepted errors among all samples, over the share accepted.
  static let generalizedRiskCoverage = Self(
    id: "generalized-risk-coverage", title: "Generalized risk and coverage",
    make: { report in
      if let compared = ComparedCurves(report, value: \.generalizedRisk) {
        return [
          Chart(
            id: "generalized-risk-coverage", title: "Generalized risk–coverage curves",
            caption:
              "The share of all predictions that are accepted and wrong; the area under a curve is AUGRC. "
              + "\(compared.reading) Lower is better.",
            isWide: true,
            view: compared.view(title: "Accepted errors, of all samples", interpolate: "linear"))
        ]
      }
      let curves = CoverageCurves(report, value: \.generalizedRisk)
      guard !curves.rows.isEmpty else { return [] }
      return [
        Chart(
          id: "generalized-risk-coverage", title: "Generalized risk–coverage curve",
          caption:
            "The share of all predictions that are accepted and wrong. The area under this curve "
            + "is AUGRC; lower is better.",
          view: curves.view(title: "Accepted errors, of all samples", interpolate: "linear"))
      ]
    })
}

/// Curves over coverage of one subject: one per row, and one per distinct best possible order.
private struct CoverageCurves {
  private(set) var rows: [[String: VegaLite.Value]] = []
  private var kinds: [String] = []

  init(_ report: ScoreReport, value: KeyPath<RiskCoveragePoint, Double>) {
    let named = NamedEntries(report)
    var oracles = Set<[RiskCoveragePoint]>()
    for (index, entry) in named.entries.enumerated() {
      append(
        entry.diagnostics.riskCoverage, of: named.subjects[index], kind: named.rescalings[index],
        value: value)
      // A rescaling moves no decision, so the best possible order is the same before and after.
      let oracle = entry.diagnostics.oracle
      guard !oracle.isEmpty, oracles.insert(oracle).inserted else { continue }
      append(oracle, of: named.subjects[index], kind: "best possible", value: value)
    }
  }

  private mutating func append(
    _ points: [RiskCoveragePoint], of subject: String, kind: String,
    value: KeyPath<RiskCoveragePoint, Double>
  ) {
    guard !points.isEmpty else { return }
    if !kinds.contains(kind) { kinds.append(kind) }
    rows += points.map { point in
      [
        "subject": .text(subject), "kind": .text(kind), "coverage": .rounded(point.coverage),
        "value": .rounded(point[keyPath: value]), "threshold": .rounded(point.threshold),
      ]
    }
  }

  func view(title: String, interpolate: String) -> VegaLite.View {
    let order = kinds.filter { $0 != "best possible" } + kinds.filter { $0 == "best possible" }
    return VegaLite.View(
      width: 520, height: 320, data: VegaLite.Data(rows),
      mark: VegaLite.Mark(.line).with {
        $0.interpolate = interpolate
        $0.strokeWidth = 2
        $0.clip = true
      },
      encoding: [
        .x: .number(
          "coverage", title: "Coverage (share accepted)", scale: .unit, axis: .percent),
        .y: .number("value", title: title, axis: .finePercent),
        .color: .name("kind", order: order, legend: .below(columns: 3)),
        .strokeDash: .name(
          "kind", order: order, legend: .below(columns: 3)),
        .tooltip: .tooltip([
          .name("subject", "Subject"), .name("kind", "Confidences"),
          .number("coverage", "Coverage", ".2%"), .number("value", title, ".3%"),
          .number("threshold", "Lowest confidence accepted", ".4f"),
        ]),
      ])
  }
}
