import CredenceFiles
public import Foundation

/// Finds out what kind of mistake each one is, for any number of models at once.
///
/// Distinct pairs of image and prediction are decided once, however many models made the same mistake. Each model's table is written to its
/// folder and used again as long as its predictions and everything else stay the same, so that a further model costs itself alone.
public struct ErrorAnalysis: Sendable {
  /// What was done.
  public struct Result: Sendable {
    /// The tables, in the order of the models.
    public let tables: [ErrorTable]
    /// Models that were left out, and why.
    public let refused: [ErrorTableFolder.Refusal]
    /// How many tables were used again.
    public let reusedCount: Int
    /// How many distinct pairs of image and prediction were decided now.
    public let decisionCount: Int

    /// Mistakes of all models that a stage which was left out might have told apart.
    public var undecidedCount: Int {
      tables.reduce(0) { sum, table in sum + table.outcomes.count { $0.isUndecided } }
    }
  }

  /// A model and where its predictions are.
  public struct Model: Hashable, Sendable {
    /// The name of its folder among the artefacts.
    public let folder: String
    /// Its predictions: a file, or the folder that holds it.
    public let predictions: URL

    public init(folder: String, predictions: URL) {
      self.folder = folder
      self.predictions = predictions
    }
  }

  public let knowledge: ErrorKnowledge
  public let folder: ErrorTableFolder

  public init(_ knowledge: ErrorKnowledge, folder: ErrorTableFolder) {
    self.knowledge = knowledge
    self.folder = folder
  }

  /// The models of the folder that have predictions, or those named; a name may also be the path of a file with predictions.
  ///
  /// - Parameter names: Names of models, of their folders, or paths; all folders where empty.
  /// - Returns: The models, each once.
  /// - Throws: `ErrorAnalysisError.unknown` with the closest name; `missing` where there is no model.
  public func models(named names: [String] = []) throws(ErrorAnalysisError) -> [Model] {
    var models: [Model] = []
    var folders: [String] = []
    for name in names {
      let url = URL(fileURLWithPath: name)
      if !url.pathExtension.isEmpty, FileManager.default.fileExists(atPath: url.path) {
        models.append(
          Model(folder: url.deletingPathExtension().lastPathComponent, predictions: url))
      } else {
        folders.append(name)
      }
    }
    if !folders.isEmpty || names.isEmpty {
      for name in try folder.models(named: folders) {
        let path = folder.url.appendingPathComponent(name)
        // A folder of something else is no model, unless the user calls it one.
        guard !folders.isEmpty || Self.hasPredictions(path) else { continue }
        models.append(Model(folder: name, predictions: path))
      }
    }
    guard !models.isEmpty else {
      throw .missing(
        .predictions,
        looked: [folder.url.appendingPathComponent("MODEL/preds.npz").relativePath])
    }
    var seen: Set<String> = []
    return models.filter { seen.insert($0.folder).inserted }
  }

  /// Whether a folder holds something that can be predictions.
  package static func hasPredictions(_ folder: URL) -> Bool {
    hasArrays(folder) || PublishedErrorTable.file(of: folder) != nil
  }

  /// Whether a folder holds a file of arrays that can be predictions.
  static func hasArrays(_ folder: URL) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.contains { name in
      name != ErrorTable.fileName && !name.hasPrefix(".")
        && ["npz", "safetensors", "csv"].contains((name as NSString).pathExtension)
    }
  }

  /// Analyzes models and writes their tables.
  ///
  /// A model whose predictions can't be used is refused by name; the others are analyzed.
  ///
  /// - Parameters:
  ///   - models: The models.
  ///   - progress: Told the stage, and how much of it is done.
  /// - Returns: The tables of all models that could be read.
  /// - Throws: `ErrorAnalysisError` for features that are missing; `FileError.unwritable`.
  public func run(
    _ models: [Model], progress: @Sendable (_ stage: String, _ done: Int, _ total: Int) -> Void
  ) throws -> Result {
    progress("reading predictions", 0, models.count)
    let read = try parallelBlocks(count: models.count, blockSize: 8) { block in
      let inputs = block.map { index in Swift.Result { try self.read(models[index]) } }
      progress("reading predictions", block.upperBound, models.count)
      return inputs
    }.flatMap { $0 }
    var refused: [ErrorTableFolder.Refusal] = []
    var inputs: [Input] = []
    for (model, result) in zip(models, read) {
      switch result {
      case .success(let input): inputs.append(input)
      case .failure(let error):
        refused.append(ErrorTableFolder.Refusal(model: model.folder, error: error))
      }
    }
    let fresh = inputs.indices.filter { inputs[$0].stored == nil }
    let decided = try decide(fresh.map { inputs[$0].predictions }, progress)
    var tables = inputs.map(\.stored)
    for (position, index) in fresh.enumerated() {
      tables[index] = ErrorTable(
        model: inputs[index].record, predictions: inputs[index].predictions,
        outcomes: decided.outcomes[position])
    }
    try write(fresh.compactMap { tables[$0] }, progress)
    return Result(
      tables: tables.compactMap { $0 }, refused: refused,
      reusedCount: inputs.count - fresh.count, decisionCount: decided.count)
  }

  /// Outcomes of predictions that are in memory: one list of outcomes for each list of predictions.
  ///
  /// - Parameter predictions: For each model, one class for each row of the samples.
  /// - Returns: For each model, one outcome for each row.
  /// - Throws: `ErrorAnalysisError` for features that are missing and for lists of other lengths or classes that are none.
  public func outcomes(of predictions: [[Int32]]) throws -> [[ErrorOutcome]] {
    for (index, list) in predictions.enumerated() {
      guard list.count == knowledge.samples.count,
        list.allSatisfy({ $0 >= 0 && $0 < knowledge.classes.count })
      else {
        throw ErrorAnalysisError.mismatch(
          file: "predictions \(index)",
          problem: "they must be \(knowledge.samples.count) of \(knowledge.classes.count) classes")
      }
    }
    return try decide(predictions) { _, _, _ in }.outcomes
  }

  // MARK: Reading

  /// One model before it is analyzed.
  private struct Input: Sendable {
    let record: ModelRecord
    let predictions: [Int32]
    /// The table of an earlier analysis, where nothing has changed since.
    let stored: ErrorTable?
  }

  /// What is known of a model, and the class that it predicts for each annotated sample.
  func predictions(of model: Model) throws -> (record: ModelRecord, predictions: [Int32]) {
    var record: ModelRecord
    let predictions: [Int32]
    if let file = PublishedErrorTable.file(of: model.predictions) {
      record = try ModelRecord(folder: file.deletingLastPathComponent())
      predictions = try PublishedErrorTable.read(
        file, samples: knowledge.samples, record: record, classCount: knowledge.classes.count
      ).predictions
    } else {
      let read = try ModelPredictions(contentsOf: model.predictions, samples: knowledge.sampleList)
      record = read.record
      predictions = knowledge.samples.positions.map { read.top1[$0] }
    }
    record.folder = model.folder
    return (record, predictions)
  }

  private func read(_ model: Model) throws -> Input {
    let (record, predictions) = try predictions(of: model)
    let file = folder.table(of: model.folder)
    // A table that can't be used is made again, for whatever reason.
    let stored = try? ErrorTable(
      contentsOf: file, model: record, sampleCount: knowledge.samples.count,
      classCount: knowledge.classes.count, manifest: knowledge.manifest)
    return Input(
      record: record, predictions: predictions,
      stored: stored.flatMap { $0.predictions == predictions ? $0 : nil })
  }

  // MARK: Deciding

  private static let rowsAtOnce = 64

  /// Decides each pair of row and prediction once.
  private func decide(
    _ predictions: [[Int32]],
    _ progress: @Sendable (_ stage: String, _ done: Int, _ total: Int) -> Void
  ) throws -> (outcomes: [[ErrorOutcome]], count: Int) {
    let rowCount = knowledge.samples.count
    guard !predictions.isEmpty else { return ([], 0) }
    let classifier = ErrorClassifier(knowledge)
    progress("deciding", 0, rowCount)
    // Codes of a block: row after row, one byte for each model.
    let blocks = try parallelBlocks(count: rowCount, blockSize: Self.rowsAtOnce) { rows in
      var codes: [UInt8] = []
      codes.reserveCapacity(rows.count * predictions.count)
      let similarities = ImageSimilarities(knowledge)
      var decided = [UInt8](repeating: 0, count: knowledge.classes.count)
      var rowOfClass = [Int32](repeating: -1, count: knowledge.classes.count)
      var count = 0
      for row in rows {
        for list in predictions {
          let prediction = Int(list[row])
          if rowOfClass[prediction] != Int32(row) {
            decided[prediction] = try classifier.outcome(
              row: row, prediction: Int32(prediction), similarities: similarities
            ).code
            rowOfClass[prediction] = Int32(row)
            count += 1
          }
          codes.append(decided[prediction])
        }
      }
      progress("deciding", rows.upperBound, rowCount)
      return (codes: codes, count: count)
    }
    var outcomes: [[ErrorOutcome]] = []
    outcomes.reserveCapacity(predictions.count)
    for model in predictions.indices {
      var list: [ErrorOutcome] = []
      list.reserveCapacity(rowCount)
      for block in blocks {
        for position in stride(from: model, to: block.codes.count, by: predictions.count) {
          // Every byte is the code of an outcome.
          if let outcome = ErrorOutcome(code: block.codes[position]) { list.append(outcome) }
        }
      }
      outcomes.append(list)
    }
    return (outcomes, blocks.reduce(0) { $0 + $1.count })
  }

  // MARK: Writing

  private func write(
    _ tables: [ErrorTable],
    _ progress: @Sendable (_ stage: String, _ done: Int, _ total: Int) -> Void
  ) throws {
    // Whoever reads the tables compares them with this, so it comes first.
    let file = try AtomicFile(folder.url.appendingPathComponent(ErrorTableFolder.manifestName))
    try file.write(knowledge.manifest.json())
    try file.finish()
    for (index, table) in tables.enumerated() {
      progress("writing tables", index, tables.count)
      let url = folder.table(of: table.model.folder)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try table.write(to: url, manifest: knowledge.manifest)
    }
  }
}
