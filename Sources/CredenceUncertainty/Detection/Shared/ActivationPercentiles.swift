import CredenceFiles

/// Exact percentiles of all activations of a set, from two passes that keep counts only.
final class ActivationPercentiles {
  private let source: DetectionSource
  /// Activations by the high 16 bits of their key.
  private let counts: [Int]
  private let total: Int

  init(_ source: DetectionSource) throws {
    self.source = source
    var counts = [Int](repeating: 0, count: 1 << 16)
    for rows in source.blocks {
      let values = try source.embeddings(rows).values
      let parts = try parallelBlocks(count: values.count, blockSize: 1 << 22) { part in
        var counts = [Int](repeating: 0, count: 1 << 16)
        for k in part { counts[Int(Self.key(values[k]) >> 16)] += 1 }
        return counts
      }
      for part in parts { for k in part.indices { counts[k] += part[k] } }
    }
    self.counts = counts
    total = counts.reduce(0, +)
  }

  /// The percentile by linear interpolation between order statistics, as NumPy's.
  ///
  /// - Parameter percentile: From 0 to 100.
  /// - Returns: An activation, or a number between two.
  /// - Throws: `PredictionFileError`.
  func value(_ percentile: Double) throws -> Double {
    let position = Double(total - 1) * percentile / 100
    let low = Int(position)
    let values = try orderStatistics([low, min(low + 1, total - 1)])
    return values[0] + (position - Double(low)) * (values[1] - values[0])
  }

  private func orderStatistics(_ ranks: [Int]) throws -> [Double] {
    // The bucket of each rank, and the rank within it.
    let places = ranks.map { rank in
      var (bucket, before) = (0, 0)
      while before + counts[bucket] <= rank {
        before += counts[bucket]
        bucket += 1
      }
      return (bucket: UInt32(bucket), rank: rank - before)
    }
    let buckets = Array(Set(places.map(\.bucket))).sorted()
    var found = [[UInt32: Int]](repeating: [:], count: buckets.count)
    for rows in source.blocks {
      let values = try source.embeddings(rows).values
      let parts = try parallelBlocks(count: values.count, blockSize: 1 << 22) { part in
        var found = [[UInt32: Int]](repeating: [:], count: buckets.count)
        for k in part {
          let key = Self.key(values[k])
          for (index, bucket) in buckets.enumerated() where key >> 16 == bucket {
            found[index][key, default: 0] += 1
          }
        }
        return found
      }
      for part in parts {
        for index in buckets.indices {
          found[index].merge(part[index], uniquingKeysWith: +)
        }
      }
    }
    return places.map { place in
      let index = buckets.firstIndex(of: place.bucket) ?? 0
      var before = 0
      for (key, count) in found[index].sorted(by: { $0.key < $1.key }) {
        before += count
        if before > place.rank { return Double(Self.value(key)) }
      }
      preconditionFailure("a bucket has fewer activations than were counted")
    }
  }

  /// A number that orders as the activation does.
  @inline(__always)
  private static func key(_ value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
  }

  private static func value(_ key: UInt32) -> Float {
    Float(bitPattern: key >> 31 == 1 ? key & 0x7fff_ffff : ~key)
  }
}

extension DetectionTraining {
  /// A percentile of the held-out samples' activations, or of the training samples' where there are none.
  func activationPercentile(_ percentile: Double) throws -> Double {
    try shared("activation percentile \(percentile)") {
      let source = try heldOut()
      guard source.embeddingWidth > 0 else {
        throw DetectionError.unavailable("‘\(source.file)’ has no embeddings")
      }
      let percentiles = try shared("activation percentiles") { try ActivationPercentiles(source) }
      return try percentiles.value(percentile)
    }
  }
}

/// The percentile of some numbers by linear interpolation between order statistics, as NumPy's.
func percentile(_ percentile: Double, of values: inout [Float]) -> Double {
  let position = Double(values.count - 1) * percentile / 100
  let low = Int(position)
  return values.withUnsafeMutableBufferPointer { values in
    // The largest ones come first.
    let below = Double(selectLargest(values.count - low, of: values))
    guard low + 1 < values.count else { return below }
    let above = Double(values[..<(values.count - low - 1)].min() ?? Float(below))
    return below + (position - Double(low)) * (above - below)
  }
}
