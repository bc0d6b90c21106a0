public import CredenceErrorAnalysis

extension ExpertComparison {
  /// A confusion table per network, for a terminal, and the mistakes that only the experts see as such.
  ///
  /// - Parameter style: Whether headings are bold.
  /// - Returns: Text that ends with a line break.
  public func table(style: TextStyle = .plain) -> String {
    var lines: [String] = []
    for list in lists {
      if !lines.isEmpty { lines.append("") }
      lines += ErrorTableText.wrapped(
        "\(list.model): \(NumberText.count(list.counted)) of \(NumberText.count(list.mistakes, "mistake")) compared; "
          + "\(list.problematicImages) on problematic images and \(list.unknownImages.count) on other images are left out"
      ).map(style.bold)
      lines += PlainTable(
        title: "Experts \\ here", names: list.categories,
        columns: list.types.map { type in
          TableColumn(
            title: Self.shortTitles[type] ?? type.key,
            cells: list.categories.map { String(list.count($0, type)) })
        }
      ).lines(style: style)
      let only = list.onlyExperts
      lines += ErrorTableText.wrapped(
        "Mistakes for the experts that count as right here: \(only.count)")
      for item in only {
        lines += ErrorTableText.wrapped(
          "  \(item.file): \(item.prediction.label) where the label is \(item.target.label) – \(item.category), \(item.severity)"
        )
      }
    }
    if !marks.isEmpty {
      lines += ErrorTableText.wrapped("Left out: \(marks.joined(separator: ", ")).")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let shortTitles: [ErrorType: String] = [
    .correct: "correct", .correctCollapsedMapping: "overlap", .correctMultiLabel: "multi",
    .sameSuperclass: "fine", .outOfVocabulary: "OOV", .commonCoOccurrences: "spurious",
    .nonPrototypical: "non-proto", .notClassified: "failure",
  ]

  /// One record per mistake after RFC 4180.
  public func csv() -> String {
    var csv = CSVText(header: [
      "model", "file", "target", "labels", "prediction", "category", "severity", "type",
    ])
    for list in lists {
      for item in list.cases {
        csv.append([
          list.model, item.file, String(item.target.index),
          item.labels.map { String($0.index) }.joined(separator: " "),
          String(item.prediction.index), item.category, item.severity, item.type.key,
        ])
      }
    }
    return csv.text
  }

  /// The comparison in the schema `credence.errors.experts/1`.
  ///
  /// - Throws: `EncodingError`.
  public func json() throws -> String { try ErrorDocument.text(Self.schema, self) }
}
