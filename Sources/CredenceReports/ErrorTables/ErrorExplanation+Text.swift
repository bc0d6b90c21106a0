public import CredenceErrorAnalysis
import Foundation

extension ErrorExplanation {
  /// The decision step by step, for a terminal.
  ///
  /// - Parameter style: Whether headings are bold.
  /// - Returns: Text that ends with a line break.
  public func text(style: TextStyle = .plain) -> String {
    var lines = [
      style.bold(TerminalText.sanitized("\(file) · \(model)")), "label       \(target.text)",
    ]
    lines += labels.map { "correct     \($0.text)" }
    if labels.isEmpty { lines.append("correct     none") }
    if isProblematic {
      lines.append("            The image is problematic: it counts in no statistic.")
    }
    lines.append("prediction  \(prediction.text)")
    lines.append("superclass  \(superclasses.joined(separator: ", "))")
    lines += ["", style.bold("Rules")]
    for (index, step) in steps.enumerated() {
      lines.append("\(index + 1). \(step.question) \(Self.words[step.verdict] ?? "")")
      lines += TerminalText.wrapped(
        TerminalText.sanitized(step.reason), to: ScoreTable.width - 3
      ).map { "   \($0)" }
    }
    if let neighborhood { lines += [""] + self.lines(of: neighborhood, style) }
    if !sections.isEmpty { lines += [""] + proposalLines(style) }
    lines += ["", style.bold("Decision")]
    lines += texts.flatMap { ErrorTableText.wrapped($0) }
    if isUndecided {
      lines += ErrorTableText.wrapped(
        "Undecided: the out-of-vocabulary stage, which was left out, might have found it fine-grained."
      )
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let words: [Verdict: String] = [
    .no: "No.", .decided: "Yes: this decides.", .remark: "Yes: noted.",
    .undecided: "Not known.",
  ]

  private func lines(of neighborhood: Neighborhood, _ style: TextStyle) -> [String] {
    var lines = [style.bold("The ten training images that look most like it")]
    for (index, neighbor) in neighborhood.neighbors.enumerated() {
      let name = neighbor.file ?? "image \(neighbor.index)"
      lines += ErrorTableText.wrapped(
        "\(index + 1). \(name), \(neighbor.label.label): \(neighbor.superclasses.joined(separator: ", "))"
      )
    }
    lines += ErrorTableText.wrapped(
      "overlap \(neighborhood.sharedSuperclasses) / \(neighborhood.allSuperclasses): so many of their superclasses are the "
        + "prediction's. "
        + (neighborhood.isOpen
          ? "The image looks like the prediction; proposals are compared."
          : "The image does not look like the prediction; no proposal is compared."))
    return lines
  }

  private func proposalLines(_ style: TextStyle) -> [String] {
    var lines = [style.bold("Proposals (* for a class)")]
    for section in sections {
      let names = section.proposals.map { $0.name + ($0.isClass ? "*" : "") }
      lines += ErrorTableText.wrapped(
        "\(section.title): \(names.isEmpty ? "none" : names.joined(separator: ", "))")
    }
    guard !best.isEmpty else { return lines }
    lines += ["", style.bold("Best of \(NumberText.count(proposalCount, "proposal"))")]
    for proposal in best {
      let percent = String(format: "%.2f %%", 100 * (proposal.probability ?? 0))
      lines.append(
        TerminalText.padded(percent, to: 8, alignsRight: true)
          + "  \(proposal.name)\(proposal.isClass ? "*" : "") (\(proposal.concept))")
    }
    return lines
  }

  /// The explanation in the schema `credence.errors.explain/1`.
  ///
  /// - Throws: `EncodingError`.
  public func json() throws -> String { try ErrorDocument.text(Self.schema, self) }
}
