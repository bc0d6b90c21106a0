import CredenceEvaluation
import CredenceMetrics

/// The table of all metrics by family, which every page has; property names are those of `Resources/family.mustache`.
enum MetricTable {
  struct Family {
    let title: String
    let question: String
    let span: Int
    let metrics: [Metric]
  }

  struct Metric {
    let id: String
    let shortTitle: String
    /// Nil where it says no more than the short one.
    let longTitle: String?
    let arrow: String
    let directionText: String
    let definition: String?
    let source: String?
    let cells: [Cell]
  }

  struct Cell {
    let value: String
    let interval: String
  }

  /// The families that have a metric, in their order.
  ///
  /// - Parameters:
  ///   - metrics: The ids to show.
  ///   - columns: What is known of metrics.
  ///   - definitions: Conventions by metric id; the first that has one counts before the column's.
  ///   - columnCount: The cells of each metric.
  ///   - cells: The cells of a metric.
  /// - Returns: The table's parts.
  static func families(
    _ metrics: [String], columns: [MetricColumn], definitions: [[String: String]],
    columnCount: Int, cells: (String) -> [Cell]
  ) -> [Family] {
    let known = columns.byID
    return (MetricFamily.all + [.other]).compactMap { family in
      let ids = metrics.filter { MetricFamily.family(of: $0).id == family.id }
      guard !ids.isEmpty else { return nil }
      return Family(
        title: family.title, question: family.question, span: columnCount + 1,
        metrics: ids.map { id in
          let texts = definitions.compactMap { $0[id] } + [known[id]?.definition ?? ""]
          return Metric(
            id: id, column: known[id], definition: texts.first { !$0.isEmpty }, cells: cells(id))
        })
    }
  }
}

extension MetricTable.Metric {
  init(id: String, column: MetricColumn?, definition: String?, cells: [MetricTable.Cell]) {
    let short = MetricStyle(id: id).shortTitle
    let title = column?.title ?? ""
    func letters(_ text: String) -> String {
      text.lowercased().filter { $0.isLetter || $0.isNumber }
    }
    let saysTheSame = letters(title) == letters(short)
    self.id = id
    shortTitle = saysTheSame ? title : short
    longTitle = saysTheSame || title.isEmpty ? nil : title
    switch column?.direction {
    case .higherIsBetter: (arrow, directionText) = ("↑", "higher is better")
    case .lowerIsBetter: (arrow, directionText) = ("↓", "lower is better")
    case nil: (arrow, directionText) = ("", "")
    }
    self.definition = definition
    source = column.flatMap { $0.source.isEmpty ? nil : $0.source }
    self.cells = cells
  }
}

extension MetricTable.Cell {
  init(_ row: ResultRow, _ id: String) {
    self.init(id, values: row.metrics, intervals: row.intervals, note: "")
  }

  /// A value with its interval and a note in small print.
  init(_ id: String, values: [String: Double], intervals: [String: [Double]], note: String) {
    let style = MetricStyle(id: id)
    value = values[id].map { style.text($0) } ?? "–"
    let parts = values[id] == nil ? [] : [style.text(intervals[id] ?? []), note]
    interval = parts.filter { !$0.isEmpty }.joined(separator: " · ")
  }
}
