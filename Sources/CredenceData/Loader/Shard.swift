/// One of several equal parts of a data set, in order and without overlap.
public struct Shard: Codable, Hashable, Sendable {
  /// Which part, from 0.
  public let index: Int
  /// How many parts there are.
  public let count: Int

  /// Everything.
  public static let whole = Shard(uncheckedIndex: 0, count: 1)

  private init(uncheckedIndex index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// A part.
  ///
  /// - Throws: `DatasetError.badSetting` unless `0 ≤ index < count`.
  public init(index: Int, count: Int) throws(DatasetError) {
    guard count > 0, 0..<count ~= index else {
      throw .badSetting(
        name: "The shard", value: "\(index)/\(count)", allowed: "i/n with i from 0 to n − 1")
    }
    self.init(uncheckedIndex: index, count: count)
  }

  /// Understands a command-line argument such as `0/4`, the first of four.
  ///
  /// - Throws: `DatasetError.badSetting`.
  public init(argument: String) throws(DatasetError) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else {
      throw .badSetting(
        name: "The shard", value: "‘\(argument)’", allowed: "i/n with i from 0 to n − 1")
    }
    try self.init(index: index, count: count)
  }

  /// The part's rows among so many; sizes differ by one at most.
  public func range(of total: Int) -> Range<Int> {
    part(index, of: total)..<part(index + 1, of: total)
  }

  private func part(_ index: Int, of total: Int) -> Int {
    let (quotient, remainder) = total.quotientAndRemainder(dividingBy: count)
    return quotient * index + min(index, remainder)
  }
}
