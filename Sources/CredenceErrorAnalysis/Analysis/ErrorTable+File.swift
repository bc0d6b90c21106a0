import CredenceFiles
public import Foundation

extension ErrorTable {
  /// The name of the file in a model's folder.
  public static let fileName = "errors_analysis.safetensors"

  /// Writes the table with its manifest; the file appears when it is complete.
  ///
  /// The tensors are `outcomes` u8 and `predictions` i32, `[annotated samples]` each.
  ///
  /// - Throws: `FileError.unwritable`.
  public func write(to url: URL, manifest: AnalysisManifest) throws {
    try SafetensorsWriter.write(
      [
        OutgoingArray("outcomes", outcomes.map(\.code), element: .uint8),
        OutgoingArray("predictions", predictions, element: .int32),
      ],
      metadata: [
        "credence.format": "1", "kind": "errors", "model": model.modelID,
        "manifest": String(decoding: try manifest.json(), as: UTF8.self),
      ], to: url)
  }

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - model: The model of whose folder it is.
  ///   - sampleCount: The number of annotated samples.
  ///   - classCount: The number of classes.
  ///   - manifest: What the table must have been made from.
  /// - Throws: `FileError`; `ErrorAnalysisError` for a table made from other inputs, other sizes, and numbers that stand for nothing.
  public init(
    contentsOf url: URL, model: ModelRecord, sampleCount: Int, classCount: Int,
    manifest: AnalysisManifest
  ) throws {
    let file = url.relativePath
    let archive = try Safetensors(contentsOf: url)
    guard let text = archive.metadata["manifest"],
      let stored = try? JSONDecoder().decode(AnalysisManifest.self, from: Data(text.utf8))
    else {
      throw ErrorAnalysisError.mismatch(file: file, problem: "it says not what it was made from")
    }
    let changed = manifest.differences(from: stored)
    guard changed.isEmpty else {
      throw ErrorAnalysisError.outdatedTable(file: file, changed: changed)
    }
    guard let codes = archive["outcomes"], codes.element == .uint8, codes.shape == [sampleCount],
      let classes = archive["predictions"], classes.element == .int32,
      classes.shape == [sampleCount], let predictions = classes.integers()
    else {
      throw ErrorAnalysisError.mismatch(
        file: file, problem: "it has no \(sampleCount) outcomes and predictions")
    }
    var outcomes: [ErrorOutcome] = []
    outcomes.reserveCapacity(sampleCount)
    for (row, code) in codes.bytes.enumerated() {
      guard let outcome = ErrorOutcome(code: code) else {
        throw ErrorAnalysisError.badEntry(
          file: file, entry: "row \(row)", problem: "the outcome \(code) stands for nothing")
      }
      guard predictions[row] >= 0, predictions[row] < classCount else {
        throw ErrorAnalysisError.badEntry(
          file: file, entry: "row \(row)",
          problem: "the prediction \(predictions[row]) is none of the \(classCount) classes")
      }
      outcomes.append(outcome)
    }
    self.init(model: model, predictions: predictions.map { Int32($0) }, outcomes: outcomes)
  }
}
