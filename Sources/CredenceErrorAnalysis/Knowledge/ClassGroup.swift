/// A part of the classes for which statistics are made.
public enum ClassGroup: String, CaseIterable, Codable, Hashable, Sendable {
  /// Every class.
  case all
  /// Living things.
  case organism
  /// Things that people made.
  case artifact
  /// Neither.
  case other
}

/// Which class belongs to which group.
public struct ClassGroups: Hashable, Sendable {
  /// Bit g of a class says whether it is in `ClassGroup.allCases[g]`.
  private let masks: [UInt8]
  /// The groups that are known: only `all` without a hierarchy.
  public let known: [ClassGroup]

  /// Groups by the names of what each class is a kind of; `nil` where no hierarchy is known.
  ///
  /// - Parameter ancestorNames: For each class, the names on all of its paths.
  package init(classCount: Int, ancestorNames: [Set<String>]?) {
    guard let ancestorNames else {
      masks = Array(repeating: 1, count: classCount)
      known = [.all]
      return
    }
    masks = ancestorNames.map { names in
      let kinds: UInt8 =
        (names.contains("organism") ? 2 : 0) | (names.contains("artifact") ? 4 : 0)
      return 1 | (kinds == 0 ? 8 : kinds)
    }
    known = ClassGroup.allCases
  }

  /// Whether the class belongs to the group.
  public func contains(_ index: Int32, in group: ClassGroup) -> Bool {
    masks[Int(index)] & mask(of: group) != 0
  }

  /// All groups of a class, one bit each in the order of `ClassGroup.allCases`.
  public func mask(ofClass index: Int32) -> UInt8 { masks[Int(index)] }

  private func mask(of group: ClassGroup) -> UInt8 {
    switch group {
    case .all: 1
    case .organism: 2
    case .artifact: 4
    case .other: 8
    }
  }

  /// The classes of a group, ascending.
  public func indices(of group: ClassGroup) -> [Int32] {
    masks.indices.map { Int32($0) }.filter { contains($0, in: group) }
  }
}
