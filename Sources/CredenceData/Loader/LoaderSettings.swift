import Foundation

/// How a loader reads a data set.
public struct LoaderSettings: Codable, Hashable, Sendable {
  /// What happens to images that can't be read.
  public enum UnreadableImages: String, Codable, Hashable, Sendable, CaseIterable {
    /// The loader throws when it reaches the image.
    case fail
    /// The image is left out and named in its batch.
    case skip
  }

  /// Images per batch; the last one may have fewer, and so may one with images left out.
  public var batchSize = 64
  /// Threads that read and prepare images.
  public var workerCount = ProcessInfo.processInfo.activeProcessorCount
  /// Batches that are prepared ahead of the one that is asked for; bounds the memory.
  public var prefetchedBatches = 2
  public var format = PixelFormat.float32
  public var unreadableImages = UnreadableImages.fail
  /// The part of the rows that is read.
  public var shard = Shard.whole

  public init() {}

  /// Checks the settings for images of a size.
  ///
  /// - Parameter imageByteCount: Bytes of one prepared image.
  /// - Throws: `DatasetError.badSetting`, naming the setting.
  func validate(imageByteCount: Int) throws(DatasetError) {
    guard 1...1024 ~= workerCount else {
      throw .badSetting(name: "--workers", value: "\(workerCount)", allowed: "from 1 to 1024")
    }
    guard 0...1024 ~= prefetchedBatches else {
      throw .badSetting(
        name: "The number of batches prepared ahead", value: "\(prefetchedBatches)",
        allowed: "from 0 to 1024")
    }
    let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let largest = max(memory / (prefetchedBatches + 1) / imageByteCount, 1)
    guard 1...largest ~= batchSize else {
      throw .badSetting(
        name: "--batch-size", value: "\(batchSize)",
        allowed: "from 1 to \(largest), for which there is memory")
    }
  }
}
