/// Pairs of classes that often occur on the same image although they are different things.
public struct CoOccurrencePairs: Hashable, Sendable {
  /// How the pairs came about; zeros for a stored list.
  public struct Statistics: Codable, Hashable, Sendable {
    /// Images left out because they are evaluated.
    public var evaluatedImages = 0
    /// Images without a label.
    public var emptyImages = 0
    /// Images of one class.
    public var singleImages = 0
    /// Images that were counted.
    public var usedImages = 0
    /// Pairs on those images, each as often as it occurs.
    public var pairOccurrences = 0
    /// Different pairs.
    public var distinctPairs = 0
    /// Pairs that occur at least twice.
    public var repeatedPairs = 0
    /// Pairs that share no superclass, however often they occur.
    public var unrelatedPairs = 0

    public init() {}
  }

  public let relation: ClassRelation
  public let statistics: Statistics
  /// How many images each class is on, among those counted; empty for a stored list.
  public let classCounts: [Int]
  /// Where the pairs come from, for outputs.
  public let source: String

  public init(
    relation: ClassRelation, statistics: Statistics = Statistics(), classCounts: [Int] = [],
    source: String
  ) {
    self.relation = relation
    self.statistics = statistics
    self.classCounts = classCounts
    self.source = source
  }

  /// Whether two classes often occur together.
  public func contains(_ a: Int32, _ b: Int32) -> Bool { relation.contains(a, b) }

  /// The pairs, the smaller class first, ascending.
  public var pairs: [ClassPair] { relation.pairs }

  /// Counts pairs on images that are not evaluated, and keeps those that occur at least twice and share no superclass.
  ///
  /// An image's original label is one of its labels; images without any label are left out.
  ///
  /// - Parameters:
  ///   - lists: The labels of each image.
  ///   - originals: The original label of each image.
  ///   - isEvaluated: Whether the image is one of those whose mistakes are analyzed.
  ///   - superclasses: What is one thing under two names.
  public init(
    lists: LabelLists, originals: [Int32], isEvaluated: [Bool], superclasses: Superclasses,
    source: String
  ) {
    precondition(lists.count == originals.count && lists.count == isEvaluated.count)
    var statistics = Statistics()
    let classCount = superclasses.memberships.count
    var classCounts = Array(repeating: 0, count: classCount)
    var counts: [ClassPair: Int] = [:]
    for image in originals.indices {
      if isEvaluated[image] {
        statistics.evaluatedImages += 1
        continue
      }
      var labels = Array(lists[image])
      if labels.isEmpty {
        statistics.emptyImages += 1
        continue
      }
      if !labels.contains(originals[image]) { labels.append(originals[image]) }
      for label in labels { classCounts[Int(label)] += 1 }
      if labels.count == 1 {
        statistics.singleImages += 1
        continue
      }
      statistics.usedImages += 1
      for (position, a) in labels.enumerated() {
        for b in labels[(position + 1)...] {
          statistics.pairOccurrences += 1
          counts[ClassPair(a, b), default: 0] += 1
        }
      }
    }
    statistics.distinctPairs = counts.count
    var relation = ClassRelation(classCount: classCount)
    for (pair, count) in counts {
      let isUnrelated = !superclasses.sharesSuperclass(pair.first, pair.second)
      if isUnrelated { statistics.unrelatedPairs += 1 }
      if count >= 2 { statistics.repeatedPairs += 1 }
      if isUnrelated, count >= 2 { relation.insert(pair.first, pair.second) }
    }
    self.init(
      relation: relation, statistics: statistics, classCounts: classCounts, source: source)
  }
}
