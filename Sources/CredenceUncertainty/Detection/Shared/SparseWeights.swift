import CredenceFiles

/// A layer of which most weights are left out.
///
/// Sixteen samples are multiplied at a time: a weight's share of their logits is one run of memory.
struct SparseWeights: Sendable {
  private static let lanes = 16

  let classCount: Int
  let width: Int
  private let bias: [Float]
  private let features: [Int32]
  private let values: [Float]
  /// Where each class's weights start; one more entry than classes.
  private let starts: [Int]

  /// Keeps some weights of a layer.
  ///
  /// - Parameters:
  ///   - head: The layer.
  ///   - keeps: Whether the weight of a class and feature stays.
  init(_ head: DetectionHead, keeping keeps: (_ row: Int, _ feature: Int) -> Bool) {
    classCount = head.classCount
    width = head.width
    bias = head.bias
    var features: [Int32] = []
    var values: [Float] = []
    var starts = [0]
    for row in 0..<head.classCount {
      for feature in 0..<head.width where keeps(row, feature) {
        features.append(Int32(feature))
        values.append(head.weight.values[row * head.width + feature])
      }
      starts.append(features.count)
    }
    self.features = features
    self.values = values
    self.starts = starts
  }

  /// The logits of embeddings `[rows, features]`, as `[rows, classes]`.
  ///
  /// - Throws: Nothing of its own.
  func logits(_ rows: FloatRows) throws -> FloatRows {
    precondition(rows.columnCount == width)
    let logits = try [Float](unsafeUninitializedCapacity: rows.rowCount * classCount) {
      buffer, count in
      // Each block of rows writes its own part of the buffer.
      nonisolated(unsafe) let target = buffer
      _ = try parallelBlocks(count: rows.rowCount, blockSize: Self.lanes) { part in
        // The samples side by side, feature after feature; absent ones are 0.
        var columns = [Float](repeating: 0, count: width * Self.lanes)
        columns.withUnsafeMutableBufferPointer { columns in
          rows.values.withUnsafeBufferPointer { values in
            for (lane, row) in part.enumerated() {
              for feature in 0..<width {
                columns[feature &* Self.lanes &+ lane] = values[row &* width &+ feature]
              }
            }
          }
        }
        multiply(columns, part, into: target)
      }
      count = rows.rowCount * classCount
    }
    return FloatRows(logits, columnCount: classCount)
  }

  private func multiply(
    _ columns: [Float], _ rows: Range<Int>, into target: UnsafeMutableBufferPointer<Float>
  ) {
    columns.withUnsafeBufferPointer { columns in
      guard let columns = columns.baseAddress else { return }
      features.withUnsafeBufferPointer { features in
        values.withUnsafeBufferPointer { values in
          withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.lanes) { lanes in
            guard let lanes = lanes.baseAddress else { return }
            for row in 0..<classCount {
              var sum = SIMD16<Float>(repeating: bias[row])
              for k in starts[row]..<starts[row + 1] {
                sum += load16(columns + Int(features[k]) &* Self.lanes) * values[k]
              }
              UnsafeMutableRawPointer(lanes).storeBytes(of: sum, as: SIMD16<Float>.self)
              for lane in 0..<rows.count {
                target[(rows.lowerBound + lane) * classCount + row] = lanes[lane]
              }
            }
          }
        }
      }
    }
  }
}
