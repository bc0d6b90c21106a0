/// The share of images of an average class that are answered right (MLA), under three readings of "right", in per cent.
///
/// For each class the share of its images that count as right, averaged over the classes that occur as original labels.
public struct MultiLabelAccuracy: Codable, Hashable, Sendable {
  /// The label, a class that overlaps with it, or another correct label of the image.
  public var noError: Double
  /// Also what differs in detail only: fine-grained mistakes, out of vocabulary or not.
  public var minorError: Double
  /// Also what has an explanation: untypical images and spurious correlations.
  public var explainableError: Double

  public init(noError: Double, minorError: Double, explainableError: Double) {
    self.noError = noError
    self.minorError = minorError
    self.explainableError = explainableError
  }
}

/// How many images of each class count as right: three counts in one number, so that one addition serves all readings.
struct MultiLabelCredit {
  private static let width: UInt64 = 21
  private static let mask: UInt64 = (1 << width) - 1
  /// The most images that a class may have.
  static let limit = 1 << 21 - 1

  /// What an answer adds, by the raw value of its kind.
  static let credits: [UInt64] = ErrorType.allCases.map { type in
    switch type {
    case .correct, .correctCollapsedMapping, .correctMultiLabel:
      1 | 1 << width | 1 << (2 * width)
    case .sameSuperclass, .outOfVocabulary: 1 << width | 1 << (2 * width)
    case .nonPrototypical, .commonCoOccurrences: 1 << (2 * width)
    case .similarToTarget, .commonCoOccurrencesWithTarget, .notClassified: 0
    }
  }

  /// The accuracy from the credits of each class.
  ///
  /// - Parameters:
  ///   - credits: The sum of credits of each class.
  ///   - totals: The number of images of each class.
  ///   - order: The classes that occur, in the order of their first image; sums are made in this order.
  /// - Returns: `nil` where no class occurs.
  static func accuracy(
    credits: [UInt64], totals: [Int], order: [Int]
  ) -> MultiLabelAccuracy? {
    guard !order.isEmpty else { return nil }
    var sums = (0.0, 0.0, 0.0)
    for label in order {
      let total = Double(totals[label])
      sums.0 += Double(credits[label] & mask) / total
      sums.1 += Double(credits[label] >> width & mask) / total
      sums.2 += Double(credits[label] >> (2 * width) & mask) / total
    }
    let count = Double(order.count)
    return MultiLabelAccuracy(
      noError: sums.0 / count * 100, minorError: sums.1 / count * 100,
      explainableError: sums.2 / count * 100)
  }
}
