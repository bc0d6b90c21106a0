import CredenceErrorAnalysis

/// The rows that charts of figures draw, made once for all figures.
struct ErrorFigureData {
  /// A row for each model and group, with the values of every figure under short names.
  let rows: [[String: VegaLite.Value]]
  /// All colors that occur.
  let colors: [String]
  private let markers: [String]
  private let colorOf: [ClassGroup: [String]]
  private let keys: [String: String]

  init(_ drawing: ErrorFigureDrawing) {
    let statistics = drawing.statistics
    let groups = ClassGroup.allCases.filter { group in
      drawing.figures.contains { $0.groups.contains(group) }
    }
    let sizes = statistics.numbers[.all]?[drawing.settings.color] ?? []
    let scale = ErrorFigureColors(sizes)
    markers = statistics.texts[drawing.settings.marker] ?? []
    var colorOf: [ClassGroup: [String]] = [:]
    for group in groups { colorOf[group] = sizes.map { scale.color($0, of: group) } }
    self.colorOf = colorOf
    colors = Set(colorOf.values.joined()).sorted()

    // Columns that figures share have one name.
    var keys: [String: String] = [:]
    var columns: [String: [ClassGroup: [Double]]] = [:]
    func store(_ name: String, _ letter: String, _ group: ClassGroup, _ values: [Double]) {
      let key = keys[name] ?? "\(letter)\(keys.count)"
      keys[name] = key
      columns[key, default: [:]][group] = values
    }
    for (figure, series) in zip(drawing.figures, drawing.series) {
      for points in series {
        store(figure.x.column, "x", points.group, points.x)
        store(Self.yName(figure), "y", points.group, points.y)
        if let counts = statistics.numbers[points.group]?[figure.y.column] {
          store(figure.y.column, "n", points.group, counts)
        }
      }
    }
    self.keys = keys
    let parameters = statistics.numbers[.all]?["num_params"] ?? []
    rows = groups.flatMap { group in
      statistics.models.indices.map { index in
        var row: [String: VegaLite.Value] = [
          "g": .text(group.rawValue), "group": .text(group.title),
          "model": .text(statistics.models[index]), "c": .text(colorOf[group]?[index] ?? ""),
          "s": .text(statistics.texts[drawing.settings.marker]?[index] ?? ""),
          "architecture": .text(statistics.texts["arch"]?[index] ?? ""),
          "training": .text(statistics.texts["training_data"]?[index] ?? ""),
          "method": .text(statistics.texts["pretrain_method"]?[index] ?? ""),
          "parameters": .rounded(parameters.isEmpty ? .nan : parameters[index]),
        ]
        for (key, values) in columns {
          if let value = values[group]?[index] { row[key] = Self.short(value) }
        }
        return row
      }
    }
  }

  /// The short name of a figure's horizontal values.
  func xKey(_ figure: ErrorFigure) -> String { keys[figure.x.column] ?? "" }
  /// The short name of a figure's vertical values.
  func yKey(_ figure: ErrorFigure) -> String { keys[Self.yName(figure)] ?? "" }
  /// The short name of the counts behind a figure's shares.
  func countKey(_ figure: ErrorFigure) -> String { keys[figure.y.column] ?? "" }

  /// The points of one figure: those that have a value and lie within the axes.
  func paperRows(
    _ figure: ErrorFigure, _ series: [ErrorFigure.Series]
  ) -> [[String: VegaLite.Value]] {
    let margin = 0.05
    let (x, y) = (figure.x.limits, figure.y.limits)
    let width = margin * (x.upperBound - x.lowerBound)
    let height = margin * (y.upperBound - y.lowerBound)
    return series.flatMap { points in
      points.x.indices.compactMap { index -> [String: VegaLite.Value]? in
        let (px, py) = (points.x[index], points.y[index])
        guard px >= x.lowerBound - width, px <= x.upperBound + width,
          py >= y.lowerBound - height, py <= y.upperBound + height
        else { return nil }
        return [
          "x": .rounded(px), "y": .rounded(py), "s": .text(markers[index]),
          "c": .text(colorOf[points.group]?[index] ?? ""),
        ]
      }
    }
  }

  private static func yName(_ figure: ErrorFigure) -> String {
    "\(figure.y.column)/\(figure.computation.rawValue)/\(figure.isPercent)"
  }

  /// Four decimals, which no screen shows.
  private static func short(_ value: Double) -> VegaLite.Value {
    value.isFinite ? .number((value * 1e4).rounded() / 1e4) : .null
  }
}
