import Foundation

/// Reads and prepares images on several threads, ahead of whoever asks for them, and gives them out in order.
///
/// ```swift
/// let loader = try Loader(dataset, preprocessing, settings)
/// while let batch = try loader.next() { … }
/// ```
///
/// What it gives out does not depend on the number of threads. Memory is bounded by the batches prepared ahead and those that
/// are still held. Letting the loader go, or `cancel()`, ends its threads.
public final class Loader: Sendable {
  private let work: LoaderWork

  /// Starts to read.
  ///
  /// - Parameters:
  ///   - dataset: The images.
  ///   - preprocessing: How they become the network's input.
  ///   - settings: How they are read.
  ///   - rows: The rows of the data set that are read, of which the shard is taken; all by default.
  /// - Throws: `DatasetError.badPreprocessing` or `badSetting`.
  public init(
    _ dataset: any ImageDataset, _ preprocessing: Preprocessing,
    _ settings: LoaderSettings = LoaderSettings(), rows: Range<Int>? = nil
  ) throws(DatasetError) {
    let rows = rows ?? 0..<dataset.count
    guard rows.lowerBound >= 0, rows.upperBound <= dataset.count else {
      throw .badSetting(
        name: "The range of rows", value: "\(rows.lowerBound)..<\(rows.upperBound)",
        allowed: "within 0..<\(dataset.count)")
    }
    let part = settings.shard.range(of: rows.count)
    work = try LoaderWork(
      dataset, preprocessing, settings,
      rows: rows.lowerBound + part.lowerBound..<rows.lowerBound + part.upperBound)
    try work.start()
  }

  deinit { work.cancel() }

  /// The rows of the data set that are read.
  public var rows: Range<Int> { work.rows }

  /// The number of batches, if no image is left out.
  public var batchCount: Int { work.batchCount }

  /// The next batch; `nil` at the end, after an error and after `cancel()`.
  ///
  /// Waits until it is ready. A batch of which every image was left out is passed over; its images are named in the next one, or in
  /// `skippedAtEnd`.
  ///
  /// - Throws: `DatasetError.unreadableImage` for the first image in order that can't be read, unless those are skipped.
  public func next() throws(DatasetError) -> ImageBatch? {
    try work.next()
  }

  /// Images left out after the last batch that was given out.
  public var skippedAtEnd: [SkippedImage] { work.skippedAtEnd }

  /// Stops reading; returns when every thread has finished the image at hand.
  public func cancel() { work.cancel() }
}
