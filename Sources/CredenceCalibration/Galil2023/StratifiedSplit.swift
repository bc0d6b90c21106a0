public import CredenceFiles

/// The published program's split of images into an evaluation and a validation part, each with the classes' shares.
///
/// The generator is not seeded again between models, so the split of a model depends on its position in the list:
///
/// ```swift
/// var random = NumPyRandom(seed: 1)
/// let first = try StratifiedSplit(labels: labels, validationCount: 5_000, using: &random)
/// let second = try StratifiedSplit(labels: labels, validationCount: 5_000, using: &random)
/// ```
///
/// - Note: scikit-learn's `StratifiedShuffleSplit`, whose training part is the program's evaluation part.
public struct StratifiedSplit: Hashable, Sendable {
  /// Rows that are scored, in the program's order.
  public let evaluation: [Int]
  /// Rows that fit the temperature, in the program's order.
  public let validation: [Int]

  /// Draws a split.
  ///
  /// - Parameters:
  ///   - labels: The class of each row, from 0.
  ///   - validationCount: Rows for the temperature, at least 1 and less than all.
  ///   - random: Advanced by the draw.
  /// - Throws: `CalibrationError.tooFewSamples` where no row would remain, or where a part is smaller than the number of
  ///   classes, or a class has one row alone.
  public init(labels: [Int32], validationCount: Int, using random: inout NumPyRandom)
    throws(CalibrationError)
  {
    let classes = Set(labels).sorted()
    guard validationCount > 0, validationCount < labels.count else {
      throw .tooFewSamples(
        needed: max(validationCount, 1) + 1, found: labels.count, purpose: "The split")
    }
    let smallest = min(validationCount, labels.count - validationCount)
    guard smallest >= classes.count else {
      throw .tooFewSamples(
        needed: classes.count, found: smallest,
        purpose: "Each part of a split with \(classes.count) classes")
    }
    var rows: [[Int]] = classes.map { _ in [] }
    let position = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    for (row, label) in labels.enumerated() { rows[position[label] ?? 0].append(row) }
    let counts = rows.map(\.count)
    if let rarest = counts.min(), rarest < 2 {
      throw .tooFewSamples(needed: 2, found: rarest, purpose: "Each class of a split")
    }
    let evaluationCounts = Self.allot(
      labels.count - validationCount, among: counts, using: &random)
    let validationCounts = Self.allot(
      validationCount, among: zip(counts, evaluationCounts).map { $0 - $1 }, using: &random)
    var evaluation: [Int] = []
    var validation: [Int] = []
    for index in classes.indices {
      let order = random.permutation(of: rows[index])
      let end = evaluationCounts[index] + validationCounts[index]
      evaluation += order[..<evaluationCounts[index]]
      validation += order[evaluationCounts[index]..<end]
    }
    self.evaluation = random.permutation(of: evaluation)
    self.validation = random.permutation(of: validation)
  }

  /// Shares `count` among classes by their sizes; what rounding leaves goes to the largest fractions, equal ones by lot.
  private static func allot(_ count: Int, among sizes: [Int], using random: inout NumPyRandom)
    -> [Int]
  {
    let total = Double(sizes.reduce(0, +))
    let exact = sizes.map { Double($0) / total * Double(count) }
    var shares = exact.map { Int($0.rounded(.down)) }
    let fractions = zip(exact, shares).map { $0 - Double($1) }
    var missing = count - shares.reduce(0, +)
    for fraction in Set(fractions).sorted(by: >) where missing > 0 {
      let candidates = random.permutation(of: sizes.indices.filter { fractions[$0] == fraction })
      for index in candidates.prefix(missing) { shares[index] += 1 }
      missing -= min(missing, candidates.count)
    }
    return shares
  }
}
