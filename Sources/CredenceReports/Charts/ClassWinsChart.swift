import CredenceEvaluation

extension ChartDescriptor<ComparisonReport> {
  /// The classes on which two models differ most: samples that only one of them gets right.
  static let classWins = Self(
    id: "class-wins", title: "Wins and losses per class",
    make: { report in
      ModelPair.all(of: report.classes).prefix(mostPairs).enumerated().compactMap { index, pair in
        // Equal margins keep the order of the classes.
        let classes = report.classes.filter { ModelPair($0) == pair && $0.wins + $0.losses > 0 }
          .enumerated()
          .sorted { (-$0.element.margin, $0.offset) < (-$1.element.margin, $1.offset) }
          .map(\.element).prefix(mostClasses)
        guard !classes.isEmpty else { return nil }
        return Chart(
          id: "class-wins-\(index + 1)",
          title: "Wins and losses per class: \(pair.first) against \(pair.second)",
          caption:
            "To the right, samples of a class that only \(pair.first) gets right; to the left, those "
            + "that only \(pair.second) gets right. The \(classes.count) classes that differ most.",
          view: view(Array(classes), pair))
      }
    })

  private static let mostClasses = 15

  /// More pairs are in the table alone.
  private static let mostPairs = 6

  private static func view(_ classes: [ClassComparison], _ pair: ModelPair) -> VegaLite.View {
    // Two classes may share a name.
    let names = classes.map { row in
      classes.filter { $0.name == row.name }.count > 1 ? "\(row.name) (\(row.index))" : row.name
    }
    let kinds = ["only \(pair.first) right", "only \(pair.second) right"]
    let rows = zip(names, classes).flatMap { name, row -> [[String: VegaLite.Value]] in
      [(kinds[0], row.wins, row.wins), (kinds[1], -row.losses, row.losses)].map { kind, x, count in
        [
          "class": .text(name), "kind": .text(kind), "x": .count(x), "count": .count(count),
          "samples": .count(row.samples),
        ]
      }
    }
    var nameAxis = VegaLite.Axis()
    nameAxis.labelLimit = 200
    var axis = VegaLite.Axis(format: "d")
    axis.tickMinStep = 1
    return VegaLite.View(
      width: 520, height: 40 + 22 * classes.count, data: VegaLite.Data(rows),
      mark: VegaLite.Mark(.bar).with { $0.opacity = 0.85 },
      encoding: [
        .x: .number("x", title: "Losses and wins (samples)", axis: axis, stack: .null),
        .y: .name("class", title: "", order: names, axis: nameAxis, scaleType: "band"),
        .color: .name("kind", order: kinds, legend: .below(columns: 1)),
        .tooltip: .tooltip([
          .name("class", "Class"), .name("kind", "Which"), .number("count", "Samples", ",d"),
          .number("samples", "of", ",d"),
        ]),
      ])
  }
}

/// Two models in the order in which a report compares them.
struct ModelPair: Hashable {
  let first: String
  let second: String

  init(_ row: ClassComparison) {
    first = row.first
    second = row.second
  }

  /// Each pair once, in the order of the rows.
  static func all(of rows: [ClassComparison]) -> [Self] {
    var seen = Set<Self>()
    return rows.map(Self.init).filter { seen.insert($0).inserted }
  }
}

extension ClassComparison {
  /// By how many samples the two models differ.
  fileprivate var margin: Int { abs(wins - losses) }
}
