/// The correct labels of every sample, in their published order: lists of different lengths, one after another.
public struct LabelLists: Hashable, Sendable {
  /// All lists, one after another.
  public let values: [Int32]
  /// Where each list starts; one more than there are lists.
  public let offsets: [Int]

  public init(_ lists: [[Int32]]) {
    var starts = [0]
    starts.reserveCapacity(lists.count + 1)
    for list in lists { starts.append(starts[starts.count - 1] + list.count) }
    values = Array(lists.joined())
    offsets = starts
  }

  public var count: Int { offsets.count - 1 }

  /// The labels of a sample.
  public subscript(row: Int) -> ArraySlice<Int32> { values[offsets[row]..<offsets[row + 1]] }
}
