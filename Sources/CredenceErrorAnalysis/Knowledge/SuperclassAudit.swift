import Foundation

/// What a set of superclasses for ImageNet looks like, and where it contradicts the published results.
///
/// The original definitions are not public, but the released listings say of thousands of pairs of classes whether they share a superclass.
public struct SuperclassAudit: Codable, Hashable, Sendable {
  /// The sets that touch a group of classes.
  public struct Touching: Codable, Hashable, Sendable {
    /// Superclasses with a class of the group.
    public var total = 0
    /// Those among them with one class only.
    public var single = 0
  }

  /// Superclasses of two or more classes.
  public var sharedCount: Int
  /// Classes that are alone.
  public var singletonCount: Int
  /// Definitions that hold for no class.
  public var emptyCount: Int
  /// Classes in the smallest superclass of two or more.
  public var smallest: Int
  /// Classes in the largest.
  public var largest: Int
  /// Classes in each superclass of two or more, on average.
  public var meanSize: Double
  /// Half of those superclasses have no more classes.
  public var medianSize: Double
  /// Pairs of classes that share a superclass.
  public var sharingPairCount: Int
  /// Classes in several superclasses.
  public var multipleMemberCount: Int
  /// By the name of the group.
  public var groups: [String: Touching]
  /// What the classes are called, for messages.
  private var firstNames: [String]
  /// What is contradicted; `nil` for other classes than ImageNet's.
  public var constraints: Constraints?

  /// The comparison with what the released results imply.
  public struct Constraints: Codable, Hashable, Sendable {
    /// Pairs that must share a superclass and do not.
    public var missing: [ClassPair]
    public var mustShareCount: Int
    /// Pairs that must not share one and do.
    public var forbidden: [ClassPair]
    public var mustNotShareCount: Int
    /// Lists of pairs of which at least one must share a superclass, and none does.
    public var unmet: [[ClassPair]]
    public var atLeastOneCount: Int
    /// Numbers of proposals that are exactly the released ones; `nil` without a hierarchy.
    public var exactProposalCounts: Int?
    public var proposalCountCount: Int

    /// Whether every pair is as the released results say.
    public var isMet: Bool { missing.isEmpty && forbidden.isEmpty && unmet.isEmpty }
  }

  /// Looks at superclasses.
  ///
  /// - Parameters:
  ///   - superclasses: The superclasses.
  ///   - classes: Their classes.
  ///   - groups: The groups of the classes.
  ///   - hierarchy: Where proposals come from; `nil` leaves their numbers out.
  /// - Throws: `ErrorAnalysisError` for a class that has no place in the hierarchy.
  public init(
    _ superclasses: Superclasses, classes: ClassList, groups: ClassGroups,
    hierarchy: LabelHierarchy?
  ) throws(ErrorAnalysisError) {
    let sizes = superclasses.members.map(\.count).filter { $0 >= 2 }.sorted()
    sharedCount = sizes.count
    singletonCount = superclasses.singletonCount
    emptyCount = superclasses.members.count { $0.isEmpty }
    smallest = sizes.first ?? 0
    largest = sizes.last ?? 0
    meanSize = sizes.isEmpty ? 0 : Double(sizes.reduce(0, +)) / Double(sizes.count)
    medianSize =
      sizes.isEmpty ? 0 : Double(sizes[(sizes.count - 1) / 2] + sizes[sizes.count / 2]) / 2
    sharingPairCount = superclasses.sharingPairs.count
    multipleMemberCount = superclasses.memberships.count { $0.count > 1 }
    var touching: [String: Touching] = [:]
    for group in groups.known {
      var counts = Touching()
      for members in superclasses.members
      where members.contains(where: { groups.contains($0, in: group) }) {
        counts.total += 1
        if members.count == 1 { counts.single += 1 }
      }
      touching[group.rawValue] = counts
    }
    self.groups = touching
    firstNames = (0..<Int32(classes.count)).map { classes.firstName(of: $0) }
    let imageNet = try ClassList.imageNet()
    if classes.ids == imageNet.ids {
      constraints = try Self.constraints(superclasses, classes, hierarchy)
    }
  }

  private static func constraints(
    _ superclasses: Superclasses, _ classes: ClassList, _ hierarchy: LabelHierarchy?
  ) throws(ErrorAnalysisError) -> Constraints {
    func shares(_ pair: ClassPair) -> Bool {
      superclasses.sharesSuperclass(pair.first, pair.second)
    }
    let mustShare = pairs(SuperclassConstraintTable.mustShare)
    let mustNotShare = pairs(SuperclassConstraintTable.mustNotShare)
    let lists = words(SuperclassConstraintTable.atLeastOne).map { list in
      list.split(separator: "|").compactMap { pair($0) }
    }
    let counts = words(SuperclassConstraintTable.proposalCounts).compactMap { word in
      let parts = word.split { $0 == "-" || $0 == ":" }.compactMap { Int32($0) }
      return parts.count == 3 ? parts : nil
    }
    var exact: Int?
    if let hierarchy {
      let vocabulary = try ProposalVocabulary(
        classes: classes, hierarchy: hierarchy, superclasses: superclasses)
      exact = counts.count { row in
        (try? vocabulary.proposals(prediction: row[0], target: row[1]).count) == Int(row[2])
      }
    }
    return Constraints(
      missing: mustShare.filter { !shares($0) }, mustShareCount: mustShare.count,
      forbidden: mustNotShare.filter(shares), mustNotShareCount: mustNotShare.count,
      unmet: lists.filter { !$0.contains(where: shares) }, atLeastOneCount: lists.count,
      exactProposalCounts: exact, proposalCountCount: counts.count)
  }

  private static func words(_ text: String) -> [Substring] {
    text.split { $0 == " " || $0 == "\n" }
  }

  private static func pairs(_ text: String) -> [ClassPair] { words(text).compactMap { pair($0) } }

  private static func pair(_ text: Substring) -> ClassPair? {
    let parts = text.split(separator: "-").compactMap { Int32($0) }
    return parts.count == 2 ? ClassPair(parts[0], parts[1]) : nil
  }
}

extension SuperclassAudit {
  /// Looks at a file of definitions for the classes of a data set; where the inputs leave superclasses out, at the set that comes with Credence.
  ///
  /// - Throws: `FileError`, `ErrorAnalysisError`; `missing` without a hierarchy.
  public init(inputs: ErrorAnalysisInputs) throws {
    var opening = KnowledgeOpening(inputs)
    try opening.openClasses()
    try opening.openSuperclasses()
    try self.init(
      opening.superclasses(), classes: opening.classes(), groups: opening.groups(),
      hierarchy: opening.hierarchy)
  }

  /// The numbers as JSON, the same for the same superclasses.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// What a reader sees: a line for each number, and the first contradictions.
  public func text() -> String {
    var lines = [
      "\(sharedCount) superclasses of two or more classes (\(smallest) to \(largest), median "
        + "\(Self.number(medianSize)), mean \(Self.number(meanSize)))",
      "\(singletonCount) classes alone",
      "\(sharingPairCount) pairs of classes share a superclass",
      "\(multipleMemberCount) classes in several superclasses",
    ]
    if emptyCount > 0 { lines.append("\(emptyCount) definitions hold for no class") }
    for group in ClassGroup.allCases where group != .all {
      guard let counts = groups[group.rawValue] else { continue }
      lines.append(
        "\(counts.total) touch the group \(group.rawValue), \(counts.single) of them one class")
    }
    if let constraints {
      func name(_ pair: ClassPair) -> String {
        "  \(pair.first) \(firstNames[Int(pair.first)]), "
          + "\(pair.second) \(firstNames[Int(pair.second)])"
      }
      lines.append(
        "\(constraints.mustShareCount - constraints.missing.count) of "
          + "\(constraints.mustShareCount) pairs that must share a superclass do")
      lines += constraints.missing.prefix(20).map(name)
      lines.append(
        "\(constraints.forbidden.count) of \(constraints.mustNotShareCount) pairs that must not "
          + "share one do")
      lines += constraints.forbidden.prefix(20).map(name)
      lines.append(
        "\(constraints.atLeastOneCount - constraints.unmet.count) of "
          + "\(constraints.atLeastOneCount) lists have a pair that shares one")
      lines += constraints.unmet.prefix(20).map { "  " + $0.map(name).joined(separator: " or") }
      if let exact = constraints.exactProposalCounts {
        lines.append(
          "\(exact) of \(constraints.proposalCountCount) numbers of proposals are the released ones"
        )
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\((value * 1000).rounded() / 1000)"
  }
}
