public import CredenceEvaluation
import Foundation

extension ChartDescriptor<DensityReport> {
  /// Every chart of `credence density evaluate`, in the order of the page.
  public static let all: [Self] = [.doubtHistograms]

  /// How each score is distributed over the parts of the test samples and the outliers.
  static let doubtHistograms = Self(
    id: "doubts", title: "Scores of known and of foreign images",
    make: { report in
      guard let run = report.runs.first(where: { $0.failure.isEmpty }) else { return [] }
      return DensityHistogram.all.flatMap { histogram -> [Chart] in
        guard let inliers = run.inlierDoubts[histogram.score] else { return [] }
        let outliers = run.outliers.compactMap { result in
          result.doubts[histogram.score].map { (result.name, $0) }
        }
        let parts =
          run.inlierParts.isEmpty
          ? [(report.dataset, inliers)]
          : run.inlierParts.map { part in
            (part.name, Array(inliers[part.samples.clamped(to: inliers.indices)]))
          }
        return [histogram.chart(parts: parts, outliers: outliers)]
      }
    })
}

extension DensityReport {
  /// Every chart that this report has the numbers for.
  public var charts: [Chart] { ChartDescriptor<DensityReport>.all.flatMap { $0.make(self) } }
}

/// One score as histograms of several sets of samples.
public struct DensityHistogram: Sendable {
  /// The key of the score.
  public let score: String
  let title: String
  let axis: String
  /// −1 where the figure shows the score with its sign turned: log density, not its doubt.
  let sign: Double
  let binCount: Int
  /// Where the bins lie; by the samples where `nil`.
  var range: ClosedRange<Double>?

  /// The scores that figures show.
  public static let all: [Self] = [
    Self(
      score: "softmax_entropy", title: "Softmax entropy", axis: "Softmax entropy (nats)", sign: 1,
      binCount: 12, range: 0...2.4),
    Self(
      score: "log_density", title: "Log density of features", axis: "Log density (nats)",
      sign: -1, binCount: 30),
    Self(score: "energy", title: "Energy", axis: "log Σ exp(logit)", sign: -1, binCount: 30),
    Self(
      score: "predictive_entropy", title: "Predictive entropy", axis: "Predictive entropy (nats)",
      sign: 1, binCount: 12, range: 0...2.4),
    Self(
      score: "mutual_information", title: "Mutual information of the members",
      axis: "Mutual information (nats)", sign: 1, binCount: 30),
    Self(
      score: "density_entropy", title: "Entropy of the classes' densities",
      axis: "Entropy (nats)", sign: 1, binCount: 12, range: 0...2.4),
  ]

  /// The histogram with other bins.
  public func with(binCount: Int, range: ClosedRange<Double>?) -> Self {
    Self(
      score: score, title: title, axis: axis, sign: sign, binCount: binCount,
      range: range ?? self.range)
  }

  /// Draws the shares of each set in common bins.
  ///
  /// - Parameters:
  ///   - parts: Known samples: their doubts by name.
  ///   - outliers: Foreign samples.
  /// - Returns: A chart whose columns add up to 1 for the known and for each of the foreign sets.
  public func chart(
    parts: [(name: String, doubts: [Double])], outliers: [(name: String, doubts: [Double])]
  ) -> Chart {
    let all = (parts + outliers).map { name, doubts in (name, doubts.map { sign * $0 }) }
    let known = parts.reduce(0) { $0 + $1.doubts.count }
    let edges = self.edges(all.flatMap(\.1))
    var rows: [[String: VegaLite.Value]] = []
    for (index, (name, values)) in all.enumerated() {
      let isKnown = index < parts.count
      var counts = [Int](repeating: 0, count: binCount)
      let width = (edges.upperBound - edges.lowerBound) / Double(binCount)
      for value in values {
        let bin = ((value - edges.lowerBound) / width).rounded(.down)
        counts[min(max(bin.isFinite ? Int(max(-1, min(bin, 1e6))) : 0, 0), binCount - 1)] += 1
      }
      let total = max(1, isKnown ? known : values.count)
      for bin in counts.indices {
        rows.append([
          "set": .text(name), "group": .text(isKnown ? "known" : name),
          "lower": .rounded(edges.lowerBound + Double(bin) * width),
          "upper": .rounded(edges.lowerBound + Double(bin + 1) * width),
          "count": .count(counts[bin]), "share": .rounded(Double(counts[bin]) / Double(total)),
        ])
      }
    }
    let names = all.map(\.0)
    let tooltip = VegaLite.Encoding.tooltip([
      .name("set", "Images"), .number("lower", "From", ".3~f"), .number("upper", "to", ".3~f"),
      .number("count", "Samples", ",d"), .number("share", "Share", ".2%"),
    ])
    func layer(_ rows: [[String: VegaLite.Value]], isStacked: Bool) -> VegaLite.View {
      VegaLite.View(
        data: VegaLite.Data(rows), mark: VegaLite.Mark(.bar).with { $0.opacity = 0.6 },
        encoding: [
          .x: .binEdge("lower", title: axis, scale: .tight), .x2: .end("upper"),
          .y: .number(
            "share", title: "Share of the samples", axis: .finePercent,
            stack: isStacked ? .text("zero") : .null),
          .color: .name("set", order: names, legend: .below()), .tooltip: tooltip,
        ])
    }
    let (inside, outside) = (
      rows.filter { $0["group"] == .text("known") },
      rows.filter { $0["group"] != .text("known") }
    )
    let caption =
      "The share of the samples at each value. Known images are stacked by kind and add up to 1; so does each "
      + "foreign set. The less known and foreign overlap, the better the score tells them apart. "
      + "Values beyond the ends are in the outermost bins."
    return Chart(
      id: "histogram-\(score.replacing("_", with: "-"))", title: title, caption: caption,
      view: VegaLite.View(
        width: 520, height: 260,
        layer: [layer(inside, isStacked: true), layer(outside, isStacked: false)]))
  }

  /// The ends of the bins: of 99 in 100 samples where none are given.
  private func edges(_ values: [Double]) -> ClosedRange<Double> {
    if let range { return range }
    let sorted = values.filter(\.isFinite).sorted()
    guard let least = sorted.first, let greatest = sorted.last, least < greatest else {
      let center = sorted.first ?? 0
      return center - 0.5...center + 0.5
    }
    let cut = sorted.count / 100
    let (low, high) = (sorted[cut], sorted[sorted.count - 1 - cut])
    return low < high ? low...high : least...greatest
  }
}
