import CredenceFiles
package import Foundation

/// Where inputs are looked for.
package struct KnowledgePlaces: Sendable {
  package let inputs: ErrorAnalysisInputs

  package init(_ inputs: ErrorAnalysisInputs) { self.inputs = inputs }

  package var artefacts: URL { URL(fileURLWithPath: inputs.artefacts) }
  /// The folder of the data set.
  package var folder: URL { artefacts.appendingPathComponent(inputs.dataset) }

  /// The folder of the data set must be there.
  ///
  /// - Throws: `ErrorAnalysisError.unknown` with the data sets that are there.
  package func checkFolder() throws(ErrorAnalysisError) {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
    guard !exists || !isFolder.boolValue else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: artefacts.path)) ?? []
    let known = names.filter { name in
      FileManager.default.fileExists(
        atPath: artefacts.appendingPathComponent(name).appendingPathComponent(SampleList.fileName)
          .path)
    }
    throw .unknown(
      kind: "data set in ‘\(artefacts.relativePath)’", name: inputs.dataset, known: known.sorted())
  }

  /// What the user chose for an input; `nil` for those that have one place.
  package func choice(_ input: KnowledgeInput) -> ErrorAnalysisInputs.Choice? {
    switch input.id {
    case KnowledgeInput.classes.id: inputs.classes
    case KnowledgeInput.wordNet.id: inputs.wordNet
    case KnowledgeInput.superclasses.id: inputs.superclasses
    case KnowledgeInput.multiLabels.id: inputs.multiLabels
    case KnowledgeInput.pairs.id: inputs.pairs
    case KnowledgeInput.mistakes.id: inputs.mistakes
    case KnowledgeInput.imageNetM.id: inputs.imageNetM
    case KnowledgeInput.neighbors.id: inputs.neighbors
    case KnowledgeInput.imageFeatures.id: inputs.imageFeatures
    case KnowledgeInput.textFeatures.id: inputs.textFeatures
    default: nil
    }
  }

  /// The usual places of an input, in the order in which they are looked at.
  package func usual(_ input: KnowledgeInput) -> [URL] {
    switch input.id {
    case KnowledgeInput.classes.id:
      inFolder("classes.json", "classes.csv", "classes.txt")
    case KnowledgeInput.samples.id: inFolder("samples_info.npz")
    case KnowledgeInput.wordNet.id:
      [
        artefacts.appendingPathComponent("wordnet"),
        URL(fileURLWithPath: WordNet.standardFolder),
      ]
    case KnowledgeInput.superclasses.id:
      inFolder("superclasses.json")
        + (inputs.hasImageNetClasses ? inArtefacts("superclasses.json") : [])
    case KnowledgeInput.multiLabels.id:
      inputs.hasImageNetClasses
        ? inArtefacts(
          "human_accuracy_v3.0.0.json", "human_accuracy.json", "multilabel.csv",
          "multilabel/multilabel.csv", "imagenet2012_multilabel")
        : inFolder("multi_labels.csv")
    case KnowledgeInput.pairs.id:
      inFolder("cooccurrence_pairs.json", "cooccurrence_pairs.csv")
        + (inputs.hasImageNetClasses ? inArtefacts("cooccurrence_pairs.json") : [])
    case KnowledgeInput.mistakes.id:
      inputs.hasImageNetClasses
        ? [
          artefacts.appendingPathComponent("imagenet-mistakes/metadata"),
          artefacts.appendingPathComponent("imagenet-mistakes"),
          artefacts.deletingLastPathComponent().appendingPathComponent(
            "imagenet-mistakes/metadata"),
          artefacts.deletingLastPathComponent().appendingPathComponent("imagenet-mistakes"),
        ] : []
    case KnowledgeInput.imageNetM.id: inArtefacts("imagenet_m.json", "imagenet_m.txt")
    case KnowledgeInput.neighbors.id: inFolder("valid_clip_knn.npz")
    case KnowledgeInput.imageFeatures.id: inFolder("clip_image_features.safetensors")
    case KnowledgeInput.textFeatures.id: inArtefacts("clip_text_features.safetensors")
    default: []
    }
  }

  /// The usual places of ReaL's label lists.
  package var real: [URL] { inArtefacts("real.json", "reassessed-imagenet/real.json") }

  /// The usual places of the original labels.
  package var originalLabels: [URL] { inArtefacts("validation_labels.txt") }

  /// The usual places of a hierarchy of the user's own.
  package var hierarchy: [URL] { inFolder("hierarchy.json", "hierarchy.csv") }

  /// The usual places of overlapping classes of the user's own.
  package var collapsedMappings: [URL] { inFolder("overlapping_classes.json") }

  /// The file of a choice; `nil` where it is left out or not found.
  ///
  /// - Throws: `FileError.unreadable` for a path that the user named and that is not there.
  package func find(_ choice: ErrorAnalysisInputs.Choice, _ usual: [URL]) throws -> URL? {
    switch choice {
    case .none: return nil
    case .path(let path):
      let url = URL(fileURLWithPath: path)
      guard FileManager.default.fileExists(atPath: url.path) else {
        throw FileError.unreadable(file: path, reason: "There is no such file or folder.")
      }
      return url
    case .usual: return usual.first { FileManager.default.fileExists(atPath: $0.path) }
    }
  }

  /// The file of an input; `nil` where it is left out or not found.
  ///
  /// - Throws: `FileError.unreadable` for a path that the user named and that is not there.
  package func find(_ input: KnowledgeInput) throws -> URL? {
    try find(choice(input) ?? .usual, usual(input))
  }

  /// The file of an input that must be there.
  ///
  /// - Throws: `ErrorAnalysisError.missing` with the places that were looked at.
  package func require(_ input: KnowledgeInput) throws -> URL {
    if let url = try find(input) { return url }
    throw ErrorAnalysisError.missing(input, looked: usual(input).map(\.relativePath))
  }

  private func inFolder(_ names: String...) -> [URL] {
    names.map { folder.appendingPathComponent($0) }
  }

  private func inArtefacts(_ names: String...) -> [URL] {
    names.map { artefacts.appendingPathComponent($0) }
  }
}
