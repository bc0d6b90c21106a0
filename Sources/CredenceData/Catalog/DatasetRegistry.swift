import CredenceFiles

/// The published data sets that are known by name.
public enum DatasetRegistry {
  /// Every data set, the smallest images first.
  public static let all: [DatasetEntry] = [
    .mnist, .fashionMNIST, .kmnist, .ambiguousMNIST, .dirtyMNIST, .cifar10, .cifar10point1,
    .cifar100, .svhn, .tinyImageNet,
  ]

  /// The folder of all data sets where none is named.
  public static let defaultFolder = "./data"

  /// The data set of a name or alias, whatever its case, and with `-` for `_`; `nil` for others.
  public static subscript(name: String) -> DatasetEntry? {
    let name = normalized(name)
    return all.first { $0.id == name || $0.aliases.contains { normalized($0) == name } }
  }

  /// The data set of a name or alias.
  ///
  /// - Throws: `DatasetError.unknownName`, with the nearest name.
  public static func named(_ name: String) throws(DatasetError) -> DatasetEntry {
    if let entry = self[name] { return entry }
    throw .unknownName(name: name, nearest: nearest(to: name), known: all.map(\.id))
  }

  /// The name that a mistyped one may stand for.
  static func nearest(to name: String) -> String? {
    nearestName(to: normalized(name), in: all.flatMap { [$0.id] + $0.aliases })
  }

  private static func normalized(_ name: String) -> String {
    name.lowercased().replacing("-", with: "_")
  }
}
