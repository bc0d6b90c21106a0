/// The classes of a list of images.
struct ImageClasses: Sendable {
  /// For each image its class number; `nil` where it is not known.
  let labels: [Int?]
  /// The classes' names in the order of their numbers; empty where they are not known.
  let names: [String]
  /// Whether the numbers are only the names' order, so that a network may number them otherwise.
  let areNumberedByName: Bool

  init(labels: [Int?], names: [String], areNumberedByName: Bool = false) {
    self.labels = labels
    self.names = names
    self.areNumberedByName = areNumberedByName
  }

  /// Images of unknown classes.
  static func unknown(count: Int) -> Self {
    Self(labels: [Int?](repeating: nil, count: count), names: [])
  }

  /// Takes the first folder of each path as the class; folders are numbered in the order of their names.
  ///
  /// - Parameters:
  ///   - folders: Folders that are classes even without images.
  ///   - images: Paths of at least one folder and a file.
  ///   - classMap: The classes' numbers, if they differ.
  ///   - path: The data set, for errors.
  /// - Throws: `DatasetError.badLabels` for a folder that the map lacks.
  init(
    folders: [String], of images: [String], _ classMap: ClassMap?, path: String
  ) throws(DatasetError) {
    let classes = images.map { String($0.prefix { $0 != "/" }) }
    if let classMap {
      labels = try classMap.numbers(of: classes)
      names = classMap.names
      areNumberedByName = false
      return
    }
    let sorted = Set(classes).union(folders).sorted(by: FileTree.precedes)
    var number: [String: Int] = [:]
    for (index, name) in sorted.enumerated() { number[name] = index }
    labels = classes.map { number[$0] }
    names = sorted
    areNumberedByName = true
  }
}
