/// Image files below a folder.
struct FileDataset: ImageDataset {
  let path: String
  let classNames: [String]
  let numbersClassesByName: Bool
  /// The images' paths below the folder.
  private let images: [String]
  private let labels: [Int?]

  /// - Throws: `DatasetError.noImages`.
  init(
    path: String, images: [String], _ classes: ImageClasses
  ) throws(DatasetError) {
    guard !images.isEmpty else { throw .noImages(path: path) }
    self.path = path
    self.images = images
    labels = classes.labels
    classNames = classes.names
    numbersClassesByName = classes.areNumberedByName
  }

  var count: Int { images.count }
  func id(at index: Int) -> String { images[index] }
  func label(at index: Int) -> Int? { labels[index] }
  func content(at index: Int) -> ImageContent { .file("\(path)/\(images[index])") }
}
