import CredenceData
import CredenceErrorAnalysis
import Foundation

/// A made-up analysis of four images, three classes and a few models.
struct SmallAnalysis {
  static let hostile = "</script><img src=x onerror=alert(1)>\"'"

  let samples: AnnotatedSamples
  let classes: ClassList
  let tables: [ErrorTable]

  init(
    files: [String] = ["a/1.png", "a/2.png", "b/3.png", "c/4.png"],
    names: [String] = ["apple, fruit", "bee", "car"], models: [String] = ["first", "second"]
  ) throws {
    samples = AnnotatedSamples(
      dataset: "imagenet", files: files, positions: [0, 1, 2, 3], predictionCount: 4,
      targets: [0, 0, 1, 2], labels: LabelLists([[0], [0, 1], [1], []]),
      isProblematic: [false, false, false, true],
      isNonPrototypical: Array(repeating: false, count: 4), isImageNetM: nil)
    classes = try ClassList(ids: ["a", "b", "c"], descriptions: names, source: "test")
    let outcomes: [[(Int32, ErrorOutcome)]] = [
      [
        (0, ErrorOutcome(.correct)), (1, ErrorOutcome(.correctMultiLabel)),
        (2, ErrorOutcome(.notClassified)), (0, ErrorOutcome(.notClassified, remark: .emptyWrong)),
      ],
      [
        (2, ErrorOutcome(.sameSuperclass)), (1, ErrorOutcome(.correctMultiLabel)),
        (1, ErrorOutcome(.correct)), (2, ErrorOutcome(.similarToTarget, remark: .emptyCorrect)),
      ],
    ]
    tables = models.enumerated().map { index, model in
      let answers = outcomes[index % 2]
      return ErrorTable(
        model: Self.record(model),
        predictions: answers.map(\.0), outcomes: answers.map(\.1))
    }
  }

  static func record(_ name: String) -> ModelRecord {
    ModelRecord(
      folder: name, modelID: name, architectureFamily: "cnn", architecture: "resnet",
      trainingData: "ImageNet-1k (1.2M)", source: "timm", parameterCount: 1)
  }
}

/// A folder with two small images, removed at the end.
final class SmallImages {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("credence-images-\(UUID().uuidString)/images")
    for (name, width) in [("a/1.png", 40), ("a/2.png", 10)] {
      let file = url.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try ImageEncoder.png(
        PixelImage(
          width: width, height: 20, pixels: Array(repeating: 90, count: width * 20 * 3))
      ).write(to: file)
    }
  }

  deinit { try? FileManager.default.removeItem(at: url.deletingLastPathComponent()) }
}
