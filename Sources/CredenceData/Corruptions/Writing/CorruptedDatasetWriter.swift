public import Foundation

/// Makes the corrupted copies of a data set that a `CorruptionTree` reads.
///
/// Images in files become a tree `corruption/severity/class/image`, images in arrays one `corruption.npy` each, uint8
/// `[5 · count, height, width, 3]` with all severities one after another, and `labels.npy`. Every file appears whole or not
/// at all, and those that are there are not made again, so an interrupted run can go on. A file of settings beside them keeps images of
/// different runs apart.
///
/// An image depends on the clean image, its id, the seed, the corruption, the severity and the benchmark alone.
///
/// - Note: The layouts are those of ImageNet-C and CIFAR-10-C, Hendrycks & Dietterich, ICLR 2019, arXiv:1903.12261.
public struct CorruptedDatasetWriter: Sendable {
  /// What a run left behind.
  public struct Result: Sendable {
    /// The table of severities that was used.
    public let benchmark: CorruptionBenchmark
    /// Corrupted images that this run made.
    public let madeCount: Int
    /// Corrupted images that were there before.
    public let presentCount: Int
    /// Clean images that could not be read.
    public let skipped: [SkippedImage]
    public let duration: Duration
  }

  let dataset: any ImageDataset
  let settings: CorruptedDatasetSettings
  let benchmark: CorruptionBenchmark
  private let isArray: Bool
  /// Called from several threads, by one at a time.
  public var progress: @Sendable (CorruptionProgress) -> Void = { _ in }

  /// Checks the settings against the first image.
  ///
  /// - Throws: `DatasetError`, `CorruptionError`.
  public init(_ dataset: any ImageDataset, _ settings: CorruptedDatasetSettings) throws {
    try settings.validate()
    self.dataset = dataset
    self.settings = settings
    isArray = if case .pixels = try dataset.content(at: 0) { true } else { false }
    guard !isArray || settings.severities.sorted() == [1, 2, 3, 4, 5] else {
      throw DatasetError.badSetting(
        name: "--severity",
        value: "‘\(settings.severities.map(String.init).joined(separator: " "))’",
        allowed: "1-5 for images in arrays, whose files hold all severities")
    }
    guard !isArray || (0..<dataset.count).allSatisfy({ dataset.label(at: $0) != nil }) else {
      throw CorruptionError.unlabeledArrays(dataset.path)
    }
    if let benchmark = settings.benchmark {
      self.benchmark = benchmark
    } else {
      self.benchmark = try Self.firstReadable(dataset, settings)
    }
  }

  /// The benchmark nearest to the first image that can be read.
  private static func firstReadable(
    _ dataset: any ImageDataset, _ settings: CorruptedDatasetSettings
  ) throws -> CorruptionBenchmark {
    for index in 0..<dataset.count {
      do {
        return .nearest(to: try settings.crop.image(of: dataset, at: index))
      } catch {
        if settings.unreadableImages == .fail { throw error }
      }
    }
    throw DatasetError.noImages(path: dataset.path)
  }

  /// Makes what is missing.
  ///
  /// - Parameter folder: Made where it is not there; one with other content is refused.
  /// - Returns: What was made.
  /// - Throws: `CorruptionError`, `FileError`, and `DatasetError.unreadableImage` for the first image in order that can't be read, unless those
  ///   are skipped. What was made until then stays.
  public func write(to folder: URL) throws -> Result {
    let source = URL(fileURLWithPath: dataset.path).resolvingSymlinksInPath().standardizedFileURL
    let target = folder.resolvingSymlinksInPath().standardizedFileURL
    guard target.path != source.path, !target.path.hasPrefix(source.path + "/") else {
      throw CorruptionError.folderInsideData(folder.relativePath)
    }
    let paths = isArray ? [] : try CorruptedImagePaths(dataset, settings.encoding).paths
    try CorruptedDatasetRecord(dataset, settings, benchmark: benchmark, isArray: isArray)
      .claim(folder)
    let levels = settings.corruptions.count * settings.severities.count
    let counter = CorruptionCounter(total: dataset.count * levels, progress)
    if isArray {
      try writeArrays(to: folder, counter)
    } else {
      try writeTree(paths, to: folder, counter)
    }
    let (made, skipped, duration) = counter.result
    return Result(
      benchmark: benchmark, madeCount: made,
      presentCount: (dataset.count - skipped.count) * levels - made, skipped: skipped,
      duration: duration)
  }

  /// One corrupted image.
  func corrupted(
    _ image: PixelImage, _ corruption: CorruptionDescriptor, _ severity: Int, at index: Int,
    _ resources: CorruptionResources
  ) throws -> PixelImage {
    try corruption.corrupted(
      image, severity: severity, benchmark: benchmark, seed: settings.seed,
      sample: dataset.id(at: index), resources: resources)
  }
}
