public import CredenceEvaluation
import CredenceNN

extension SpectralNormAudit {
  /// A table for a terminal: a line per layer.
  ///
  /// - Parameter style: Whether headings are bold.
  /// - Returns: Text that ends with a line break.
  public func table(style: TextStyle = .plain) -> String {
    let names = ["Layer"] + layers.map { TerminalText.sanitized($0.measurement.layer) }
    let nameWidth = min(44, (names.map(TerminalText.width).max() ?? 0) + 2)
    func column(_ title: String, _ text: (SpectralNormalization.Measurement) -> String)
      -> TableColumn
    {
      TableColumn(title: title, cells: layers.map { text($0.measurement) })
    }
    let columns = [
      column("Weight") { $0.shape.map(String.init).joined(separator: "×") },
      column("Sigma") { NumberText.short($0.estimate) },
      column("Norm") { NumberText.short($0.norm) },
      column("In use") { NumberText.short($0.normInUse) },
      column("Bound") { NumberText.short($0.coefficient) },
      TableColumn(title: "Holds", cells: layers.map { $0.holds ? "yes" : "no" }),
    ]
    func line(_ name: String, _ cell: (TableColumn) -> String) -> String {
      TerminalText.padded(TerminalText.truncated(name, to: nameWidth), to: nameWidth)
        + columns.map { "  " + $0.padded(cell($0)) }.joined()
    }
    var lines = [style.bold(line("Layer") { $0.title })]
    for index in layers.indices {
      let text = line(names[index + 1]) { $0.cells[index] }
      lines.append(layers[index].holds ? text : style.warning(text))
    }
    lines.append("")
    let verdict =
      brokenCount == 0
      ? "All bounds hold." : "\(NumberText.count(brokenCount, "bound")) of \(layers.count) broken."
    let note =
      "\(model): \(verdict) Sigma is the norm that the stored vectors give, norm what "
      + "\(iterations) power iterations find, in use what is left of it after the division; it may "
      + "exceed the bound by \(NumberText.short(100 * tolerance)) %."
    lines += TerminalText.wrapped(
      TerminalText.sanitized(note), to: ScoreTable.width, indent: "  ")
    return lines.joined(separator: "\n") + "\n"
  }

  /// One record per layer after RFC 4180, with every number in full.
  public func csv() -> String {
    var csv = CSVText(header: [
      "layer", "shape", "sigma", "norm", "norm_in_use", "coefficient", "holds",
    ])
    for layer in layers {
      let measurement = layer.measurement
      csv.append([
        measurement.layer, measurement.shape.map(String.init).joined(separator: "x"),
        CSVText.number(measurement.estimate), CSVText.number(measurement.norm),
        CSVText.number(measurement.normInUse), CSVText.number(measurement.coefficient),
        String(layer.holds),
      ])
    }
    return csv.text
  }

  /// The audit as JSON in the schema `credence.spectral-norm-audit/1`, with sorted keys.
  ///
  /// - Throws: `EncodingError`, for a number that is none.
  public func json() throws -> String { try JSONText.encode(self) }
}
