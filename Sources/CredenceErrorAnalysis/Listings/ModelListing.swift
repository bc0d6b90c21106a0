/// The list of all analyzed models, as the publication prints it.
public enum ModelListing {
  /// The rows of a table in LaTeX, ordered by family and name.
  ///
  /// - Parameter models: The models in any order.
  /// - Returns: `1. & name & source & family & training data \\` and so on, a line per model.
  public static func latex(_ models: [ModelRecord]) -> String {
    let rows = models.map { model in
      let family =
        model.architectureFamily == "transformer" ? "vit" : model.architectureFamily
      let source = model.source.hasPrefix("torch") ? "torch" : model.source
      return (
        key: "\(family) | \(model.displayName)",
        cells: [
          model.displayName.replacing("_", with: "\\_"), source, family, model.trainingDataName,
        ]
      )
    }
    return rows.sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
      .enumerated().map { index, row in
        "\(index + 1). & \(row.cells.joined(separator: " & ")) \\\\\n"
      }.joined()
  }

  /// The published `models_summary.csv`, ordered by family, group, architecture and name; its lines end in CRLF.
  public static func csv(_ models: [ModelRecord]) -> String {
    let header = [
      "idx", "model_id", "source", "arch", "arch_group", "arch_family", "dataset",
      "extra_annotations",
    ]
    let rows = models.map { model in
      let group = ArchitectureGroup(architecture: model.architecture).rawValue
      return (
        key: [model.architectureFamily, group, model.architecture, model.displayName]
          .joined(separator: " | "),
        cells: [
          model.displayName, model.source, model.architecture, group, model.architectureFamily,
          model.trainingDataName, PythonText.list(model.extraAnnotations),
        ]
      )
    }
    let sorted = rows.sorted {
      $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars)
    }
    let lines =
      [header] + sorted.enumerated().map { index, row in ["\(index + 1)"] + row.cells }
    return lines.map { PythonText.record($0) + "\r\n" }.joined()
  }
}

extension ModelRecord {
  /// The folder's name after the publisher's, such as `vit_base_patch16_224`.
  fileprivate var displayName: String {
    folder.firstRange(of: "--").map { String(folder[$0.upperBound...]) } ?? folder
  }

  /// The training data without its size: `ImageNet-21k`.
  fileprivate var trainingDataName: String {
    trainingData.firstRange(of: " (").map { String(trainingData[..<$0.lowerBound]) }
      ?? trainingData
  }
}
