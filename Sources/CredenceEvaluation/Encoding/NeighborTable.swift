package import CredenceErrorAnalysis
import CredenceFiles
package import CredenceTensor
package import Foundation

/// The training images that look most like each sample: the published `valid_clip_knn.npz`.
///
/// Similarity is the cosine. Training images are read in blocks, so memory does not grow with their number.
package struct NeighborTable {
  /// How many neighbors are published.
  static let publishedCount = 50
  /// Training images of a block, and samples compared with it at once.
  private static let block = 8192
  private static let queries = 1024

  /// `rows × columns`: places in the training set, most similar first; −1 for a sample without features.
  package let indices: [Int64]
  /// Their classes.
  package let targets: [Int64]
  package let rowCount: Int
  package let columnCount: Int

  /// Finds the neighbors.
  ///
  /// - Parameters:
  ///   - files: The samples, in the order of the predictions.
  ///   - features: The features of those samples that have some.
  ///   - training: The training images.
  ///   - device: Where to compute.
  ///   - progress: Told how many training images were compared.
  /// - Throws: `EncodingError`, `EngineError`.
  package init(
    files: [String], features: StoredFeatures, training: TrainingEmbeddings,
    device: Device = .cpu, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    guard features.dimension == training.width else {
      throw EncodingError.otherNetwork(
        file: features.source, width: training.width, expected: features.dimension)
    }
    let columns = min(Self.publishedCount, training.count)
    let unit = features.normalized()
    let width = features.dimension
    let parts = stride(from: 0, to: features.names.count, by: Self.queries).map {
      $0..<min($0 + Self.queries, features.names.count)
    }
    let queries = try parts.map { part in
      try Tensor(
        Array(unit[part.lowerBound * width..<part.upperBound * width]), shape: [part.count, width]
      ).to(device)
    }
    var best: [(values: Tensor, indices: Tensor)?] = Array(repeating: nil, count: parts.count)
    try withInference {
      for start in stride(from: 0, to: training.count, by: Self.block) {
        let range = start..<min(start + Self.block, training.count)
        let rows = try Tensor(training.unitRows(range), shape: [range.count, width]).to(device)
          .transposed(0, 1)
        for (index, query) in queries.enumerated() {
          let top = try query.matrixProduct(rows).top(min(columns, range.count))
          let places = try top.indices.to(.float64) + Double(start)
          guard let earlier = best[index] else {
            best[index] = (top.values, places)
            continue
          }
          // Earlier images come first among equals, as far as the selection keeps the order.
          let values = try Tensor.concatenated([earlier.values, top.values], along: 1)
          let all = try Tensor.concatenated([earlier.indices, places], along: 1)
          let merged = try values.top(min(columns, values.shape[1]))
          best[index] = (merged.values, try all.gathered(merged.indices, along: 1))
        }
        progress(range.upperBound, training.count)
      }
    }
    rowCount = files.count
    columnCount = columns
    (indices, targets) = try Self.table(files, features, training, best, columns)
  }

  /// Sorts each row, equals by their place, and puts it where its sample stands.
  private static func table(
    _ files: [String], _ features: StoredFeatures, _ training: TrainingEmbeddings,
    _ best: [(values: Tensor, indices: Tensor)?], _ columns: Int
  ) throws -> (indices: [Int64], targets: [Int64]) {
    let positions = Dictionary(uniqueKeysWithValues: zip(files, 0...))
    var indices = [Int64](repeating: -1, count: files.count * columns)
    var targets = indices
    var row = 0
    for part in best {
      guard let part else { continue }
      let values: [Float] = try part.values.values()
      let places: [Double] = try part.indices.values()
      for start in stride(from: 0, to: values.count, by: columns) {
        defer { row += 1 }
        guard let position = positions[features.names[row]] else { continue }
        let order = (start..<start + columns).sorted {
          (values[$1], places[$0]) < (values[$0], places[$1])
        }
        for (column, found) in order.enumerated() {
          indices[position * columns + column] = Int64(places[found])
          targets[position * columns + column] = Int64(training.targets[Int(places[found])])
        }
      }
    }
    return (indices, targets)
  }

  /// Writes the published form.
  ///
  /// - Throws: `FileError.unwritable`.
  package func write(to url: URL) throws {
    try NPZWriter.write(
      [
        OutgoingArray(
          "topk_train_indices", indices, element: .int64, shape: [rowCount, columnCount]),
        OutgoingArray(
          "topk_train_targets", targets, element: .int64, shape: [rowCount, columnCount]),
      ], to: url)
  }
}
