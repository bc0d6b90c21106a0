import Foundation

extension ModelList {
  /// A table for a terminal, 100 columns wide: a block per family, a line per row.
  ///
  /// - Parameter style: Whether headings are bold.
  /// - Returns: Text that ends with a line break.
  public func table(style: TextStyle = .plain) -> String {
    guard !rows.isEmpty else { return "No models.\n" }
    func cells(_ text: (Row) -> String) -> [String] { rows.map { text($0) } }
    let names = cells { TerminalText.sanitized($0.architecture) }
    let nameWidth = min(44, (names.map(TerminalText.width).max() ?? 0) + 2)
    var numbers = [
      TableColumn(title: "Params", cells: cells(\.parameterText)),
      TableColumn(title: "Input", cells: cells(\.inputText)),
      TableColumn(title: "Crop", cells: cells { NumberText.short($0.cropFraction) }),
      TableColumn(title: "Resizing", cells: cells(\.interpolation)),
    ]
    func room() -> Int {
      ScoreTable.width - nameWidth - numbers.reduce(0) { $0 + $1.width + 2 } - 2
    }
    // What does not fit beside the names of the weights is in the other forms.
    func longest(_ texts: [String]) -> Int { texts.map(TerminalText.width).max() ?? 0 }
    let tags = cells { $0.hubID.isEmpty ? "–" : $0.tag }
    let licensed = zip(tags, rows).map { $1.license.isEmpty ? $0 : "\($0) (\($1.license))" }
    if room() < longest(tags) { numbers.removeLast() }
    let hasLicenses = room() >= longest(licensed)
    let weights = hasLicenses ? licensed : tags

    func line(_ name: String, _ cell: (TableColumn) -> String, _ last: String) -> String {
      let head = TerminalText.padded(TerminalText.truncated(name, to: nameWidth), to: nameWidth)
      let middle = numbers.map { "  " + $0.padded(cell($0)) }.joined()
      let rest = TerminalText.truncated(TerminalText.sanitized(last), to: room())
      return head + middle + "  " + rest
    }
    var lines = [
      style.bold(line("Model", { $0.title }, hasLicenses ? "Weights (license)" : "Weights"))
    ]
    var family = ""
    for index in rows.indices {
      if rows[index].family != family {
        family = rows[index].family
        lines.append(style.bold(TerminalText.sanitized(family)))
      }
      lines.append(line("  " + names[index], { $0.cells[index] }, weights[index]))
    }
    lines.append("")
    lines += footnotes.flatMap { TerminalText.wrapped($0, to: ScoreTable.width, indent: "  ") }
    return lines.joined(separator: "\n") + "\n"
  }

  private var footnotes: [String] {
    let architectures = Set(rows.map(\.architecture)).count
    let weights = rows.filter { !$0.hubID.isEmpty }.count
    var notes = [
      "\(NumberText.count(architectures, "architecture")), "
        + "\(NumberText.count(weights)) of the lines with published weights. "
        + "The CSV and JSON forms have everything."
    ]
    if !uncountedReason.isEmpty {
      notes.append("Parameters are not counted: \(TerminalText.sanitized(uncountedReason))")
    }
    return notes
  }

  /// One record per row after RFC 4180, with every number in full.
  ///
  /// A cell without a value is empty.
  public func csv() -> String {
    var csv = CSVText(header: [
      "model", "architecture", "family", "parameters", "parameters_millions", "channels", "height",
      "width", "crop_fraction", "interpolation", "classes", "weights", "is_default", "hub_id",
      "license",
    ])
    for row in rows {
      var fields = [row.id, row.architecture, row.family]
      fields += [
        row.parameters.map { String($0) } ?? "",
        row.parameters.map { CSVText.number(Double($0) / 1e6) } ?? "",
      ]
      fields += (0..<3).map {
        row.inputSize.indices.contains($0) ? String(row.inputSize[$0]) : ""
      }
      fields += [
        CSVText.number(row.cropFraction), row.interpolation, String(row.classCount), row.tag,
        String(row.isDefault), row.hubID, row.license,
      ]
      csv.append(fields)
    }
    return csv.text
  }

  /// The rows as JSON in the schema `credence.models/1`, with sorted keys and no line break at the end.
  ///
  /// - Throws: `EncodingError`, for a number that is none.
  public func json() throws -> String {
    let text = try JSONText.encode(Document(schema: Self.schema, models: rows))
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  private struct Document: Encodable {
    let schema: String
    let models: [Row]
  }
}

extension ModelList.Row {
  /// In millions: `25.56 M`.
  fileprivate var parameterText: String {
    parameters.map { String(format: "%.2f M", Double($0) / 1e6) } ?? "–"
  }

  /// The side of a square color image, `224`; else channels, height and width, `1×28×28`.
  fileprivate var inputText: String {
    let isPlain = inputSize.count == 3 && inputSize[0] == 3 && inputSize[1] == inputSize[2]
    return isPlain ? String(inputSize[1]) : inputSize.map(String.init).joined(separator: "×")
  }
}
