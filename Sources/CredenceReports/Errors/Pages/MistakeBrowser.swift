public import CredenceErrorAnalysis
import CredenceFiles
import Foundation

/// A page on which a reader looks for images: by kind of mistake, class, model, and how many models are wrong.
public struct MistakeBrowser: Sendable {
  /// How images come into the page.
  public struct Images: Sendable {
    /// The folder's address relative to the page; empty where the page shows none.
    public var address = ""
    /// Shrunk images as data, by name; they are shown in place of the linked ones.
    public var embedded: [String: String] = [:]

    public init() {}
  }

  private let samples: AnnotatedSamples
  private let classes: ClassList
  private let models: [String]
  /// The answers of each image that are not simply correct, most frequent first.
  private let answers: [[Answer]]
  /// For each model whose answers the page holds: the place of its answer in its image's list, from 1; 0 where correct, 15 for rare ones.
  private let places: [[UInt8]]

  /// What several models say of an image.
  private struct Answer {
    let prediction: Int32
    let code: UInt8
    var count: Int
  }

  /// The most answers of an image that are listed one by one.
  static let answerLimit = 14

  /// Prepares the images.
  ///
  /// - Parameters:
  ///   - samples: The annotated images.
  ///   - classes: The classes' names.
  ///   - tables: What each model says, one entry for each image.
  ///   - modelLimit: How many models the page can filter by; the others count in the numbers only. Each takes half a byte for each image.
  /// - Throws: `ErrorFigureError.unsafeImageName` for a name that leads out of a folder; `mismatchedTable`.
  public init(
    samples: AnnotatedSamples, classes: ClassList, tables: [ErrorTable], modelLimit: Int = 200
  ) throws {
    for table in tables {
      guard table.outcomes.count == samples.count else {
        throw ErrorFigureError.mismatchedTable(
          model: table.model.folder, expected: samples.count, found: table.outcomes.count)
      }
      if let row = table.predictions.firstIndex(where: { !(0..<classes.count).contains(Int($0)) }) {
        throw ErrorFigureError.unknownClass(
          model: table.model.folder, image: samples.files[row], number: Int(table.predictions[row]),
          count: classes.count)
      }
    }
    for file in samples.files { _ = try ImageFolder.parts(of: file) }
    let kept = min(tables.count, max(0, modelLimit))
    let blocks = try parallelBlocks(count: samples.count, blockSize: 512) { rows in
      rows.map { Self.summary($0, tables, kept: kept) }
    }
    let rows = blocks.flatMap { $0 }
    self.samples = samples
    self.classes = classes
    models = tables.map(\.model.folder)
    answers = rows.map(\.answers)
    places = (0..<kept).map { model in rows.map { $0.places[model] } }
  }

  private static func summary(
    _ row: Int, _ tables: [ErrorTable], kept: Int
  ) -> (answers: [Answer], places: [UInt8]) {
    var answers: [Answer] = []
    for table in tables {
      let (prediction, code) = (table.predictions[row], table.outcomes[row].code)
      if code == ErrorOutcome(.correct).code { continue }
      if let index = answers.firstIndex(where: { $0.prediction == prediction && $0.code == code }) {
        answers[index].count += 1
      } else {
        answers.append(Answer(prediction: prediction, code: code, count: 1))
      }
    }
    answers.sort { ($1.count, $0.prediction, $0.code) < ($0.count, $1.prediction, $1.code) }
    let places = tables.prefix(kept).map { table -> UInt8 in
      let (prediction, code) = (table.predictions[row], table.outcomes[row].code)
      if code == ErrorOutcome(.correct).code { return 0 }
      let index = answers.firstIndex { $0.prediction == prediction && $0.code == code } ?? 14
      return UInt8(min(index, answerLimit)) + 1
    }
    return (answers, places)
  }

  /// The names of the images that most models get wrong, the hardest first.
  ///
  /// - Parameter count: How many.
  /// - Returns: At most as many names; images that no model gets wrong are not among them.
  public func hardest(_ count: Int) -> [String] {
    let wrong = answers.map { $0.reduce(0) { $0 + $1.count } }
    return wrong.indices.filter { wrong[$0] > 0 }
      .sorted { (wrong[$1], $0) < (wrong[$0], $1) }.prefix(count).map { samples.files[$0] }
  }

  /// The self-contained page.
  ///
  /// - Parameters:
  ///   - images: Linked and embedded images.
  ///   - notes: What a reader should know, such as steps that were left out.
  ///   - program: The program and its version, for the footer.
  /// - Returns: HTML.
  /// - Throws: Where a number can't be written.
  public func page(
    images: Images = Images(), notes: [String] = [],
    program: String = "Credence \(ProgramVersion.current)"
  ) throws -> String {
    let types = ErrorType.allCases.filter { $0 != .correct }
    var notes = notes
    if places.count < models.count {
      notes.append(
        "The page can filter by the first \(places.count) of \(models.count) models; the numbers count all."
      )
    }
    let model = BrowserPageModel(
      title: "Which images do models get wrong?",
      facts: [
        samples.dataset, NumberText.count(samples.count, "image"),
        NumberText.count(models.count, "model"),
      ].joined(separator: " · "), hasWarnings: !notes.isEmpty, warnings: notes,
      types: types.map { BrowserPageModel.Choice(value: "\($0.rawValue)", title: $0.title) },
      models: places.indices.map {
        BrowserPageModel.Choice(value: "\($0)", title: models[$0])
      }, modelCount: models.count, hasModels: !places.isEmpty)
    return try DataPage(
      title: model.title, program: program, script: .browser,
      showsLinkedImages: !images.address.isEmpty
    ).text(template: "error-browser", model: model, data: data(images))
  }

  private func data(_ images: Images) -> BrowserData {
    BrowserData(
      classes: classes.ids.indices.map { [classes.ids[$0], classes.descriptions[$0]] },
      types: ErrorType.allCases.map(\.title),
      remarks: LabelRemark.allCases.map { $0.publishedText ?? "" }, files: samples.files,
      targets: samples.targets, labels: (0..<samples.count).map { Array(samples.labels[$0]) },
      problematic: samples.isProblematic.indices.filter { samples.isProblematic[$0] },
      wrong: answers.map { $0.reduce(0) { $0 + $1.count } },
      answers: answers.map { list in
        list.prefix(Self.answerLimit).flatMap { [Int($0.prediction), Int($0.code), $0.count] }
      }, models: models, places: places.map(Self.packed), address: images.address,
      embedded: images.embedded)
  }

  /// Two entries in each byte, the first in the low half, in base 64.
  private static func packed(_ places: [UInt8]) -> String {
    var bytes = [UInt8](repeating: 0, count: (places.count + 1) / 2)
    for (index, place) in places.enumerated() {
      bytes[index / 2] |= index % 2 == 0 ? place : place << 4
    }
    return Data(bytes).base64EncodedString()
  }
}

/// What `Resources/error-browser.js` reads.
private struct BrowserData: Encodable {
  let classes: [[String]]
  let types: [String]
  let remarks: [String]
  let files: [String]
  let targets: [Int32]
  let labels: [[Int32]]
  let problematic: [Int]
  let wrong: [Int]
  /// For each image: class, outcome code and number of models, one answer after another.
  let answers: [[Int]]
  let models: [String]
  let places: [String]
  let address: String
  let embedded: [String: String]
}

/// What `Resources/error-browser.mustache` shows; property names are the template's.
struct BrowserPageModel {
  struct Choice {
    let value: String
    let title: String
  }

  let title: String
  let facts: String
  let hasWarnings: Bool
  let warnings: [String]
  let types: [Choice]
  let models: [Choice]
  let modelCount: Int
  let hasModels: Bool
}
