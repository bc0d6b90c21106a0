import CredenceFiles
public import Foundation

/// Mistakes of a network that experts looked at one by one: a published list of "When does dough become a bagel?" (Vasudevan et al., NeurIPS 2022).
public struct ExpertMistakes: Hashable, Sendable {
  /// One mistake.
  public struct Mistake: Hashable, Sendable {
    /// The image's file name, without its folder.
    public let file: String
    /// The predicted class.
    public let prediction: Int32
    /// The experts' category, as published; spellings vary.
    public let category: String
    /// `Minor`, `Borderline` or `Major`.
    public let severity: String
  }

  /// The names of the published lists, the network's name first.
  public static let publishedFiles = [
    ("greedysoups", "greedy_soups_mistakes.json"), ("vit3b", "vit3b_mistakes.json"),
  ]

  /// The network.
  public let model: String
  /// The mistakes, by the images' names.
  public let mistakes: [Mistake]
  /// The file, for messages.
  public let source: String

  /// Reads a published list.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError.badEntry` naming the image.
  public init(contentsOf url: URL, model: String, classCount: Int) throws {
    let file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    guard let object = (try? JSONDecoder().decode(JSONValue.self, from: data))?.object else {
      throw FileError.malformed(file: file, format: "JSON", problem: "it is no object")
    }
    mistakes = try object.keys.sorted().map { name throws(ErrorAnalysisError) in
      let entry = object[name]?.object
      guard let prediction = entry?["top_prediction"]?.integer, prediction >= 0,
        prediction < classCount, let category = entry?["failure category"]?.string,
        let severity = entry?["failure severity"]?.string
      else {
        throw .badEntry(
          file: file, entry: "image ‘\(name)’",
          problem: "it lacks a top_prediction, a failure category or a failure severity")
      }
      return Mistake(
        file: name, prediction: Int32(prediction), category: category, severity: severity)
    }
    self.model = model
    source = file
  }

  /// Both published lists of a folder.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError.badEntry` naming the image.
  public static func published(inFolder folder: URL, classCount: Int) throws -> [Self] {
    try publishedFiles.map { model, name in
      try Self(
        contentsOf: folder.appendingPathComponent(name), model: model, classCount: classCount)
    }
  }

  /// The images whose category is exactly `Non-prototypical`.
  public var nonPrototypical: Set<String> {
    Set(mistakes.filter { $0.category == "Non-prototypical" }.map(\.file))
  }
}
