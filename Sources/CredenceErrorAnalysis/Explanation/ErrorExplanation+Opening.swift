import Foundation

extension ErrorExplanation {
  /// Whose answer is explained.
  public enum Answer: Hashable, Sendable {
    /// A model's, by its name or by a file of its predictions.
    case model(String)
    /// A class by its identifier or number, whoever answered so.
    case someClass(String)
  }

  /// Explains an answer on an image that is given by name.
  ///
  /// - Parameters:
  ///   - image: The image's name, with or without its folder.
  ///   - answer: Whose answer.
  ///   - knowledge: What decisions rest on.
  ///   - inputs: Where models and the names of training images are looked for.
  /// - Throws: `ErrorAnalysisError.unknown` for an image, a model or a class that there is none of; `ArtifactError`, `FileError`.
  public init(
    image: String, answer: Answer, knowledge: ErrorKnowledge, inputs: ErrorAnalysisInputs
  ) throws {
    let row = try Self.row(of: image, knowledge)
    let prediction: Int32
    let model: String
    switch answer {
    case .someClass(let name):
      (prediction, model) = (try Self.prediction(name, knowledge.classes), "prediction \(name)")
    case .model(let name):
      let analysis = ErrorAnalysis(knowledge, folder: ErrorTableFolder(inputs))
      guard let found = try analysis.models(named: [name]).first else {
        throw ErrorAnalysisError.unknown(kind: "model", name: name, known: [])
      }
      (prediction, model) = (try analysis.predictions(of: found).predictions[row], found.folder)
    }
    var names: [Int: String] = [:]
    if let neighbors = knowledge.outOfVocabulary?.neighbors {
      let count = NearestTrainingImages.decisiveCount
      names = try TrainingImageNames.names(
        at: neighbors.indices[row * count..<(row + 1) * count],
        in: KnowledgePlaces(inputs).artefacts.appendingPathComponent(TrainingImageNames.fileName))
    }
    try self.init(
      row: row, prediction: prediction, model: model, classifier: ErrorClassifier(knowledge),
      trainingFiles: names)
  }

  private static func row(of image: String, _ knowledge: ErrorKnowledge) throws -> Int {
    let files = knowledge.samples.files
    if let row = files.firstIndex(of: image) { return row }
    let rows = files.indices.filter { files[$0].hasSuffix("/\(image)") }
    if rows.count == 1 { return rows[0] }
    guard rows.isEmpty else {
      throw ErrorAnalysisError.unknown(
        kind: "single image", name: image, known: rows.map { files[$0] })
    }
    let isSample = knowledge.sampleList.files.contains {
      $0 == image || $0.hasSuffix("/\(image)")
    }
    throw ErrorAnalysisError.unknown(
      kind: isSample ? "annotated image" : "image", name: image, known: files)
  }

  private static func prediction(_ name: String, _ classes: ClassList) throws -> Int32 {
    if let index = classes.index(ofID: name) { return index }
    if let number = Int(name), (0..<classes.count).contains(number) { return Int32(number) }
    throw ErrorAnalysisError.unknown(kind: "class", name: name, known: classes.ids)
  }
}
