import CredenceEvaluation
import Foundation

/// Short names that tell the rows of a report apart.
struct EntryLabels: Sendable {
  /// One per row: its subject without the rescaling; rows that differ only there share it.
  let subjects: [String]
  /// One per row: its subject without the confidence function.
  let models: [String]
  /// One per row: the subject, and the rescaling where there are several.
  let labels: [String]
  /// One per row: what was done to the confidences.
  let rescalings: [String]

  init(_ rows: [ResultRow]) {
    func varies(_ part: (ResultRow) -> String) -> Bool { Set(rows.map(part)).count > 1 }
    let parts: [(ResultRow) -> String] = [
      { $0.model.isEmpty ? Self.stem($0.file) : $0.model }, \.dataset, \.split,
    ]
    let shown = [true] + parts.dropFirst().map { varies($0) }
    let names = rows.map { row in
      zip(parts, shown).filter(\.1).map { $0.0(row) }.filter { !$0.isEmpty }
        .joined(separator: " · ")
    }
    // Two files may claim the same model.
    let files = Dictionary(grouping: rows.indices, by: { names[$0] })
      .mapValues { Set($0.map { rows[$0].file }).count }
    let models = rows.indices.map { index in
      let file = rows[index].file
      let isAmbiguous = files[names[index], default: 1] > 1 && !file.isEmpty
      return isAmbiguous ? "\(names[index]) (\(file))" : names[index]
    }
    self.models = models
    let hasConfidences = varies(\.confidence)
    subjects = zip(models, rows).map { model, row in
      hasConfidences && !row.confidence.isEmpty ? "\(model) · \(row.confidence)" : model
    }
    rescalings = rows.map(\.rescalingText)
    let isRescaled = varies(\.rescaling)
    labels = zip(subjects, rows).map { subject, row in
      isRescaled ? "\(subject), \(row.rescalingText)" : subject
    }
  }

  /// The rows with those of a model, and within it of a subject, next to each other, in the order in which they first appear.
  var grouped: [Int] {
    func place(_ names: [String]) -> [Int] { names.map { names.firstIndex(of: $0) ?? 0 } }
    let (model, subject) = (place(models), place(subjects))
    return subjects.indices.sorted {
      (model[$0], subject[$0], $0) < (model[$1], subject[$1], $1)
    }
  }

  /// The file's name without folder and ending.
  private static func stem(_ file: String) -> String {
    let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    return file.isEmpty ? "predictions" : stem
  }
}

extension ResultRow {
  /// What was done to the confidences: `before`, or `after temperature`.
  var rescalingText: String {
    rescaling == "none" || rescaling.isEmpty ? "before" : "after \(rescaling)"
  }

  /// The number that the rescaling is named after; else all of them.
  var mainParameterText: String {
    parameters[rescaling].map { "\(rescaling) \(NumberText.short($0))" } ?? parameterText
  }

  /// The fitted numbers in a few words: `temperature 1.234`.
  var parameterText: String {
    parameters.sorted { $0.key < $1.key }.map { "\($0.key) \(NumberText.short($0.value))" }
      .joined(separator: ", ")
  }
}
