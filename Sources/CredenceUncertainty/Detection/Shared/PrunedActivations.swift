import CredenceTensor
import Foundation

/// Each sample's largest activations, as the activation-shaping methods keep them.
///
/// Of *n* features the *n* − round(*n* p / 100) largest stay (halves round to even). Of equal activations at the threshold
/// the first features stay.
struct PrunedActivations: Sendable {
  /// One sample's threshold.
  struct Row: Sendable {
    var threshold: Float
    /// How many activations equal to the threshold stay.
    var tieCount: Int
    /// The sum of all activations.
    var sum: Double
    /// The sum of those that stay.
    var keptSum: Double

    /// What the remaining activations are multiplied by: exp(sum / kept sum), e where both are 0.
    var scale: Double { exp(keptSum == 0 && sum == 0 ? 1 : sum / keptSum) }
  }

  let rows: [Row]
  let keptCount: Int

  /// Finds the thresholds of embeddings `[samples, features]`.
  init(_ embeddings: Tensor, percentile: Double) throws {
    let width = embeddings.shape[1]
    let removed = (Double(width) * percentile / 100).rounded(.toNearestOrEven)
    let kept = width - Int(removed)
    guard kept > 0 else {
      throw DetectionError.unavailable(
        "the percentile \(percentile) leaves none of \(width) features")
    }
    keptCount = kept
    let found = try Operator.largestEntries(.tensor(embeddings), .int(kept))
      .values(as: Double.self)
    rows = stride(from: 0, to: found.count, by: 4).map {
      Row(
        threshold: Float(found[$0]), tieCount: Int(found[$0 + 1]), sum: found[$0 + 2],
        keptSum: found[$0 + 3])
    }
  }

  /// Calls a closure with every feature that stays.
  @inline(__always)
  func forEachKept(
    _ row: Int, _ values: UnsafeBufferPointer<Float>, _ body: (Int, Float) -> Void
  ) {
    let threshold = rows[row].threshold
    var ties = rows[row].tieCount
    for (feature, value) in values.enumerated() where value >= threshold {
      if value == threshold {
        guard ties > 0 else { continue }
        ties -= 1
      }
      body(feature, value)
    }
  }
}

extension DetectionBlock {
  func prunedActivations(_ percentile: Double) throws -> PrunedActivations {
    try shared("pruned activations \(percentile)") {
      try PrunedActivations(embeddingTensor(), percentile: percentile)
    }
  }

  /// Weights times each sample's largest activations, without bias.
  func prunedProducts(_ percentile: Double, _ weights: SparseProduct) throws -> FloatRows {
    try shared("pruned products \(percentile)") {
      let pruned = try prunedActivations(percentile)
      return try weights.products(of: embeddings()) { row, values, entries in
        pruned.forEachKept(row, values) { feature, value in
          if value != 0 { entries.append(feature, value) }
        }
      }
    }
  }

  /// The sums of the weights of each sample's largest activations.
  func prunedWeightSums(_ percentile: Double, _ weights: SparseProduct) throws -> FloatRows {
    try shared("pruned weight sums \(percentile)") {
      let pruned = try prunedActivations(percentile)
      return try weights.products(of: embeddings()) { row, values, entries in
        pruned.forEachKept(row, values) { feature, _ in entries.append(feature, 1) }
      }
    }
  }
}

extension Operator {
  /// The engine's threshold of the largest entries of each row, how many equal it, and the sums of all and of the largest.
  fileprivate static let largestEntries = Operator("credence::largest_entries")
}

extension DetectionTraining {
  func sparseProduct() throws -> SparseProduct {
    try shared("sparse product") { try SparseProduct(requiredHead()) }
  }
}
