import Foundation

/// What the rest of the system needs to know of a published data set.
public struct DatasetEntry: Identifiable, Sendable {
  /// A part with a purpose of its own.
  public enum Part: String, Codable, Hashable, Sendable, CaseIterable {
    case train
    case test
    /// More training images of the same kind, as SVHN has them.
    case extra
  }

  /// What is taken from pixels on a scale from 0 (black) to 1 (white), and what they are divided by, for each channel.
  public struct Normalization: Codable, Hashable, Sendable {
    public let mean: [Double]
    public let std: [Double]

    public init(mean: [Double], std: [Double]) {
      self.mean = mean
      self.std = std
    }
  }

  /// How training images are varied.
  public struct Augmentation: Codable, Hashable, Sendable {
    /// Black pixels added on every side before a crop of the image's own size is taken anywhere; 0 for no crop.
    public let cropPadding: Int
    /// Whether every second image is mirrored left to right.
    public let flips: Bool

    public init(cropPadding: Int, flips: Bool) {
      self.cropPadding = cropPadding
      self.flips = flips
    }

    public static let none = Self(cropPadding: 0, flips: false)
  }

  /// The name on the command line.
  public let id: String
  /// Other names.
  public let aliases: [String]
  public let title: String
  /// The classes' names in the order of their numbers; empty where there are too many to list.
  public let classNames: [String]
  public let classCount: Int
  /// Rows and columns of every image.
  public let imageSize: [Int]
  /// 1 for gray images, 3 for red, green and blue.
  public let channelCount: Int
  /// The published parts with the number of their images.
  public let sampleCounts: [Part: Int]
  /// The constants that Deep Deterministic Uncertainty and its baselines use for networks trained on it.
  public let normalization: Normalization
  /// The mean and deviation of its own training images, where they differ from `normalization`.
  public let ownNormalization: Normalization
  public let augmentation: Augmentation
  public let license: String
  /// The paper.
  public let source: String
  /// The page of its authors.
  public let page: String
  /// The published files.
  public let files: [DatasetFile]
  /// What a user has to do by hand, where files may not simply be fetched; empty otherwise.
  public let manualStep: String
  let storage: Storage

  /// Where the images come from.
  enum Storage: Sendable {
    /// Files below the folder of all data sets.
    ///
    /// - Parameters:
    ///   - places: Folders or files, relative to it, in the order in which they are tried; the first is where files are fetched to.
    ///   - kinds: What may lie there.
    ///   - splits: What the parts are called there; empty for a place that holds one part only.
    case places([String], [DatasetDescriptor], [Part: String])
    /// Other data sets one after another, each under the name of its part of the whole.
    case joined([(name: String, id: String)])
  }

  init(
    id: String, aliases: [String] = [], title: String, classNames: [String] = [],
    classCount: Int? = nil, imageSize: [Int], channelCount: Int, sampleCounts: [Part: Int],
    normalization: Normalization, ownNormalization: Normalization? = nil,
    augmentation: Augmentation = .none, license: String, source: String, page: String,
    files: [DatasetFile] = [], manualStep: String = "", storage: Storage
  ) {
    self.id = id
    self.aliases = aliases
    self.title = title
    self.classNames = classNames
    self.classCount = classCount ?? classNames.count
    self.imageSize = imageSize
    self.channelCount = channelCount
    self.sampleCounts = sampleCounts
    self.normalization = normalization
    self.ownNormalization = ownNormalization ?? normalization
    self.augmentation = augmentation
    self.license = license
    self.source = source
    self.page = page
    self.files = files
    self.manualStep = manualStep
    self.storage = storage
  }

  /// The parts that the data set has.
  public var parts: [Part] { Part.allCases.filter { sampleCounts[$0] != nil } }

  /// How images become the input of a network trained on it: its own as they are, those of other sizes fitted in; normalized.
  public var preprocessing: Preprocessing {
    Preprocessing(
      inputSize: [channelCount] + imageSize, interpolation: .bilinear, cropFraction: 1,
      cropMode: .fit, mean: normalization.mean, std: normalization.std)
  }

  /// The folder, relative to that of all data sets, that the files are fetched to.
  public var downloadFolder: String {
    switch storage {
    case .places(let places, _, _): String((places.first ?? id).prefix { $0 != "/" })
    case .joined: "."
    }
  }

  /// The published files by the data set that they belong to: several where this one is made of others.
  public var sources: [DatasetEntry] {
    switch storage {
    case .places: [self]
    case .joined(let others): others.compactMap { DatasetRegistry[$0.id] }
    }
  }

  /// Opens a part.
  ///
  /// - Parameters:
  ///   - part: One of `parts`.
  ///   - folder: The folder of all data sets, or that of this one.
  /// - Returns: The images with the published class numbers.
  /// - Throws: `DatasetError`: `datasetNotThere` with where it was looked for and how to get it.
  public func open(
    part: Part, in folder: String = DatasetRegistry.defaultFolder
  ) throws(DatasetError) -> any ImageDataset {
    guard sampleCounts[part] != nil else {
      throw .badSetting(
        name: "--split", value: "‘\(part.rawValue)’",
        allowed: "one of \(parts.map(\.rawValue).joined(separator: ", ")) for \(id)")
    }
    switch storage {
    case .joined(let others):
      var sets: [(name: String, images: any ImageDataset)] = []
      for (name, id) in others {
        sets.append((name, try DatasetRegistry.named(id).open(part: part, in: folder)))
      }
      return JoinedDataset(sets, path: folder)
    case .places(let places, let kinds, let splits):
      guard let (kind, location) = try find(places, kinds, in: folder) else {
        throw .datasetNotThere(dataset: id, folder: folder, places: places, how: howToGet)
      }
      var classMap: ClassMap?
      if !classNames.isEmpty { classMap = ClassMap(names: classNames) }
      return try kind.open(
        DatasetRequest(
          location: location, split: splits[part], labels: nil, classMap: classMap))
    }
  }

  /// Where the data set lies; `nil` where it was not found.
  ///
  /// - Parameter folder: The folder of all data sets, or that of this one.
  /// - Returns: A folder or file.
  public func location(in folder: String = DatasetRegistry.defaultFolder) -> String? {
    switch storage {
    case .places(let places, let kinds, _):
      return (try? find(places, kinds, in: folder))?.location.path
    case .joined(let others):
      let found = others.map { DatasetRegistry[$0.id]?.location(in: folder) }
      return found.contains(nil) ? nil : folder
    }
  }

  /// The folders in which files of the data set may lie, that for new ones first.
  func folders(in folder: String) -> [String] {
    guard case .places(let places, _, _) = storage else { return [] }
    var folders = ["\(folder)/\(downloadFolder)"]
    for place in places {
      let name = (place as NSString).lastPathComponent
      let isFile = name.contains(".") && name != "."
      let path = isFile ? (place as NSString).deletingLastPathComponent : place
      folders.append(path.isEmpty ? folder : "\(folder)/\(path)")
    }
    let path = URL(fileURLWithPath: folder).standardizedFileURL.path
    if folders.contains(where: { path.hasSuffix($0.dropFirst(folder.count)) && $0 != folder }) {
      folders.append(folder)
    }
    return folders
  }

  private func find(
    _ places: [String], _ kinds: [DatasetDescriptor], in folder: String
  ) throws(DatasetError) -> (kind: DatasetDescriptor, location: DatasetLocation)? {
    var candidates = places.map { "\(folder)/\($0)" }
    // The folder may be that of the data set itself, whole or from its last parts on.
    let path = URL(fileURLWithPath: folder).standardizedFileURL.path
    if places.contains(where: { path.hasSuffix("/\($0)") }) { candidates.append(folder) }
    for candidate in candidates where FileManager.default.fileExists(atPath: candidate) {
      let location = try DatasetLocation(candidate)
      if let kind = kinds.first(where: { $0.recognizes(location) }) { return (kind, location) }
    }
    return nil
  }

  private var howToGet: String {
    if !manualStep.isEmpty { return manualStep }
    let fetch = "Fetch it by: credence datasets download \(id)"
    return files.isEmpty ? "See \(page)." : "\(fetch)."
  }
}
