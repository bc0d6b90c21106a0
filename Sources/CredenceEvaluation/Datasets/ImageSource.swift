public import CredenceData
public import CredenceModels
import Foundation

/// Images that networks are trained on or judged by: a published data set by its name, or what lies at a path.
public struct ImageSource: Sendable {
  /// What checkpoints and results call it.
  public let name: String
  private let place: Place

  private enum Place: Sendable {
    /// A published data set below the folder of all.
    case published(DatasetEntry, folder: String)
    /// A file, or a folder that may have parts.
    case path(String)
  }

  /// Finds a data set; names come first, so that a folder beside them is reached by `./cifar10`.
  ///
  /// - Parameters:
  ///   - text: A name of `DatasetRegistry`, or the path of a folder or file.
  ///   - folder: Where published data sets lie.
  /// - Throws: `DatasetError.unknownName` where it is neither.
  public init(_ text: String, in folder: String = DatasetRegistry.defaultFolder)
    throws(DatasetError)
  {
    if let entry = DatasetRegistry[text] {
      (name, place) = (entry.id, .published(entry, folder: folder))
      return
    }
    guard FileManager.default.fileExists(atPath: text) else {
      // Its error names what is near.
      _ = try DatasetRegistry.named(text)
      throw .noSuchPath(path: text, nearest: nil)
    }
    let url = URL(fileURLWithPath: text).standardizedFileURL
    var name = url.lastPathComponent
    let parts = Self.names.values.joined()
    if parts.contains(name) { name = url.deletingLastPathComponent().lastPathComponent }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: text, isDirectory: &isFolder), !isFolder.boolValue {
      name = String(name.prefix { $0 != "." })
    }
    self.name = name.isEmpty ? "images" : name
    place = .path(text)
  }

  /// The published data set that it is; `nil` for a path.
  public var entry: DatasetEntry? {
    if case .published(let entry, _) = place { entry } else { nil }
  }

  /// What the parts of a folder are called, the first that is there is taken.
  private static let names: [DatasetEntry.Part: [String]] = [
    .train: ["train", "training"], .test: ["test", "val", "validation", "valid"], .extra: ["extra"],
  ]

  /// Opens a part.
  ///
  /// - Parameters:
  ///   - part: Which.
  ///   - orWhole: Whether a path without parts stands for each of them.
  /// - Returns: The images.
  /// - Throws: `DatasetError`, also for a path that lacks the part.
  public func open(
    part: DatasetEntry.Part, orWhole: Bool = true
  ) throws(DatasetError) -> any ImageDataset {
    switch place {
    case .published(let entry, let folder): return try entry.open(part: part, in: folder)
    case .path(let path):
      for name in Self.names[part] ?? [] {
        do {
          return try DatasetCatalog.open(path: path, split: name)
        } catch .badSetting(name: "--split", _, _) {
          continue
        } catch .unsupported(_, what: let what, _) where what.hasPrefix("the images ") {
          // Several IDX files, none of which begins so.
          continue
        }
      }
      guard orWhole else {
        throw .unsupported(
          path: path, what: "no part for \(part == .test ? "testing" : "training")",
          instead:
            "Put the images into folders \((Self.names[part] ?? []).joined(separator: " or ")) in it."
        )
      }
      return try DatasetCatalog.open(path: path)
    }
  }
}

/// What a network has to know of its images.
public struct ImageTask: Hashable, Sendable {
  public let classCount: Int
  public let preprocessing: Preprocessing
  /// How training images are varied.
  public let augmentation: DatasetEntry.Augmentation

  /// What the user says of images at a path; `nil` leaves it to the images.
  public struct Shape: Hashable, Sendable {
    /// 1 for gray images, 3 for red, green and blue.
    public var channels: Int?
    /// Rows and columns.
    public var size: [Int]?

    public init(channels: Int? = nil, size: [Int]? = nil) {
      self.channels = channels
      self.size = size
    }
  }

  /// The published task of a data set.
  public init(_ entry: DatasetEntry) {
    classCount = entry.classCount
    preprocessing = entry.preprocessing
    augmentation = entry.augmentation
  }

  /// The task that images at a path set.
  ///
  /// Images are gray where a sample of them is, and have their own size where all of the sample share one of at most 128 pixels; else
  /// that of the architecture. Other sizes are fitted in. They are normalized by the constants of MNIST or of CIFAR-10, and varied as
  /// photographs are: by shifts of up to an eighth of the side, and mirrored.
  ///
  /// - Parameters:
  ///   - images: Training images with class numbers.
  ///   - shape: What the user says.
  ///   - architecture: Whose size is taken where images have none in common.
  /// - Throws: `DatasetError` for images without classes or with fewer than two, or that can't be read.
  public init(
    _ images: any ImageDataset, _ shape: Shape, for architecture: ModelDescriptor
  ) throws(DatasetError) {
    var largest = -1
    for index in 0..<images.count { largest = max(largest, images.label(at: index) ?? -1) }
    classCount = max(images.classNames.count, largest + 1)
    guard largest >= 0, classCount >= 2 else {
      throw .unsupported(
        path: images.path, what: largest < 0 ? "images without classes" : "images of one class",
        instead: "Put the images of each class into a folder of its own, for two classes or more.")
    }
    var sizes: Set<[Int]> = []
    var isGray = true
    let step = max(1, images.count / Self.sampleCount)
    if shape.channels == nil || shape.size == nil {
      for index in stride(from: 0, to: images.count, by: step) {
        let image = try images.image(at: index)
        sizes.insert([image.height, image.width])
        isGray = isGray && image.isGray
      }
    }
    let common = sizes.count == 1 ? sizes.first : nil
    let size =
      shape.size ?? common.flatMap { $0.allSatisfy { $0 <= 128 } ? $0 : nil }
      ?? architecture.settings.imageSize
    let channels = shape.channels ?? (isGray ? 1 : 3)
    let constants = DatasetRegistry[channels == 1 ? "mnist" : "cifar10"]?.normalization
    preprocessing = Preprocessing(
      inputSize: [channels] + size, interpolation: .bilinear, cropFraction: 1, cropMode: .fit,
      mean: constants?.mean ?? [], std: constants?.std ?? [])
    try preprocessing.validate()
    augmentation = .init(cropPadding: (size.min() ?? 0) / 8, flips: true)
  }

  /// Images that are looked at.
  private static let sampleCount = 64
}

extension PixelImage {
  /// Whether red, green and blue are equal everywhere.
  fileprivate var isGray: Bool {
    for start in stride(from: 0, to: pixels.count, by: 3) {
      let (red, green, blue) = (pixels[start], pixels[start + 1], pixels[start + 2])
      if red != green || red != blue { return false }
    }
    return true
  }
}
