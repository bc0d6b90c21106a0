/// Some images of a data set, prepared for a network and in order.
public struct ImageBatch: Sendable {
  /// The images' rows in the data set.
  public let indices: [Int]
  /// The images' class numbers; `nil` where one is not known.
  public let labels: [Int?]
  /// Images, height, width and channels.
  public let shape: [Int]
  public let format: PixelFormat
  /// Images that could not be read and were left out, after the batch before and within this one.
  public let skipped: [SkippedImage]
  /// Keeps the pixels alive; the memory is used again once it is released.
  public let buffer: PixelBuffer
  private let dataset: any ImageDataset

  init(
    indices: [Int], imageShape: [Int], format: PixelFormat, skipped: [SkippedImage],
    buffer: PixelBuffer, dataset: any ImageDataset
  ) {
    self.indices = indices
    labels = indices.map { dataset.label(at: $0) }
    shape = [indices.count] + imageShape
    self.format = format
    self.skipped = skipped
    self.buffer = buffer
    self.dataset = dataset
  }

  /// The number of images.
  public var count: Int { indices.count }

  /// The images' names in the data set.
  public var ids: [String] { indices.map { dataset.id(at: $0) } }

  /// The pixels, `[count, height, width, channels]`, in memory that `buffer` keeps alive.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: buffer.bytes[..<(shape.reduce(1, *) * format.byteCount)])
  }

  /// Passes the numbers of a batch in single precision.
  ///
  /// - Precondition: The format is `float32`.
  public func withFloats<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    precondition(format == .float32, "the batch holds bytes")
    return try withExtendedLifetime(buffer) { try body(bytes.assumingMemoryBound(to: Float.self)) }
  }
}

/// An image that was left out because it could not be read.
public struct SkippedImage: Hashable, Sendable {
  /// Its row in the data set.
  public let index: Int
  /// Its name in the data set.
  public let id: String
  public let error: DatasetError
}
