import Foundation

/// One score as histograms of several sets of samples.
public struct DensityHistogram: Sendable {
  /// The key of the score.
  public let score: String
  let title: String
  let axis: String
  /// −1 where the figure shows the score with its sign turned: log density, not its doubt.
  let sign: Double
  private(set) var binCount: Int
  /// Where the bins lie; by the samples where `nil`.
  var range: ClosedRange<Double>?
  /// Where a dashed line stands.
  var line = Line.none
  /// Where the axis of shares is broken.
  var axisBreak = AxisBreak.automatic

  /// A value that is marked.
  public enum Line: Hashable, Sendable {
    case none
    case at(Double)
    /// The value that so large a part of the known samples lies below, 0...1.
    case knownQuantile(Double)
  }

  /// The shares that the axis leaves out, so that small columns can be seen beside large ones.
  public enum AxisBreak: Hashable, Sendable {
    case none
    /// Between the columns, where they leave a gap of more than a third of the largest.
    case automatic
    case between(Double, Double)
  }

  /// The scores that figures show.
  public static let all: [Self] = [
    Self(
      score: "softmax_entropy", title: "Softmax entropy", axis: "Softmax entropy (nats)", sign: 1,
      binCount: 12, range: 0...2.4),
    Self(
      score: "log_density", title: "Log density of features", axis: "Log density (nats)",
      sign: -1, binCount: 30, line: .knownQuantile(0.05)),
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
    var copy = self
    copy.binCount = binCount
    copy.range = range ?? self.range
    return copy
  }

  /// The histogram with another dashed line.
  public func with(line: Line) -> Self {
    var copy = self
    copy.line = line
    return copy
  }

  /// The histogram with its axis broken elsewhere.
  public func with(axisBreak: AxisBreak) -> Self {
    var copy = self
    copy.axisBreak = axisBreak
    return copy
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
    func layer(
      _ rows: [[String: VegaLite.Value]], isStacked: Bool, _ panel: Panel
    ) -> VegaLite.View {
      var x = VegaLite.Scale(edges.lowerBound, edges.upperBound)
      x.nice = false
      return VegaLite.View(
        data: VegaLite.Data(rows),
        mark: VegaLite.Mark(.bar).with {
          $0.opacity = 0.6
          $0.clip = true
        },
        encoding: [
          .x: .binEdge("lower", title: panel.showsX ? axis : "", scale: x, axis: panel.xAxis),
          .x2: .end("upper"),
          .y: .number(
            "share", title: panel.title, scale: panel.scale, axis: panel.yAxis,
            stack: isStacked ? .text("zero") : .null),
          .color: .name("set", order: names, legend: .below()), .tooltip: tooltip,
        ])
    }
    let (inside, outside) = (
      rows.filter { $0["group"] == .text("known") },
      rows.filter { $0["group"] != .text("known") }
    )
    let knownValues = all.prefix(parts.count).flatMap(\.1)
    let mark = lineValue(knownValues).flatMap { edges.contains($0) ? $0 : nil }
    func view(_ panel: Panel) -> VegaLite.View {
      var layers = [
        layer(inside, isStacked: true, panel), layer(outside, isStacked: false, panel),
      ]
      if let mark {
        var x = VegaLite.Scale(edges.lowerBound, edges.upperBound)
        x.nice = false
        layers.append(
          VegaLite.View(
            data: VegaLite.Data([["line": .rounded(mark)]]),
            mark: VegaLite.Mark(.rule, style: "reference").with { $0.clip = true },
            encoding: [
              .x: .number("line", title: panel.showsX ? axis : "", scale: x, axis: panel.xAxis),
              .tooltip: .tooltip([.number("line", "Line", ".4~g")]),
            ]))
      }
      return VegaLite.View(width: 520, height: panel.height, layer: layers)
    }
    var caption =
      "The share of the samples at each value. Known images are stacked by kind and add up to 1; so does each "
      + "foreign set. The less known and foreign overlap, the better the score tells them apart. "
      + "Values beyond the ends are in the outermost bins."
    if mark != nil, case .knownQuantile(let part) = line {
      let share = NumberText.short(100 * (sign < 0 ? 1 - part : part))
      caption += " Of the known images \(share) % lie right of the dashed line."
    }
    let chart: VegaLite.View
    if let gap = gap(rows) {
      caption +=
        " The axis is broken between \(NumberText.short(100 * gap.lower)) % and \(NumberText.short(100 * gap.upper)) %."
      var stack = VegaLite.View(
        vconcat: [view(.upper(from: gap.upper, to: gap.top)), view(.lower(to: gap.lower))])
      stack.spacing = 8
      chart = stack
    } else {
      chart = view(.whole)
    }
    return Chart(
      id: "histogram-\(score.replacing("_", with: "-"))", title: title, caption: caption,
      view: chart)
  }

  /// The value of the dashed line, on the axis.
  private func lineValue(_ known: [Double]) -> Double? {
    switch line {
    case .none: return nil
    case .at(let value): return value
    case .knownQuantile(let part):
      let sorted = known.filter(\.isFinite).sorted()
      guard !sorted.isEmpty else { return nil }
      return sorted[min(sorted.count - 1, Int((part * Double(sorted.count)).rounded(.down)))]
    }
  }

  /// The shares that are left out, and where the axis ends; `nil` for an axis in one piece.
  private func gap(
    _ rows: [[String: VegaLite.Value]]
  ) -> (lower: Double, upper: Double, top: Double)? {
    // The columns as they are seen: known parts stand on one another.
    var heights: [String: Double] = [:]
    for row in rows {
      guard case .text(let group) = row["group"], case .number(let lower) = row["lower"],
        case .number(let share) = row["share"]
      else { continue }
      heights["\(group) \(lower)", default: 0] += share
    }
    let columns = heights.values.filter { $0 > 0 }.sorted()
    guard let top = columns.last else { return nil }
    switch axisBreak {
    case .none: return nil
    case .between(let lower, let upper): return (lower, upper, max(1.03 * top, 1.1 * upper))
    case .automatic:
      let gaps = zip(columns, columns.dropFirst()).map { (lower: $0, upper: $1) }
      guard let widest = gaps.max(by: { $0.upper - $0.lower < $1.upper - $1.lower }),
        widest.upper - widest.lower > top / 3
      else { return nil }
      let margin = (widest.upper - widest.lower) / 8
      return (widest.lower + margin, widest.upper - margin, 1.03 * top)
    }
  }

  /// One of the two pieces of a broken axis, or all of it.
  private struct Panel {
    var height = 260
    var scale: VegaLite.Scale?
    var title = "Share of the samples"
    var showsX = true

    static let whole = Self()

    static func lower(to end: Double) -> Self {
      Self(height: 190, scale: VegaLite.Scale(0, end))
    }

    static func upper(from start: Double, to end: Double) -> Self {
      var scale = VegaLite.Scale(start, end)
      scale.zero = false
      return Self(height: 90, scale: scale, title: "", showsX: false)
    }

    var xAxis: VegaLite.Axis? {
      guard !showsX else { return nil }
      var axis = VegaLite.Axis()
      axis.labels = false
      axis.ticks = false
      axis.domain = false
      return axis
    }

    /// As wide in both pieces, so that their columns stand on one another.
    var yAxis: VegaLite.Axis {
      var axis = VegaLite.Axis.finePercent
      axis.minExtent = 38
      if !showsX { axis.tickCount = 3 }
      return axis
    }
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
