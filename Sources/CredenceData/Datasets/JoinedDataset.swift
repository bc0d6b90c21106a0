/// Several data sets, one after another.
struct JoinedDataset: ImageDataset {
  let path: String
  let classNames: [String]
  let count: Int
  let subsets: [DatasetSubset]
  private let parts: [any ImageDataset]
  /// What the groups of each part are counted from.
  private let firstGroups: [Int]

  /// Takes data sets of the same classes.
  ///
  /// - Parameters:
  ///   - parts: At least one, under the name that comes before its images' names.
  ///   - path: Where they come from.
  init(_ parts: [(name: String, images: any ImageDataset)], path: String) {
    var subsets: [DatasetSubset] = []
    var firstGroups: [Int] = []
    var (count, groupCount) = (0, 0)
    for (name, images) in parts {
      subsets.append(DatasetSubset(name: name, samples: count..<count + images.count))
      count += images.count
      firstGroups.append(groupCount)
      groupCount += ((0..<images.count).lazy.map { images.group(at: $0) }.max() ?? -1) + 1
    }
    self.path = path
    self.parts = parts.map(\.images)
    self.subsets = subsets
    self.firstGroups = firstGroups
    self.count = count
    classNames = parts.first?.images.classNames ?? []
  }

  func id(at index: Int) -> String {
    let (part, row) = place(of: index)
    return "\(subsets[part].name)/\(parts[part].id(at: row))"
  }
  func label(at index: Int) -> Int? {
    let (part, row) = place(of: index)
    return parts[part].label(at: row)
  }
  func content(at index: Int) throws(DatasetError) -> ImageContent {
    let (part, row) = place(of: index)
    return try parts[part].content(at: row)
  }
  func group(at index: Int) -> Int {
    let (part, row) = place(of: index)
    return firstGroups[part] + parts[part].group(at: row)
  }

  private func place(of index: Int) -> (part: Int, row: Int) {
    let part = subsets.lastIndex { $0.samples.lowerBound <= index } ?? 0
    return (part, index - subsets[part].samples.lowerBound)
  }
}
