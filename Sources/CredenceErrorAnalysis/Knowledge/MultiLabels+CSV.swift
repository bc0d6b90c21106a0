import Foundation

extension MultiLabels {
  /// Reads the CSV form: the columns `id`, `proposed_labels` (the correct ones), `unclear_multi_labels`, and if present `wrong_multi_labels`, `original_label` and `is_problematic`.
  ///
  /// Lists are numbers separated by commas. For data of the user's own `labels` does for `proposed_labels`, and class names for numbers.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError` naming the line.
  init(csv data: Data, file: String, classes: ClassList) throws {
    let table = try TextTable(data, file: file)
    guard let ids = table.column("id") ?? table.column("file"),
      let correct = table.column("proposed_labels") ?? table.column("labels")
    else {
      throw ErrorAnalysisError.mismatch(
        file: file, problem: "it lacks the column ‘id’, or ‘proposed_labels’")
    }
    let unclear = table.column("unclear_multi_labels")
    let wrong = table.column("wrong_multi_labels")
    let original = table.column("original_label")
    let problematic = table.column("is_problematic")
    var entries: [Entry] = []
    entries.reserveCapacity(table.rows.count)
    for (row, fields) in table.rows.enumerated() {
      func problem(_ text: String) -> ErrorAnalysisError {
        .badEntry(file: file, entry: "line \(table.lines[row])", problem: text)
      }
      func list(_ column: Int?) throws(ErrorAnalysisError) -> [Int32] {
        guard let column, !fields[column].isEmpty else { return [] }
        var labels: [Int32] = []
        for part in fields[column].split(separator: ",", omittingEmptySubsequences: false) {
          let text = part.trimmingCharacters(in: .whitespaces)
          guard let label = Int32(text) ?? classes.index(ofID: text) else {
            throw problem("‘\(text)’ is no class")
          }
          labels.append(label)
        }
        return labels
      }
      var isProblematic = false
      if let problematic {
        switch fields[problematic].lowercased() {
        case "true", "1": isProblematic = true
        case "false", "0", "": isProblematic = false
        default: throw problem("‘\(fields[problematic])’ is neither True nor False")
        }
      }
      let originals = try list(original)
      guard originals.count <= 1 else { throw problem("it has several original labels") }
      entries.append(
        Entry(
          file: fields[ids], correct: try list(correct), unclear: try list(unclear),
          wrong: try list(wrong), isProblematic: isProblematic, original: originals.first))
    }
    try self.init(entries: entries, classCount: classes.count, source: file)
  }
}
