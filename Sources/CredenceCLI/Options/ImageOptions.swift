import ArgumentParser
import Credence
import Foundation

/// Which images are run, and how they are read.
struct ImageOptions: ParsableArguments {
  @Option(
    name: [.customLong("data")], parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      Images: a folder of class folders, a folder with a label file, a tar archive, .npy arrays, IDX, CIFAR or SVHN \
      files, image lists (path class, a line each), or folders of corruptions and severities; or a name of ‘credence \
      datasets list’. Several are run one after another.
      """, valueName: "path|name"))
  var paths: [String] = []

  @Option(
    name: [.customLong("data-dir"), .customLong("data_dir")], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Where named data sets lie (\(DatasetRegistry.defaultFolder)); without --data the images themselves.",
      valueName: "dir"))
  var folders: [String] = []

  /// What holds the images.
  var data: [String] { paths.isEmpty ? folders : paths }

  @Option(help: ArgumentHelp("A part of the data, such as val.", valueName: "name"))
  var split: String?

  @Option(help: ArgumentHelp("A file of labels.", valueName: "file"))
  var labels: String?

  @Option(
    name: [.customLong("class-map"), .customLong("class_map")],
    help: ArgumentHelp(
      "The class number of each folder: a text with one name a line, a table or JSON.",
      valueName: "file"))
  var classMap: String?

  @Option(
    name: .customLong("image-root"),
    help: ArgumentHelp(
      "The folder below which the images of an image list are; by default beside it, or as OpenOOD lays them out.",
      valueName: "dir"))
  var imageRoot: String?

  @Option(
    name: [.customShort("b"), .customLong("batch-size"), .customLong("batch_size")],
    help: ArgumentHelp("Images per batch.", valueName: "n"))
  var batchSize = 64

  @Option(help: ArgumentHelp("Threads that read images.", valueName: "n"))
  var workers: Int?

  @Flag(name: .customLong("skip-unreadable"), help: "Leave out images that can't be read.")
  var skipsUnreadable = false

  func validate() throws {
    if data.isEmpty {
      throw ValidationError("Give the images by --data, such as --data imagenet/val.")
    }
    if !paths.isEmpty, folders.count > 1 {
      throw ValidationError("--data-dir names one folder where --data is given.")
    }
    guard (1...1_000_000).contains(batchSize) else {
      throw ValidationError("--batch-size is \(batchSize); it must be 1 or more.")
    }
    if let workers, !(1...1024).contains(workers) {
      throw ValidationError("--workers is \(workers); it must be from 1 to 1024.")
    }
    if data.count > 1, labels != nil {
      throw ValidationError("--labels goes with one --data.")
    }
  }

  /// Where published data sets lie, which are named instead of paths.
  var registryFolder: String {
    paths.isEmpty
      ? DatasetRegistry.defaultFolder : folders.first ?? DatasetRegistry.defaultFolder
  }

  /// The data sets that the paths hold.
  ///
  /// - Throws: `DatasetError`.
  func datasets() throws -> [NamedDataset] {
    let datasets = try data.flatMap {
      try NamedDataset.open(
        path: $0, split: split, labels: labels, classMap: classMap, imageRoot: imageRoot,
        in: registryFolder)
    }
    let names = Dictionary(grouping: datasets, by: { "\($0.name) \($0.split)" })
    if let twice = names.values.first(where: { $0.count > 1 }) {
      throw ValidationError(
        "Two data sets are called ‘\(twice[0].name)’, and their predictions would get one name: \(twice.map(\.images.path).joined(separator: ", ")). Run one of them with another --output."
      )
    }
    return datasets
  }

  /// The published data set that comes first, if that is one.
  ///
  /// - Throws: `DatasetError` for a part that it lacks.
  func firstPublished() throws -> DatasetEntry? {
    guard labels == nil, classMap == nil, let first = data.first else { return nil }
    return try DatasetCatalog.registered(first, split: split)?.entry
  }

  /// How images are read.
  func settings(shard: Shard = .whole) -> LoaderSettings {
    var settings = LoaderSettings()
    settings.batchSize = batchSize
    if let workers { settings.workerCount = workers }
    settings.unreadableImages = skipsUnreadable ? .skip : .fail
    settings.shard = shard
    return settings
  }
}
