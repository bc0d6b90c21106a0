import CredenceFiles
public import CredencePredictions
public import Foundation

/// Joins the parts that runs with `--shard` wrote.
public enum ShardMerger {
  /// Joins parts of one run.
  ///
  /// - Parameter files: Every part once, in any order.
  /// - Returns: The whole set, samples in the data set's order.
  /// - Throws: `PredictionRunError.unmergeable` for a file of another run or a part given twice, `missingShards` for a gap,
  ///   `FileError` or `PredictionError` for a file that can't be read.
  public static func merged(_ files: [URL]) throws -> PredictionSet {
    var parts: [(run: RunDescription, set: PredictionSet, file: String)] = []
    for file in files {
      let set = try PredictionReader.read(PredictionSource(file)).set
      let text = set.metadata.other[Predictor.runKey] ?? ""
      guard let run = try? JSONDecoder().decode(RunDescription.self, from: Data(text.utf8)) else {
        throw PredictionRunError.unmergeable(
          file: file.relativePath, reason: "It was not made by ‘credence predict’.")
      }
      parts.append((run, set, file.relativePath))
    }
    parts.sort { $0.run.firstSample < $1.run.firstSample }
    guard let first = parts.first else {
      return try PredictionSet(.logits(Matrix([Float](), columnCount: 0)))
    }
    var position = 0
    var missing: [String] = []
    for part in parts {
      var comparable = part.run
      comparable.firstSample = first.run.firstSample
      comparable.endSample = first.run.endSample
      guard comparable == first.run else {
        let differences = comparable.differences(from: first.run).joined(separator: ", ")
        throw PredictionRunError.unmergeable(
          file: part.file,
          reason:
            "It differs from ‘\(first.file)’ in \(differences.isEmpty ? "the number of samples" : differences)."
        )
      }
      guard part.run.firstSample >= position else {
        throw PredictionRunError.unmergeable(
          file: part.file, reason: "Its samples are in another file, too.")
      }
      if part.run.firstSample > position { missing.append(gap(position..<part.run.firstSample)) }
      position = part.run.endSample
    }
    if position < first.run.sampleCount { missing.append(gap(position..<first.run.sampleCount)) }
    guard missing.isEmpty else { throw PredictionRunError.missingShards(names: missing) }
    return try joined(parts.map(\.set), run: first.run)
  }

  private static func gap(_ rows: Range<Int>) -> String {
    "samples \(rows.lowerBound) to \(rows.upperBound - 1)"
  }

  private static func joined(_ sets: [PredictionSet], run: RunDescription) throws -> PredictionSet {
    var run = run
    run.firstSample = 0
    run.endSample = run.sampleCount
    var metadata = sets[0].metadata
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    metadata.other[Predictor.runKey] = String(decoding: try encoder.encode(run), as: UTF8.self)
    let skipped = sets.compactMap { $0.metadata.other[Predictor.skippedKey].flatMap { Int($0) } }
    metadata.other[Predictor.skippedKey] =
      skipped.isEmpty ? nil : String(skipped.reduce(0, +))
    func rows(_ matrices: [Matrix]) throws -> Matrix? {
      guard matrices.count == sets.count else { return nil }
      var bytes = Data(capacity: matrices.reduce(0) { $0 + $1.bytes.count })
      for matrix in matrices { bytes.append(matrix.bytes) }
      return try Matrix(
        bytes: bytes, rowCount: matrices.reduce(0) { $0 + $1.rowCount },
        columnCount: matrices[0].columnCount, scalarType: matrices[0].scalarType)
    }
    guard let logits = try rows(sets.compactMap(\.scoreMatrix)) else {
      throw PredictionRunError.unmergeable(file: "", reason: "A part has no logits.")
    }
    let labels = sets.flatMap { set in
      set.labels ?? [Int32](repeating: -1, count: set.sampleCount)
    }
    return try PredictionSet(
      .logits(logits), labels: labels.allSatisfy { $0 < 0 } ? nil : labels,
      embeddings: rows(sets.compactMap(\.embeddings)), head: sets[0].head,
      sampleIDs: SampleIDs(
        sets.flatMap { set in
          (0..<set.sampleCount).map { set.sampleIDs?[$0] ?? "" }
        }), metadata: metadata)
  }
}
