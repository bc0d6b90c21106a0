import CredenceFiles
public import Foundation

extension ModelRecord {
  /// Reads the published `metadata.json` of a model's folder.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError.badEntry` naming a key that is missing or of another kind.
  public init(contentsOf url: URL, folder: String) throws {
    let file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    guard let values = (try? JSONDecoder().decode(JSONValue.self, from: data))?.object else {
      throw FileError.malformed(file: file, format: "JSON", problem: "it is no object")
    }
    func problem(_ key: String, _ expected: String) -> ErrorAnalysisError {
      .badEntry(file: file, entry: "key \(key)", problem: "it must be \(expected)")
    }
    func text(_ key: String) throws(ErrorAnalysisError) -> String {
      guard let value = values[key]?.string else { throw problem(key, "a text") }
      return value
    }
    func integer(_ key: String, otherwise: Int?) throws(ErrorAnalysisError) -> Int {
      if values[key] == nil, let otherwise { return otherwise }
      guard let value = values[key]?.integer, value >= 0 else {
        throw problem(key, "a number of at least 0")
      }
      return value
    }
    var accuracies: [Accuracy] = []
    for key in values.keys.sorted() where key.hasPrefix("top1_val_acc") {
      guard let percent = values[key]?.number, percent >= 0, percent <= 100 else {
        throw problem(key, "a number from 0 to 100")
      }
      accuracies.append(Accuracy(key: key, percent: percent))
    }
    var annotations: [String] = []
    if let list = values["extra_annotations"] {
      let texts = list.array?.compactMap(\.string) ?? []
      guard let array = list.array, texts.count == array.count else {
        throw problem("extra_annotations", "a list of texts")
      }
      annotations = texts
    }
    self.init(
      folder: folder, modelID: try text("model_id"),
      architectureFamily: try text("arch_family"), architecture: try text("arch"),
      trainingData: try text("training_data"), source: try text("source"),
      extraAnnotations: annotations, parameterCount: try integer("num_params", otherwise: nil),
      batchSize: try integer("eval_batch_size", otherwise: 0), accuracies: accuracies,
      seconds: values["preds_comp_time"]?.number)
  }

  /// A model of which nothing but its folder is known.
  public init(folder: String) {
    self.init(
      folder: folder, modelID: folder.replacingOccurrences(of: "--", with: "/"),
      architectureFamily: "", architecture: "", trainingData: "", source: "", parameterCount: 0)
  }
}
