import CredenceErrorAnalysis
import FileSupport
import Foundation
import GoldenSupport

/// The golden artefacts: 12 models on 300 samples of ImageNet and 100 of ImageNet-A.
enum GoldenErrors {
  static let set = GoldenSet("errors")
  static let wordNet = fixture("wordnet/data.noun.gz")

  /// Where everything of a data set is.
  static func inputs(_ dataset: String) -> ErrorAnalysisInputs {
    var inputs = ErrorAnalysisInputs()
    inputs.artefacts = set.folder.appendingPathComponent("artefacts").path
    inputs.dataset = dataset
    inputs.wordNet = .path(wordNet.path)
    inputs.multiLabels = .path(set.url("annotations/human_accuracy.json").path)
    inputs.real = .path(set.url("annotations/real.json").path)
    inputs.originalLabels = .path(set.url("annotations/validation_labels.txt").path)
    inputs.mistakes = .path(set.folder.appendingPathComponent("imagenet-mistakes/metadata").path)
    inputs.imageFeatures = .path(set.url("clip/image_features.npz").path)
    inputs.textFeatures = .path(set.url("clip/text_features.npz").path)
    for name in [
      "artefacts/\(dataset)/samples_info.npz",
      "artefacts/\(dataset)/valid_clip_knn.npz",
      "imagenet-mistakes/metadata/greedy_soups_mistakes.json",
      "imagenet-mistakes/metadata/vit3b_mistakes.json",
    ] {
      _ = set.url(name)
    }
    return inputs
  }

  /// The JSON files that are read and hold no results.
  static func noteInputs() throws {
    let artefacts = set.folder.appendingPathComponent("artefacts")
    let metadata = try FileManager.default.subpathsOfDirectory(atPath: artefacts.path).filter {
      $0.hasSuffix("metadata.json")
    }
    let files =
      [
        "annotations/human_accuracy.json", "annotations/real.json",
        "imagenet-mistakes/metadata/greedy_soups_mistakes.json",
        "imagenet-mistakes/metadata/vit3b_mistakes.json", "artefacts/labels_map.json",
        "artefacts/imagenet_wnet_id_to_target.json",
      ] + metadata.sorted().map { "artefacts/\($0)" }
    for file in files {
      _ = set.url(file)
      var group = GoldenGroup(set: "errors", name: "input \(file)", file: file)
      group.skip(path: "", reason: "It is an input.")
      group.finish()
    }
  }

  static let imageNet = Result { try ErrorKnowledge(opening: inputs("imagenet")) }
  static let imageNetA = Result { try ErrorKnowledge(opening: inputs("imagenet-a")) }

  /// What is known of a data set, opened once.
  static func knowledge(_ dataset: String) throws -> ErrorKnowledge {
    try (dataset == "imagenet" ? imageNet : imageNetA).get()
  }

  /// A copy of the artefacts into which results can be written.
  static func copy() throws -> (folder: TemporaryFolder, inputs: (String) -> ErrorAnalysisInputs) {
    let folder = try TemporaryFolder()
    let target = folder.url.appendingPathComponent("artefacts")
    try FileManager.default.copyItem(
      at: set.folder.appendingPathComponent("artefacts"), to: target)
    return (
      folder,
      { dataset in
        var inputs = inputs(dataset)
        inputs.artefacts = target.path
        return inputs
      }
    )
  }

  /// The predictions of a model as its file has them.
  static func predictions(_ dataset: String, _ model: String) throws -> [Int32] {
    let url = set.url("artefacts/\(dataset)/\(model)/preds.npz")
    let knowledge = try knowledge(dataset)
    let read = try ModelPredictions(contentsOf: url, samples: knowledge.sampleList)
    return knowledge.samples.positions.map { read.top1[$0] }
  }
}

extension GoldenGroup {
  /// Notes whether a leaf agrees, and what was found where it does not.
  mutating func check(path: String, _ isEqual: Bool, _ found: String) {
    if isEqual {
      check(path: path, expected: true, actual: true)
    } else {
      fail(path: path, "found \(found)")
    }
  }
}
