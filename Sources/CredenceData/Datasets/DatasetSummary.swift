/// What a path is recognized as.
public struct DatasetSummary: Hashable, Sendable {
  public let path: String
  /// The kind's name, such as `folder-tree`.
  public let kind: String
  /// The kind in words.
  public let title: String
  public let imageCount: Int
  /// Classes that are named, or one more than the largest class number; 0 where none are known.
  public let classCount: Int
  /// A few of the classes' names, in the order of their numbers.
  public let firstClassNames: [String]
  /// Images whose class is known.
  public let labeledCount: Int
  /// Columns and rows of the first image.
  public let firstImageSize: [Int]
  public let firstImageID: String
  /// Corruptions by name; empty for clean images.
  public let corruptions: [String]
  /// The severities that any of the corruptions has, ascending.
  public let severities: [Int]

  /// Looks at a data set, or at the first part of a corrupted one.
  ///
  /// - Parameters:
  ///   - path: A file or folder.
  ///   - split: A part of it.
  ///   - labels: A file of labels.
  ///   - classMap: A file of the classes' numbers.
  /// - Throws: `DatasetError`, also for a first image that can't be read.
  public init(
    path: String, split: String? = nil, labels: String? = nil, classMap: String? = nil
  ) throws(DatasetError) {
    let dataset: any ImageDataset
    var factor = 1
    if split == nil, labels == nil, let tree = try? CorruptionTree(path: path),
      let first = tree.entries.first
    {
      dataset = try tree.dataset(first, classMap: classMap)
      kind = "corruptions"
      title = "images under several corruptions and severities"
      corruptions = tree.corruptions
      severities = Set(tree.entries.map(\.severity)).sorted()
      factor = tree.entries.count
      self.path = tree.path
    } else {
      dataset = try DatasetCatalog.open(
        path: path, split: split, labels: labels, classMap: classMap)
      let descriptor = try DatasetCatalog.recognized(path: path, split: split, labels: labels).0
      (kind, title) = (descriptor.id, descriptor.title)
      (corruptions, severities) = ([], [])
      self.path = dataset.path
    }
    var (labeled, largest) = (0, -1)
    for index in 0..<dataset.count {
      guard let label = dataset.label(at: index) else { continue }
      labeled += 1
      largest = max(largest, label)
    }
    imageCount = dataset.count * factor
    labeledCount = labeled * factor
    classCount = max(dataset.classNames.count, largest + 1)
    firstClassNames = Array(dataset.classNames.prefix(3))
    let image = try dataset.image(at: 0)
    firstImageSize = [image.width, image.height]
    firstImageID = dataset.id(at: 0)
  }
}
