import CredenceFiles

/// The published data sets that are known by name.
public enum DatasetRegistry {
  /// Every data set, the smallest images first.
  public static let all: [DatasetEntry] = [
    .mnist, .fashionMNIST, .kmnist, .ambiguousMNIST, .dirtyMNIST, .cifar10, .cifar100, .svhn,
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
    let names = all.flatMap { [$0.id] + $0.aliases }
    throw .unknownName(
      name: name, nearest: nearestName(to: normalized(name), in: names), known: all.map(\.id))
  }

  private static func normalized(_ name: String) -> String {
    name.lowercased().replacing("-", with: "_")
  }
}
