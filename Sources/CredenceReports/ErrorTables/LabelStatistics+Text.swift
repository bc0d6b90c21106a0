public import CredenceErrorAnalysis

extension LabelStatistics {
  /// What the labels look like, for a terminal.
  ///
  /// - Parameters:
  ///   - hasDetails: Whether the pairs and the failing rows of the mappings are listed.
  ///   - style: Whether headings are bold.
  /// - Returns: Text that ends with a line break.
  public func text(hasDetails: Bool, style: TextStyle = .plain) -> String {
    var lines = ErrorTableText.wrapped(
      "\(dataset): \(NumberText.count(predictions, "image")), \(NumberText.count(annotated)) of them annotated, "
        + "\(NumberText.count(problematic)) problematic (\(NumberText.count(withoutLabel)) without a correct label), "
        + "\(NumberText.count(nonPrototypical)) non-prototypical"
        + (imageNetM.map { ", \(NumberText.count($0)) of ImageNet-M" } ?? "")
    ).map(style.bold)
    lines.append("")
    lines += PlainTable(
      title: "Group", names: groups.map(\.group.rawValue),
      columns: [
        TableColumn(title: "classes", cells: groups.map { String($0.classes) }),
        TableColumn(title: "images", cells: groups.map { String($0.samples) }),
        TableColumn(
          title: "several labels %",
          cells: groups.map { ErrorTableText.percent($0.percentMulti) }),
        TableColumn(
          title: "labels, mean", cells: groups.map { ErrorTableText.percent($0.meanLabels) }),
        TableColumn(
          title: "of those with several",
          cells: groups.map { ErrorTableText.percent($0.meanLabelsOfMulti) }),
      ]
    ).lines(style: style)
    lines += ["", style.bold("Images with several correct labels")]
    lines += [
      "neither organism nor artifact  \(composition.neither)",
      "both                           \(composition.both)",
      "artifacts only                 \(composition.artifactOnly) (\(composition.severalArtifacts) with more than one)",
      "organisms only                 \(composition.organismOnly) (\(composition.severalOrganisms) with more than one)",
    ]
    lines.append("")
    lines += ErrorTableText.wrapped("Superclasses: \(superclassSource)").map(style.bold)
    for (title, sizes) in [
      ("Two classes or more", superclasses.map(\.several)),
      ("With singletons", superclasses.map(\.all)),
    ] {
      lines += PlainTable(
        title: title, names: superclasses.map(\.group.rawValue),
        columns: [
          TableColumn(title: "count", cells: sizes.map { String($0.count) }),
          TableColumn(title: "min", cells: sizes.map { $0.minimum.map(String.init) ?? "–" }),
          TableColumn(title: "max", cells: sizes.map { $0.maximum.map(String.init) ?? "–" }),
          TableColumn(title: "mean", cells: sizes.map { ErrorTableText.percent($0.mean) }),
          TableColumn(
            title: "median", cells: sizes.map { $0.median.map { NumberText.fixed($0, 1) } ?? "–" }),
        ]
      ).lines(style: style)
    }
    lines += ["", style.bold("Classes that often occur together")]
    if let pairGroups {
      lines += ErrorTableText.wrapped(
        "\(NumberText.count(pairGroups.total, "pair")): \(pairGroups.organisms) of organisms, \(pairGroups.artifacts) of artifacts, "
          + "\(pairGroups.mixed) mixed, \(pairGroups.withOther) with others")
      if hasDetails { lines += pairs.map { TerminalText.sanitized($0.text) } }
    } else {
      lines.append("not known")
    }
    lines += ["", style.bold("Overlapping classes")]
    let share =
      mappings.occurrences == 0
      ? ""
      : " (\(NumberText.percent(Double(mappings.complete) / Double(mappings.occurrences))))"
    lines += ErrorTableText.wrapped(
      "A class with overlapping ones is a correct label \(NumberText.count(mappings.occurrences, "time")); the overlapping ones "
        + "are too \(NumberText.count(mappings.complete, "time"))\(share).")
    if hasDetails {
      lines += mappings.failures.map {
        "\($0.file): \($0.label.label) without \($0.missing.map(\.label).joined(separator: ", "))"
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Everything in the schema `credence.errors.describe/1`.
  ///
  /// - Throws: `EncodingError`.
  public func json() throws -> String { try ErrorDocument.text(Self.schema, self) }
}
