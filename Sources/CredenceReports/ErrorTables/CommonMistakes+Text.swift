public import CredenceErrorAnalysis

extension CommonMistakes {
  /// One record per mistake after RFC 4180; several correct labels are separated by blanks.
  public func csv() -> String {
    var csv = CSVText(header: [
      "rank", "count", "models", "type", "file", "target", "target_name", "labels", "prediction",
      "prediction_name", "texts",
    ])
    for entry in entries {
      csv.append([
        String(entry.rank), String(entry.count), String(modelCount), type.key, entry.file,
        String(entry.target.index), entry.target.description,
        entry.labels.map { String($0.index) }.joined(separator: " "),
        String(entry.prediction.index), entry.prediction.description,
        entry.texts.joined(separator: "; "),
      ])
    }
    return csv.text
  }

  /// The listing in the schema `credence.errors.common/1`.
  ///
  /// - Throws: `EncodingError`.
  public func json() throws -> String { try ErrorDocument.text(Self.schema, self) }
}

extension SpuriousPairs {
  /// The pairs as a table for a terminal, most frequent first, and the published line.
  ///
  /// - Parameters:
  ///   - limit: How many pairs are shown.
  ///   - style: Whether headings are bold.
  /// - Returns: Text that ends with a line break.
  public func table(limit: Int = 40, style: TextStyle = .plain) -> String {
    let shown = Array(pairs.prefix(limit))
    let table = PlainTable(
      title: "Pair", names: shown.map { "\($0.first.shortName) – \($0.second.shortName)" },
      columns: [
        TableColumn(title: "mistakes", cells: shown.map { String($0.mistakes) }),
        TableColumn(title: "images", cells: shown.map { String($0.images) }),
        TableColumn(title: "first predicted", cells: shown.map { String($0.predictedFirst) }),
      ])
    var lines = table.lines(style: style)
    if pairs.count > shown.count {
      lines.append("… and \(NumberText.count(pairs.count - shown.count, "more pair"))")
    }
    lines += ErrorTableText.wrapped(
      "\(NumberText.count(modelCount, "model")); \(NumberText.count(knownPairs, "pair")) of classes often occur together."
    )
    return lines.joined(separator: "\n") + "\n" + text
  }

  /// One record per pair after RFC 4180.
  public func csv() -> String {
    var csv = CSVText(header: [
      "class_a", "class_b", "name_a", "name_b", "mistakes", "images", "predicted_a", "example",
    ])
    for pair in pairs {
      csv.append([
        String(pair.first.index), String(pair.second.index), pair.first.description,
        pair.second.description, String(pair.mistakes), String(pair.images),
        String(pair.predictedFirst), pair.example,
      ])
    }
    return csv.text
  }

  /// The pairs in the schema `credence.errors.pairs/1`.
  ///
  /// - Throws: `EncodingError`.
  public func json() throws -> String { try ErrorDocument.text(Self.schema, self) }
}

extension NamedClass {
  /// The first of its names.
  var shortName: String { description.split(separator: ",").first.map(String.init) ?? id }

  /// The first of its names and its number.
  var label: String { "\(shortName) (\(index))" }
}
