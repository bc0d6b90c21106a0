/// Images that can be read in any order and on any thread.
public protocol ImageDataset: Sendable {
  /// The file or folder that the images come from.
  var path: String { get }
  /// The number of images.
  var count: Int { get }
  /// The classes' names in the order of their numbers; empty where they are not known.
  var classNames: [String] { get }
  /// Whether the classes' numbers are only the order of their names.
  var numbersClassesByName: Bool { get }
  /// The name of an image, unique in the data set: its path within it, or the number of its row.
  func id(at index: Int) -> String
  /// The number of the image's class; `nil` where it is not known.
  func label(at index: Int) -> Int?
  /// Where the image's pixels are.
  ///
  /// - Throws: `DatasetError` for an image that can't be reached.
  func content(at index: Int) throws(DatasetError) -> ImageContent
  /// The number of the sample's group, from 0: samples of one group show the same image, and belong on one side of a split.
  func group(at index: Int) -> Int
  /// Parts that have a name, such as clean and ambiguous images; empty where there are none.
  var subsets: [DatasetSubset] { get }
}

/// A named part of a data set.
public struct DatasetSubset: Hashable, Sendable {
  public let name: String
  public let samples: Range<Int>

  public init(name: String, samples: Range<Int>) {
    self.name = name
    self.samples = samples
  }
}

extension ImageDataset {
  public var numbersClassesByName: Bool { false }
  public var subsets: [DatasetSubset] { [] }
  public func group(at index: Int) -> Int { index }

  /// The image's name in errors.
  func description(at index: Int) -> String {
    "\(path)/\(id(at: index))"
  }

  /// Reads and decodes an image.
  ///
  /// - Throws: `DatasetError.unreadableImage`, naming the image.
  public func image(at index: Int) throws(DatasetError) -> PixelImage {
    let name = description(at: index)
    switch try content(at: index) {
    case .pixels(let image): return image
    case .encoded(let data): return try ImageDecoder.decode(data, name: name)
    case .file(let path):
      let memory = ScratchMemory()
      return try ImageDecoder.decode(FileBytes.read(path, name: name, into: memory), name: name)
    }
  }
}
