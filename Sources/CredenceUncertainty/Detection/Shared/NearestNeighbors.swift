import CredenceFiles
import CredenceTensor

/// The training embeddings that are most like a sample, by the cosine.
final class NearestNeighbors {
  private let source: DetectionSource
  /// One over the norm of each training embedding.
  private let inverseNorms: [Float]
  /// The numbers of neighbors that detectors ask for; the largest one is searched for.
  private var counts: [Int] = []

  init(_ source: DetectionSource) throws {
    self.source = source
    var norms: [Float] = []
    for rows in source.blocks {
      norms += try source.embeddings(rows).mapped {
        Float(1 / max(sumOfSquares($1).squareRoot(), 1e-30))
      }
    }
    inverseNorms = norms
  }

  /// Prepares for the k-th neighbor.
  ///
  /// - Throws: `DetectionError.unavailable` where there are fewer training samples.
  func prepare(count: Int) throws {
    guard count <= source.sampleCount else {
      throw DetectionError.unavailable(
        "k is \(count), but there are \(source.sampleCount) training samples")
    }
    if !counts.contains(count) { counts.append(count) }
  }

  /// The squared distance of each normalized sample from its k-th nearest normalized training embedding.
  func squaredDistances(of block: DetectionBlock, neighbor: Int) throws -> [Double] {
    let largest = counts.max() ?? neighbor
    let nearest: [[Float]] = try block.shared("neighbors \(largest)") {
      try similarities(of: block, count: largest)
    }
    return nearest.map { row in
      var values = row
      let similarity = values.withUnsafeMutableBufferPointer {
        selectLargest(neighbor, of: $0)
      }
      return max(0, 2 - 2 * Double(similarity))
    }
  }

  /// The largest cosines of each sample with training embeddings, `count` each in any order.
  private func similarities(of block: DetectionBlock, count: Int) throws -> [[Float]] {
    let norms = try block.norms()
    let scales = try Tensor(
      norms.map { Float(1 / max($0, 1e-30)) }, shape: [block.count, 1])
    let queries = try block.embeddingTensor() * scales
    let results = NeighborLists(rowCount: block.count, count: count)
    for rows in source.blocks(maximum: 4096) {
      let products = try FloatProduct(source.embeddings(rows).tensor())(queries)
      let values = try products.values(as: Float.self)
      try results.add(values, scaledBy: inverseNorms[rows])
    }
    return try results.lists()
  }
}

/// The largest numbers of each row of a matrix whose columns come in parts.
///
/// A row keeps every number above its threshold; when its memory is full, the largest ones stay and the threshold rises, so that
/// most numbers cost one comparison.
private final class NeighborLists {
  private let rowCount: Int
  private let count: Int
  private let capacity: Int
  private var values: [Float]
  private var used: [Int]
  private var thresholds: [Float]

  init(rowCount: Int, count: Int) {
    self.rowCount = rowCount
    self.count = count
    capacity = 3 * count + 32
    values = [Float](repeating: 0, count: rowCount * capacity)
    used = [Int](repeating: 0, count: rowCount)
    thresholds = [Float](repeating: -.infinity, count: rowCount)
  }

  /// Adds some columns, `[rows, columns]`, each multiplied by its scale.
  func add(_ products: [Float], scaledBy scales: ArraySlice<Float>) throws {
    let columns = scales.count
    let scales = Array(scales)
    let (capacity, count) = (capacity, count)
    try values.withUnsafeMutableBufferPointer { values in
      try used.withUnsafeMutableBufferPointer { used in
        try thresholds.withUnsafeMutableBufferPointer { thresholds in
          // Each row has its own list, count and threshold.
          nonisolated(unsafe) let (lists, used, thresholds) = (values, used, thresholds)
          _ = try parallelBlocks(count: rowCount, blockSize: 64) { rows in
            products.withUnsafeBufferPointer { products in
              scales.withUnsafeBufferPointer { scales in
                guard let products = products.baseAddress, let scales = scales.baseAddress else {
                  return
                }
                for row in rows {
                  let list = UnsafeMutableBufferPointer(
                    rebasing: lists[row * capacity..<(row + 1) * capacity])
                  Self.scan(
                    products + row * columns, scales, columns, list, &used[row], &thresholds[row],
                    keeping: count)
                }
              }
            }
          }
        }
      }
    }
  }

  private static func scan(
    _ products: UnsafePointer<Float>, _ scales: UnsafePointer<Float>, _ columns: Int,
    _ list: UnsafeMutableBufferPointer<Float>, _ used: inout Int, _ threshold: inout Float,
    keeping count: Int
  ) {
    func keep(_ value: Float) {
      list[used] = value
      used += 1
      if used == list.count {
        threshold = selectLargest(count, of: list)
        used = count
      }
    }
    let whole = columns & ~15
    for k in stride(from: 0, to: whole, by: 16) {
      let v = load16(products + k) * load16(scales + k)
      guard any(v .> threshold) else { continue }
      for lane in 0..<16 where v[lane] > threshold { keep(v[lane]) }
    }
    for k in whole..<columns {
      let v = products[k] * scales[k]
      if v > threshold { keep(v) }
    }
  }

  /// The largest numbers of each row.
  func lists() throws -> [[Float]] {
    (0..<rowCount).map { row in
      var list = Array(values[row * capacity..<row * capacity + used[row]])
      // Numbers equal to a threshold were left out only where enough larger or equal ones were kept.
      if list.count > count {
        list.withUnsafeMutableBufferPointer { _ = selectLargest(count, of: $0) }
        list.removeLast(list.count - count)
      }
      return list
    }
  }
}

extension DetectionTraining {
  func nearestNeighbors() throws -> NearestNeighbors {
    try shared("nearest neighbors") { try NearestNeighbors(requiredTraining()) }
  }
}
