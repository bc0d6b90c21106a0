public import CredenceData

/// The images of a data set without its labels: outliers have none of the network's classes.
public struct UnlabeledDataset: ImageDataset {
  public let images: any ImageDataset

  public init(_ images: any ImageDataset) { self.images = images }

  public var path: String { images.path }
  public var count: Int { images.count }
  public var classNames: [String] { [] }
  public var subsets: [DatasetSubset] { images.subsets }
  public func id(at index: Int) -> String { images.id(at: index) }
  public func label(at index: Int) -> Int? { nil }
  public func group(at index: Int) -> Int { images.group(at: index) }
  public func content(at index: Int) throws(DatasetError) -> ImageContent {
    try images.content(at: index)
  }
}
