public import CredenceEvaluation

/// Figures about doubt with one page around them.
public struct DensityFigures: Sendable {
  public let title: String
  public let facts: String
  public let charts: [Chart]

  /// Histograms of doubts, and how reliable the confidences are.
  ///
  /// - Parameters:
  ///   - inliers: Known samples by kind: their doubts by score.
  ///   - outliers: Foreign samples.
  ///   - histograms: Which scores, in which bins.
  ///   - reliability: Scores of labeled samples, of which the reliability diagrams are shown.
  public init(
    inliers: [(name: String, doubts: [String: [Double]])],
    outliers: [(name: String, doubts: [String: [Double]])],
    histograms: [DensityHistogram] = DensityHistogram.all, reliability: ScoreReport? = nil
  ) {
    func lists(
      _ sets: [(name: String, doubts: [String: [Double]])], _ score: String
    ) -> [(name: String, doubts: [Double])] {
      sets.compactMap { set in set.doubts[score].map { (set.name, $0) } }
    }
    let drawn = histograms.compactMap { histogram -> Chart? in
      let parts = lists(inliers, histogram.score)
      guard parts.count == inliers.count, !parts.isEmpty else { return nil }
      return histogram.chart(parts: parts, outliers: lists(outliers, histogram.score))
    }
    let diagrams = reliability?.charts.filter { $0.id.hasPrefix("reliability") } ?? []
    title = "What is uncertain, and what is unknown?"
    facts = (inliers.map(\.name) + outliers.map(\.name)).joined(separator: " · ")
    let scatter = DoubtScatter.chart(parts: inliers, outliers: outliers)
    charts = drawn + (scatter.map { [$0] } ?? []) + diagrams
  }

  /// The maps of the two-moons experiment.
  public init(_ moons: TwoMoonsExperiment) {
    title = "Which doubt grows away from the samples?"
    facts =
      "two moons · \(NumberText.count(moons.points.count, "sample")) · "
      + "grid of \(moons.settings.gridSize) × \(moons.settings.gridSize)"
    charts = moons.maps.enumerated().map { index, map in
      Self.chart(moons, map, id: "two-moons-\(index + 1)")
    }
  }

  /// One self-contained page.
  ///
  /// - Parameter program: The program and its version, for the footer.
  /// - Returns: HTML.
  /// - Throws: Where a number can't be written.
  public func page(program: String = "Credence \(ProgramVersion.current)") throws -> String {
    try HTMLPage(title: title, program: program, charts: charts, tables: [])
      .text(template: "density", model: DensityPageModel(self))
  }

  private static func chart(_ moons: TwoMoonsExperiment, _ map: TwoMoonsExperiment.Map, id: String)
    -> Chart
  {
    let side = moons.settings.gridSize
    let width = (TwoMoonsExperiment.x.upperBound - TwoMoonsExperiment.x.lowerBound) / Double(side)
    let height = (TwoMoonsExperiment.y.upperBound - TwoMoonsExperiment.y.lowerBound) / Double(side)
    let cells: [[String: VegaLite.Value]] = map.values.enumerated().map { position, value in
      let x = TwoMoonsExperiment.x.lowerBound + Double(position % side) * width
      let y = TwoMoonsExperiment.y.lowerBound + Double(position / side) * height
      return [
        "x": .rounded(x), "x2": .rounded(x + width), "y": .rounded(y), "y2": .rounded(y + height),
        "value": .rounded(value),
      ]
    }
    // More points than these hide the map.
    let step = max(1, moons.points.count / 400)
    let points: [[String: VegaLite.Value]] = stride(from: 0, to: moons.points.count, by: step).map {
      [
        "x": .rounded(moons.points[$0].x), "y": .rounded(moons.points[$0].y),
        "class": .text("class \(moons.labels[$0])"),
      ]
    }
    func axis(_ field: String, _ range: ClosedRange<Double>) -> VegaLite.Encoding {
      var scale = VegaLite.Scale(range.lowerBound, range.upperBound)
      scale.nice = false
      return .binEdge(field, title: field, scale: scale)
    }
    let colors = VegaLite.View(
      data: VegaLite.Data(cells), mark: VegaLite.Mark(.rect),
      encoding: [
        .x: axis("x", TwoMoonsExperiment.x), .x2: .end("x2"), .y: axis("y", TwoMoonsExperiment.y),
        .y2: .end("y2"),
        .color: .number("value", title: "sure"),
        .tooltip: .tooltip([
          .number("x", "x", ".2f"), .number("y", "y", ".2f"), .number("value", "Sure", ".4~g"),
        ]),
      ])
    let samples = VegaLite.View(
      data: VegaLite.Data(points),
      mark: VegaLite.Mark(.point).with {
        $0.filled = true
        $0.size = 14
        $0.opacity = 0.8
      },
      encoding: [
        .x: axis("x", TwoMoonsExperiment.x), .y: axis("y", TwoMoonsExperiment.y),
        .shape: .name("class", order: ["class 0", "class 1"], legend: .below()),
        .color: .value("#d62728"),
      ])
    return Chart(
      id: id, title: map.title,
      caption:
        "How sure the networks are of every point: dark where they are. Only a doubt that grows in every direction away "
        + "from the samples tells what was never seen.",
      view: VegaLite.View(width: 420, height: 420, layer: [colors, samples]))
  }
}

extension DensityPageModel {
  /// A page of figures alone.
  init(_ figures: DensityFigures) {
    title = figures.title
    facts = figures.facts
    answer = []
    hasWarnings = false
    warnings = []
    tables = []
    charts = figures.charts
    hasCharts = !charts.isEmpty
    chartTitle = "Figures"
  }
}
