import CredenceFiles
import CredencePredictions
import Foundation

/// The decisions of a file of predictions in any format, found by the samples' names.
struct StoredDecisions {
  /// What the file calls the model.
  let model: String
  private let file: String
  private let predictions: [Int32]
  private let labels: [Int32]?
  private let ids: SampleIDs?

  /// Reads a file.
  ///
  /// - Throws: `ArtifactError.notFinite`; `FileError`, `PredictionFileError`.
  init(contentsOf url: URL) throws {
    file = url.relativePath
    let set = try PredictionReader.read(PredictionSource(url)).set
    model = set.metadata.model
    labels = set.labels
    ids = set.sampleIDs
    predictions =
      switch set.output {
      case .logits(let matrix), .probabilities(let matrix), .scores(let matrix):
        try RowMaxima.positions(of: matrix, file: url.relativePath, array: "the matrix of classes")
      case .topK(let top):
        try zip(
          RowMaxima.positions(of: top.values, file: url.relativePath, array: "top_k.values"), 0...
        ).map { top.indices[$1 * top.count + Int($0)] }
      case .decisions(let decisions): decisions.predictions
      }
  }

  /// The predicted class of each sample of a list.
  ///
  /// Samples are found by their whole name, or by the file's name alone where that is unique. Without names the rows must be the list's.
  ///
  /// - Throws: `ArtifactError` for a sample that is not there, a label that the list contradicts, and a prediction out of range.
  func top1(of samples: SampleList) throws -> [Int32] {
    let rows = try rows(of: samples)
    return try rows.enumerated().map { position, row in
      let prediction = predictions[row]
      guard prediction >= 0, Int(prediction) < samples.classCount else {
        throw ArtifactError.classOutOfRange(
          file: file, array: "predictions", row: row, value: Int(prediction),
          classCount: samples.classCount)
      }
      if let label = labels?[row], label >= 0, label != samples.targets[position] {
        throw ArtifactError.otherLabel(
          file: file, name: samples.files[position], row: row, found: Int(label),
          expected: Int(samples.targets[position]))
      }
      return prediction
    }
  }

  private func rows(of samples: SampleList) throws -> [Int] {
    guard let ids else {
      guard predictions.count == samples.count else {
        throw ArtifactError.sampleCount(
          file: file, found: predictions.count, expected: samples.count)
      }
      return Array(0..<samples.count)
    }
    var rowsByName: [Substring: Int]?
    return try samples.files.enumerated().map { position, name in
      if let row = ids.row(of: name) { return row }
      let byName = rowsByName ?? Self.rowsByName(ids)
      rowsByName = byName
      guard let row = byName[samples.name(at: position)], row >= 0 else {
        throw ArtifactError.missingSample(file: file, name: name, row: position)
      }
      return row
    }
  }

  /// The row of each file name without its folders; −1 for names that stand twice.
  private static func rowsByName(_ ids: SampleIDs) -> [Substring: Int] {
    var rows: [Substring: Int] = [:]
    for row in 0..<ids.count {
      let name = SampleList.lastPart(ids[row])
      rows[name] = rows[name] == nil ? row : -1
    }
    return rows
  }
}
