import CredenceFiles
public import Foundation

/// A published benchmark of outlier detection: which data sets are inliers and which are outliers of which group.
public struct DetectionPreset: Codable, Hashable, Sendable, Identifiable {
  /// A data set under the names that its files may have.
  public struct DataSet: Codable, Hashable, Sendable {
    /// The name in reports.
    public var name: String
    public var aliases: [String]
    /// The part that is used; empty where it does not matter.
    public var split: String

    public init(_ name: String, aliases: [String] = [], split: String = "") {
      self.name = name
      self.aliases = aliases
      self.split = split
    }
  }

  /// Outlier sets whose results are averaged.
  public struct Group: Codable, Hashable, Sendable {
    public var name: String
    public var datasets: [DataSet]

    public init(_ name: String, _ datasets: [DataSet]) {
      self.name = name
      self.datasets = datasets
    }
  }

  /// Such as `openood/cifar10`.
  public var id: String
  public var inDistribution: DataSet
  public var training: DataSet
  public var validation: DataSet
  public var validationOutliers: DataSet
  /// The known classes under other conditions, inliers as well.
  public var covariateShifted: [DataSet]
  public var groups: [Group]

  /// Reads a benchmark of one's own, in the JSON form of this type.
  public init(contentsOf file: URL) throws {
    let data = try Data(contentsOf: file)
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw FileError.malformed(
        file: file.relativePath, format: "detection preset", problem: "\(error)")
    }
  }

  private init(
    _ id: String, inliers: [String], covariateShifted: [DataSet] = [],
    validationOutliers: DataSet, near: [DataSet], far: [DataSet]
  ) {
    self.id = id
    let aliases = Array(inliers.dropFirst())
    inDistribution = DataSet(inliers[0], aliases: aliases, split: "test")
    training = DataSet(inliers[0], aliases: aliases, split: "train")
    validation = DataSet(inliers[0], aliases: aliases, split: "val")
    self.validationOutliers = validationOutliers
    self.covariateShifted = covariateShifted
    groups = [Group("near", near), Group("far", far)]
  }

  private static let tinyImageNet = ["tiny_imagenet", "tinyimagenet"]
  private static let classicFar = [
    DataSet("mnist", split: "test"), DataSet("svhn", split: "test"),
    DataSet("texture", aliases: ["textures", "dtd"], split: "test"),
    DataSet("places365", aliases: ["place365", "places"], split: "test"),
  ]
  private static let imageNetNear = [
    DataSet("ssb_hard", split: "test"), DataSet("ninco", split: "test"),
  ]
  private static let imageNetFar = [
    DataSet("inaturalist", split: "test"),
    DataSet("textures", aliases: ["texture", "dtd"], split: "test"),
    DataSet("openimage_o", aliases: ["openimageo", "openimages_o"], split: "test"),
  ]
  private static let openImages = DataSet(
    "openimage_o", aliases: ["openimageo", "openimages_o"], split: "val")
  private static let imageNetShifted = [
    DataSet("imagenet_v2", aliases: ["imagenetv2"]), DataSet("imagenet_c", aliases: ["imagenetc"]),
    DataSet("imagenet_r", aliases: ["imagenetr"]),
  ]

  private static func cifar10(_ id: String, _ shifted: [DataSet]) -> Self {
    Self(
      id, inliers: ["cifar10"], covariateShifted: shifted,
      validationOutliers: DataSet("tin", aliases: tinyImageNet, split: "val"),
      near: [
        DataSet("cifar100", split: "test"), DataSet("tin", aliases: tinyImageNet, split: "test"),
      ], far: classicFar)
  }

  private static func cifar100(_ id: String, _ shifted: [DataSet]) -> Self {
    Self(
      id, inliers: ["cifar100"], covariateShifted: shifted,
      validationOutliers: DataSet("tin", aliases: tinyImageNet, split: "val"),
      near: [
        DataSet("cifar10", split: "test"), DataSet("tin", aliases: tinyImageNet, split: "test"),
      ], far: classicFar)
  }

  private static func imageNet(_ id: String, _ names: [String], _ shifted: [DataSet]) -> Self {
    Self(
      id, inliers: names, covariateShifted: shifted, validationOutliers: openImages,
      near: imageNetNear, far: imageNetFar)
  }

  /// The benchmarks of OpenOOD v1.5, arXiv:2306.09301; `fs-` are the full-spectrum ones.
  public static let all: [Self] = [
    cifar10("openood/cifar10", []),
    cifar100("openood/cifar100", []),
    imageNet("openood/imagenet200", ["imagenet200"], []),
    imageNet("openood/imagenet1k", ["imagenet", "imagenet_1k", "imagenet1k"], []),
    cifar10("openood/fs-cifar10", [DataSet("cifar10c", aliases: ["cifar10_c"])]),
    cifar100("openood/fs-cifar100", [DataSet("cifar100c", aliases: ["cifar100_c"])]),
    imageNet("openood/fs-imagenet200", ["imagenet200"], imageNetShifted),
    imageNet(
      "openood/fs-imagenet1k", ["imagenet", "imagenet_1k", "imagenet1k"],
      imageNetShifted + [DataSet("imagenet_es", aliases: ["imagenetes"])]),
  ]

  /// The preset of a name, or of a JSON file of that path.
  ///
  /// - Throws: `EvaluationError.invalidSetting`, `FileError`.
  public static func named(_ id: String) throws -> Self {
    if let known = all.first(where: { $0.id == id }) { return known }
    if FileManager.default.fileExists(atPath: id) {
      return try Self(contentsOf: URL(fileURLWithPath: id))
    }
    throw EvaluationError.invalidSetting(
      name: "--preset", value: id,
      allowed: "\(all.map(\.id).joined(separator: ", ")), or a JSON file")
  }
}

/// The files of a preset, found in a folder by name.
///
/// A file's name without its ending is split at `__`, as `credence predict` writes it: `<model>__<dataset>__<split>`. One part must be
/// the data set's name or an alias (case, `-` and `_` do not matter); where the preset names a split, files that say another one do not
/// count.
public struct DetectionPresetFiles: Sendable {
  private static let splits = ["train", "val", "validation", "test"]

  private let files: [(url: URL, parts: [String])]
  private let folder: String

  /// Lists a folder.
  ///
  /// - Throws: `FileError` where it can't be read.
  public init(folder: URL) throws {
    self.folder = folder.relativePath
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw FileError.unreadable(file: folder.relativePath, reason: error.localizedDescription)
    }
    files = names.sorted().compactMap { name in
      let url = folder.appendingPathComponent(name)
      guard ["safetensors", "npz", "csv"].contains(url.pathExtension.lowercased()) else {
        return nil
      }
      let stem = url.deletingPathExtension().lastPathComponent
      return (url, stem.components(separatedBy: "__").map(Self.normalized))
    }
  }

  private static func normalized(_ name: String) -> String {
    name.lowercased().replacing("-", with: "").replacing("_", with: "")
  }

  /// The file of a data set; `nil` where there is none.
  ///
  /// - Throws: `EvaluationError.invalidSetting` where several files can be it.
  public func file(of dataset: DetectionPreset.DataSet) throws -> URL? {
    let names = Set(([dataset.name] + dataset.aliases).map(Self.normalized))
    var found = files.filter { file in file.parts.contains { names.contains($0) } }
    if !dataset.split.isEmpty {
      let wanted = dataset.split == "val" ? ["val", "validation"] : [dataset.split]
      let exact = found.filter { file in file.parts.contains { wanted.contains($0) } }
      // A file that names no split is the test part.
      found =
        exact.isEmpty && dataset.split == "test"
        ? found.filter { file in !file.parts.contains { Self.splits.contains($0) } } : exact
    }
    guard found.count <= 1 else {
      let names = found.map { "‘\($0.url.lastPathComponent)’" }.joined(separator: ", ")
      throw EvaluationError.invalidSetting(
        name: "The file of \(dataset.name) in ‘\(folder)’", value: "one of \(names)",
        allowed: "a single file; keep the predictions of each network in a folder of their own")
    }
    return found.first?.url
  }
}
