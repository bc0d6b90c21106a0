import CredenceEvaluation

extension ChartDescriptor<ComparisonReport> {
  /// Mean ranks, with bars that join models that can't be told apart: a critical-difference diagram, from three models on.
  static let ranks = Self(
    id: "ranks", title: "Critical differences",
    make: { report in
      report.rankings.filter { $0.models.count > 2 && $0.models.count == $0.meanRanks.count }.map {
        ranking in
        Chart(
          id: "ranks-\(ranking.metric.replacing("_", with: "-"))",
          title: "Ranks by \(MetricStyle(id: ranking.metric).shortTitle)",
          caption:
            "The mean rank of each model over bootstrap resamples; 1 is best. Models joined by a bar "
            + "can't be told apart at the level \(NumberText.short(ranking.significance)).",
          view: view(ranking))
      }
    })

  private static func view(_ ranking: RankDiagram) -> VegaLite.View {
    let count = Double(ranking.models.count)
    let cliques = ranking.cliques.filter { $0.count > 1 }
    // Bars stand right of the worst rank, each in a lane of its own.
    let lane = max(0.12, 0.06 * count)
    let end = count + 0.15 + lane * Double(cliques.count)
    let points: [[String: VegaLite.Value]] = zip(ranking.models, ranking.meanRanks).map {
      ["model": .text($0), "rank": .rounded($1)]
    }
    let bars: [[String: VegaLite.Value]] = cliques.enumerated().map { index, models in
      [
        "from": .text(models[0]), "to": .text(models[models.count - 1]),
        "x": .rounded(count + lane * (Double(index) + 0.75)),
        "members": .text(models.joined(separator: ", ")),
      ]
    }
    var rankAxis = VegaLite.Axis(format: "d")
    rankAxis.values = Array(stride(from: 1, through: count, by: 1))
    rankAxis.orient = "top"
    var nameAxis = VegaLite.Axis()
    nameAxis.labelLimit = 240
    nameAxis.grid = true
    let rank = VegaLite.Encoding.number(
      "rank", title: "Mean rank", scale: VegaLite.Scale(0.7, end), axis: rankAxis)
    let name = VegaLite.Encoding.name(
      "model", title: "", order: ranking.models, axis: nameAxis, scaleType: "point")
    let dots = VegaLite.View(
      data: VegaLite.Data(points),
      mark: VegaLite.Mark(.point, style: "first").with {
        $0.filled = true
        $0.size = 110
        $0.opacity = 1
      },
      encoding: [
        .x: rank, .y: name,
        .tooltip: .tooltip([.name("model", "Model"), .number("rank", "Mean rank", ".2f")]),
      ])
    let joined = VegaLite.View(
      data: VegaLite.Data(bars), mark: VegaLite.Mark(.rule, style: "clique"),
      encoding: [
        .x: .number("x", title: "Mean rank", scale: VegaLite.Scale(0.7, end), axis: rankAxis),
        .y: .name("from", title: "", order: ranking.models, axis: nameAxis, scaleType: "point"),
        .y2: .end("to"),
        .tooltip: .tooltip([.name("members", "Not told apart")]),
      ])
    return VegaLite.View(
      width: 520, height: 40 + 26 * ranking.models.count,
      layer: bars.isEmpty ? [dots] : [dots, joined])
  }
}
