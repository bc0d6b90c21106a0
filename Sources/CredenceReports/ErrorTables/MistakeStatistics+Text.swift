public import CredenceErrorAnalysis

extension MistakeStatistics {
  /// One group's statistics as a table for a terminal: accuracies in per cent, and the mistakes by kind.
  ///
  /// - Parameters:
  ///   - name: The group's name.
  ///   - limit: How many models are shown; the others are counted.
  ///   - style: Whether headings are bold.
  /// - Returns: Text that ends with a line break; a sentence where there is no such group.
  public func table(
    group name: String = "all", limit: Int = 40, style: TextStyle = .plain
  ) -> String {
    guard let group = self[group: name] else { return "No group ‘\(name)’.\n" }
    let rows = Array(group.rows.prefix(limit))
    var columns = [
      TableColumn(title: "MLA", cells: rows.map { ErrorTableText.percent($0.mlaGroup?.noError) }),
      TableColumn(title: "errors", cells: rows.map { String($0.groupErrors) }),
    ]
    columns += zip(ErrorType.mistakes, Self.shortTitles).map { type, title in
      TableColumn(title: title, cells: rows.map { String($0.mistakes[type]) })
    }
    let images = group.rows.first?.groupSamples ?? 0
    var lines = ErrorTableText.wrapped(
      "\(dataset) · \(name) · \(NumberText.count(group.rows.count, "model")) · "
        + "\(NumberText.count(images, "image")) of \(NumberText.count(sampleCount)) that are not problematic"
    ).map(style.bold)
    lines += PlainTable(title: "Model", names: rows.map(\.model), columns: columns).lines(
      style: style)
    if group.rows.count > rows.count {
      lines.append("… and \(NumberText.count(group.rows.count - rows.count, "more model"))")
    }
    lines += ErrorTableText.wrapped(
      "MLA: multi-label accuracy in per cent. Then all mistakes, and by kind: overlapping classes, other correct labels, fine-grained, "
        + "fine-grained out of vocabulary, spurious correlations, untypical images, model failures."
    )
    if !marks.isEmpty {
      lines += ErrorTableText.wrapped("Left out: \(marks.joined(separator: ", ")).")
    }
    lines += warnings.flatMap { ErrorTableText.wrapped("Warning: \($0)").map(style.warning) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// In the order of `ErrorType.mistakes`.
  private static let shortTitles = [
    "overl", "multi", "fine", "OOV", "spur", "untyp", "fail",
  ]

  /// Every group in full, in the schema `credence.errors.statistics/1`.
  ///
  /// - Throws: `EncodingError`.
  public func json() throws -> String { try ErrorDocument.text(Self.schema, self) }
}
