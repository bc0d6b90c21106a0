import CredenceFiles
public import Foundation

/// The folder of a data set in the artefacts tree: a folder for each model, with predictions, metadata and the table of its mistakes.
public struct ErrorTableFolder: Sendable {
  /// A model that was left out, and why.
  public struct Refusal: Error {
    /// The model's folder.
    public let model: String
    public let error: any Error

    package init(model: String, error: any Error) {
      self.model = model
      self.error = error
    }
  }

  /// What the last analysis used is written beside the models.
  public static let manifestName = "errors_manifest.json"

  public let url: URL

  public init(_ inputs: ErrorAnalysisInputs) { url = KnowledgePlaces(inputs).folder }

  /// The folders of models, ordered as the published programs do: by the numbers of their letters.
  ///
  /// - Throws: `ErrorAnalysisError.missing` where the folder can't be read.
  public func models() throws(ErrorAnalysisError) -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: url.path) else {
      throw .missing(.samples, looked: [url.relativePath])
    }
    return names.filter { name in
      guard !name.hasPrefix(".") else { return false }
      var isFolder: ObjCBool = false
      let path = url.appendingPathComponent(name).path
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && isFolder.boolValue
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The folders of models that the user named, by their names or those of the folders; all where none is named.
  ///
  /// - Throws: `ErrorAnalysisError.unknown` with the closest name.
  public func models(named names: [String]) throws(ErrorAnalysisError) -> [String] {
    let known = try models()
    if names.isEmpty { return known }
    let wanted = Set(names.map { $0.replacingOccurrences(of: "/", with: "--") })
    for name in wanted.sorted() where !known.contains(name) {
      throw .unknown(kind: "model", name: name, known: known)
    }
    return known.filter { wanted.contains($0) }
  }

  /// Where a model's table is.
  public func table(of model: String) -> URL {
    url.appendingPathComponent(model).appendingPathComponent(ErrorTable.fileName)
  }

  /// What is known of a model.
  ///
  /// - Throws: `FileError`, `ErrorAnalysisError` for damaged metadata; a model without any is known by its folder alone.
  public func record(of model: String) throws -> ModelRecord {
    try ModelRecord(folder: url.appendingPathComponent(model))
  }

  /// The tables of models that have been analyzed with the same inputs; models without a table are not among them.
  ///
  /// - Parameters:
  ///   - knowledge: What the numbers are read against.
  ///   - names: The models' names; all where empty.
  /// - Returns: The tables in the order of `models()`, and the models whose tables can't be used.
  /// - Throws: `ErrorAnalysisError` where nothing has been analyzed, or with other inputs than `knowledge` has.
  public func tables(
    _ knowledge: ErrorKnowledge, models names: [String] = []
  ) throws -> (tables: [ErrorTable], refused: [Refusal]) {
    let manifest = try manifest()
    let changed = knowledge.manifest.conflicts(with: manifest)
    guard changed.isEmpty else {
      throw ErrorAnalysisError.outdatedTable(file: url.relativePath, changed: changed)
    }
    let folders = try models(named: names)
    let read = try parallelBlocks(count: folders.count, blockSize: 8) { block in
      block.compactMap { index -> Result<ErrorTable, any Error>? in
        let file = table(of: folders[index])
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        return Result {
          try ErrorTable(
            contentsOf: file, model: try record(of: folders[index]),
            sampleCount: knowledge.samples.count, classCount: knowledge.classes.count,
            manifest: manifest)
        }.mapError { Refusal(model: folders[index], error: $0) }
      }
    }
    var tables: [ErrorTable] = []
    var refused: [Refusal] = []
    for result in read.joined() {
      switch result {
      case .success(let table): tables.append(table)
      case .failure(let error):
        if let refusal = error as? Refusal { refused.append(refusal) }
      }
    }
    return (tables, refused)
  }

  /// What the last analysis used.
  ///
  /// - Throws: `ErrorAnalysisError.mismatch` where nothing has been analyzed; `FileError`.
  public func manifest() throws -> AnalysisManifest {
    let file = url.appendingPathComponent(Self.manifestName)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw ErrorAnalysisError.notAnalyzed(folder: url.relativePath)
    }
    guard
      let manifest = try? JSONDecoder().decode(
        AnalysisManifest.self, from: MappedFile.bytes(of: file))
    else {
      throw FileError.malformed(
        file: file.relativePath, format: "JSON", problem: "it is no manifest of an analysis")
    }
    return manifest
  }
}
