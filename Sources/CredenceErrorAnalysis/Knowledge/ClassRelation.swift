/// Unordered pairs of classes: which of them share a superclass, or often occur together.
///
/// A bit for each pair, so that asking takes a nanosecond.
public struct ClassRelation: Hashable, Sendable {
  public let classCount: Int
  private let stride: Int
  private var words: [UInt64]

  /// No pair.
  public init(classCount: Int) {
    self.classCount = classCount
    stride = (classCount + 63) / 64
    words = Array(repeating: 0, count: classCount * stride)
  }

  /// Whether the pair is there, in either order.
  public func contains(_ a: Int32, _ b: Int32) -> Bool {
    precondition(a >= 0 && b >= 0 && a < classCount && b < classCount)
    return words[Int(a) * stride + Int(b) >> 6] >> UInt64(b & 63) & 1 == 1
  }

  /// Adds a pair, in both orders.
  public mutating func insert(_ a: Int32, _ b: Int32) {
    precondition(a >= 0 && b >= 0 && a < classCount && b < classCount)
    words[Int(a) * stride + Int(b) >> 6] |= 1 << UInt64(b & 63)
    words[Int(b) * stride + Int(a) >> 6] |= 1 << UInt64(a & 63)
  }

  /// The pairs of two different classes, the smaller one first, in ascending order.
  public var pairs: [ClassPair] {
    var pairs: [ClassPair] = []
    for a in 0..<Int32(classCount) {
      for b in a + 1..<max(Int32(classCount), a + 1) where contains(a, b) {
        pairs.append(ClassPair(a, b))
      }
    }
    return pairs
  }
}

/// Two different classes, the smaller one first.
public struct ClassPair: Hashable, Comparable, Codable, Sendable {
  public let first: Int32
  public let second: Int32

  public init(_ a: Int32, _ b: Int32) {
    first = min(a, b)
    second = max(a, b)
  }

  public static func < (a: Self, b: Self) -> Bool { (a.first, a.second) < (b.first, b.second) }
}
