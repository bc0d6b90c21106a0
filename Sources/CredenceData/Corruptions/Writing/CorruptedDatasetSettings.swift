/// Which corrupted images are made of a data set, and how they are stored.
public struct CorruptedDatasetSettings: Sendable {
  /// How images are cut before they are corrupted.
  public enum Crop: Codable, Hashable, Sendable {
    /// Images keep their size.
    case off
    /// The center of a square of this many pixels, after the shorter side was resized to 8/7 of it, linearly interpolated.
    ///
    /// ImageNet-C is made with 224: resized to 256, then cut.
    case center(side: Int)
  }

  /// How images are stored; arrays hold bytes and need none.
  public enum Encoding: Codable, Hashable, Sendable {
    /// As the published benchmarks, with 85.
    case jpeg(quality: Int)
    /// Without loss.
    case png
  }

  /// In the order in which they are made.
  public var corruptions: [CorruptionDescriptor]
  /// From 1 to 5.
  public var severities: [Int]
  /// The table of severities; `nil` for that whose images are nearest in size to the first one.
  public var benchmark: CorruptionBenchmark?
  public var seed: UInt64 = 0
  public var crop = Crop.off
  public var encoding = Encoding.jpeg(quality: 85)
  /// Photographs of frost; where empty, frost is drawn.
  public var frostImages: [PixelImage] = []
  /// Threads; the images do not depend on it.
  public var workerCount = LoaderSettings().workerCount
  public var unreadableImages = LoaderSettings.UnreadableImages.fail

  public init(corruptions: [CorruptionDescriptor], severities: [Int] = [1, 2, 3, 4, 5]) {
    self.corruptions = corruptions
    self.severities = severities
  }

  /// Checks what can be checked without images.
  ///
  /// - Throws: `CorruptionError.invalidSeverity`, `DatasetError.badSetting`.
  func validate() throws {
    for severity in severities where !(1...5).contains(severity) {
      throw CorruptionError.invalidSeverity(severity)
    }
    guard !corruptions.isEmpty, Set(corruptions.map(\.id)).count == corruptions.count else {
      throw DatasetError.badSetting(
        name: "--corruption", value: "‘\(corruptions.map(\.id).joined(separator: " "))’",
        allowed: "at least one name, each once")
    }
    guard !severities.isEmpty, Set(severities).count == severities.count else {
      throw DatasetError.badSetting(
        name: "--severity", value: "‘\(severities.map(String.init).joined(separator: " "))’",
        allowed: "at least one number, each once")
    }
    guard 1...1024 ~= workerCount else {
      throw DatasetError.badSetting(
        name: "--workers", value: "\(workerCount)", allowed: "from 1 to 1024")
    }
    if case .jpeg(let quality) = encoding, !(1...100).contains(quality) {
      throw DatasetError.badSetting(
        name: "--quality", value: "\(quality)", allowed: "from 1 to 100")
    }
    if case .center(let side) = crop, !(1...65_500).contains(side) {
      throw DatasetError.badSetting(
        name: "--resize-crop", value: "\(side)", allowed: "from 1 to 65500")
    }
  }
}

extension CorruptedDatasetSettings.Crop {
  /// An image of a data set, cut.
  ///
  /// - Throws: `DatasetError`, naming the image.
  func image(
    of dataset: any ImageDataset, at index: Int
  ) throws(DatasetError) -> PixelImage {
    guard case .center(let side) = self else { return try dataset.image(at: index) }
    let pixels = try Preprocessor.image(
      dataset.content(at: index), name: dataset.description(at: index),
      Preprocessing(
        inputSize: [3, side, side], interpolation: .bilinear, cropFraction: 0.875,
        cropMode: .center))
    return PixelImage(width: side, height: side, pixels: pixels)
  }
}

extension CorruptedDatasetSettings.Encoding {
  /// How the name of a file of this kind ends.
  func isOwn(_ fileExtension: String) -> Bool {
    let endings =
      switch self {
      case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
      case .png: ["png"]
      }
    return endings.contains(fileExtension.lowercased())
  }

  var usualExtension: String {
    switch self {
    case .jpeg: "jpg"
    case .png: "png"
    }
  }
}

extension CorruptionBenchmark {
  /// The benchmark whose images are nearest in size: the ratio of the shorter sides is closest to 1.
  static func nearest(to image: PixelImage) -> Self {
    func distance(_ benchmark: Self) -> Double {
      let ratio = Double(min(image.width, image.height)) / Double(benchmark.imageSide)
      return max(ratio, 1 / ratio)
    }
    return allCases.reduce(.imageNetC) { distance($1) < distance($0) ? $1 : $0 }
  }
}
