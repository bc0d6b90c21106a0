package import CredencePredictions

/// A partition of samples into folds.
public struct Folds: Hashable, Sendable {
  public let count: Int
  /// The fold of each row.
  public let foldOfRow: [UInt8]

  /// Assigns rows to folds of equal size at random.
  ///
  /// The assignment depends on the seed, the number of rows and the labels alone, so that all models on the same samples get the same
  /// folds, whatever their order on the command line.
  ///
  /// - Parameters:
  ///   - labels: The true class of each row; −1 where unknown.
  ///   - count: From 2 to 100.
  ///   - seed: Reproduces the assignment.
  public init(labels: [Int32], count: Int, seed: UInt64) {
    precondition((2...100).contains(count))
    self.count = count
    var generator = SplitMix64(seed: seed, labels: labels)
    // Unlabeled rows take no part, so they must not shift the sizes of the folds.
    var rows = labels.indices.filter { labels[$0] >= 0 }
    rows.shuffle(using: &generator)
    var folds = [UInt8](repeating: 0, count: labels.count)
    for (position, row) in rows.enumerated() { folds[row] = UInt8(position % count) }
    foldOfRow = folds
  }
}

extension SplitMix64 {
  /// A generator of its own for every seed and every list of labels.
  package init(seed: UInt64, labels: [Int32]) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for label in labels {
      hash = (hash ^ UInt64(UInt32(bitPattern: label))) &* 0x0000_0100_0000_01b3
    }
    self.init(seed: seed &* Self.increment ^ hash)
  }
}
