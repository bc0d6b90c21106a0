import CredenceData
import CredenceErrorAnalysis
import Foundation

/// The images of an error analysis, numbered as the predictions are.
public struct CollectionDataset: Sendable {
  /// `imagenet`, `imagenet-a` or a name of the user's: the folder in the artefacts tree.
  public let name: String
  let images: any ImageDataset
  /// The images' names and labels.
  let samples: SampleList
  /// The classes that have folders, ascending.
  let presentClasses: [Int]

  /// Opens a data set.
  ///
  /// - Parameters:
  ///   - name: `imagenet`, `imagenet-a` or any other name.
  ///   - folder: Where the images are: class folders, or for `imagenet` a folder with `val`; `nil` asks the environment.
  ///   - classMap: A file of the classes' numbers, where they are none of ImageNet's.
  ///   - environment: Has `IMAGENET_DIR` and `IMAGENET_A_DIR`.
  /// - Throws: `CollectionError`, `ArtifactError`, `DatasetError`.
  public init(
    name: String, folder: String?, classMap: String? = nil, environment: [String: String]
  ) throws {
    self.name = name
    let root = try Self.root(name, folder, environment)
    let base = try DatasetCatalog.open(path: root, classMap: classMap)
    let folders = base.classNames
    if base.numbersClassesByName, let numbered = ImageNetNumbering(base) {
      images = numbered
      let numbers = Self.numbers
      presentClasses = folders.compactMap { numbers[$0] }.sorted()
    } else {
      if base.numbersClassesByName, Self.variables[name] != nil || Self.isImageNet(folders) {
        let unknown = folders.first { Self.numbers[$0] == nil } ?? ""
        throw CollectionError.unknownFolder(name: unknown, path: base.path)
      }
      images = base
      presentClasses = Set((0..<base.count).compactMap { base.label(at: $0) }).sorted()
    }
    samples = try Self.samples(images, name)
  }

  /// How many classes a network must tell apart.
  var classCount: Int { samples.classCount }

  /// Whether some classes of the network do not occur.
  var isSubset: Bool { presentClasses.count < classCount }

  /// The environment variables that name the published data sets' folders.
  private static let variables = ["imagenet": "IMAGENET_DIR", "imagenet-a": "IMAGENET_A_DIR"]

  private static let numbers = Dictionary(
    uniqueKeysWithValues: zip(ImageNetNumbering.wordNetIDs, ImageNetNumbering.wordNetIDs.indices))

  /// Whether most folders are classes of ImageNet, so that the others are mistakes.
  private static func isImageNet(_ folders: [String]) -> Bool {
    2 * folders.count { numbers[$0] != nil } > folders.count
  }

  private static func root(
    _ name: String, _ folder: String?, _ environment: [String: String]
  ) throws -> String {
    if let folder { return part("val", of: folder, name) }
    guard let root = publishedFolder(name, environment: environment) else {
      throw CollectionError.noImages(dataset: name, variable: variables[name])
    }
    return root
  }

  /// The folder of a published data set's images that the environment names.
  ///
  /// - Parameters:
  ///   - name: `imagenet` or `imagenet-a`.
  ///   - part: `val` or `train`: the folder inside of ImageNet's.
  ///   - environment: Has `IMAGENET_DIR` and `IMAGENET_A_DIR`.
  /// - Returns: A path; `nil` where no variable is set, and for other names.
  public static func publishedFolder(
    _ name: String, part: String = "val", environment: [String: String]
  ) -> String? {
    guard let root = variables[name].flatMap({ environment[$0] }), !root.isEmpty else {
      return nil
    }
    return Self.part(part, of: root, name)
  }

  /// The part of ImageNet, inside of which train/ and val/ stand, or the class folders of val/ alone; other data sets' folders have no parts.
  private static func part(_ part: String, of root: String, _ name: String) -> String {
    let inside = "\(root)/\(part)"
    var isFolder: ObjCBool = false
    let hasPart = FileManager.default.fileExists(atPath: inside, isDirectory: &isFolder)
    let isInside = name == "imagenet" && (part != "val" || hasPart && isFolder.boolValue)
    return isInside ? inside : root
  }

  /// The list of samples; folders must come in the order of their numbers.
  private static func samples(_ images: any ImageDataset, _ name: String) throws -> SampleList {
    var files: [String] = []
    var targets: [Int32] = []
    files.reserveCapacity(images.count)
    var folder = Substring()
    for index in 0..<images.count {
      let id = images.id(at: index)
      guard let label = images.label(at: index) else {
        throw CollectionError.unlabeled(path: images.path, image: id)
      }
      let next = id.prefix { $0 != "/" }
      if next != folder, let previous = targets.last, label <= previous {
        throw ArtifactError.folderOrder(
          folder: String(next), target: label, previous: Int(previous))
      }
      folder = next
      files.append(id)
      targets.append(Int32(label))
    }
    let greatest = Int(targets.max() ?? 0)
    return try SampleList(
      files: files, targets: targets, classCount: max(images.classNames.count, greatest + 1),
      file: images.path)
  }
}
