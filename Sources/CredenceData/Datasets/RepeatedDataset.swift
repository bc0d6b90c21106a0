/// Images of which each stands several times in a row, every time with a label of its own.
///
/// The pixels are those of the images behind it; nothing is copied.
struct RepeatedDataset: ImageDataset {
  private let images: any ImageDataset
  private let copyCount: Int
  /// A label for each copy, `[images, copies]`.
  private let labels: [UInt8]
  /// Which of all copies belong to it.
  private let rows: Range<Int>

  /// Takes images and labels.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - labels: Labels, `[images, copies]`.
  ///   - rows: The copies that are kept.
  /// - Throws: `DatasetError.badLabels` for another number of labels, `noImages` without rows.
  init(
    _ images: any ImageDataset, labels: [UInt8], rows: Range<Int>? = nil
  ) throws(DatasetError) {
    guard images.count > 0, !labels.isEmpty, labels.count.isMultiple(of: images.count) else {
      throw .badLabels(
        file: images.path, problem: "there are \(labels.count) labels for \(images.count) images")
    }
    self.images = images
    self.labels = labels
    copyCount = labels.count / images.count
    self.rows = rows ?? 0..<labels.count
    guard !self.rows.isEmpty, self.rows.lowerBound >= 0, self.rows.upperBound <= labels.count else {
      throw .noImages(path: images.path)
    }
  }

  var path: String { images.path }
  var classNames: [String] { images.classNames }
  var count: Int { rows.count }
  func id(at index: Int) -> String {
    let row = rows.lowerBound + index
    return "\(images.id(at: row / copyCount))-\(row % copyCount)"
  }
  func label(at index: Int) -> Int? { Int(labels[rows.lowerBound + index]) }
  func content(at index: Int) throws(DatasetError) -> ImageContent {
    try images.content(at: (rows.lowerBound + index) / copyCount)
  }
  func group(at index: Int) -> Int {
    images.group(at: (rows.lowerBound + index) / copyCount)
  }
}
