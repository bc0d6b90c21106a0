import CredenceFiles
import Foundation

/// A text that names images and their classes, one a line: `relative/path.png 7`, as the lists of OpenOOD do.
///
/// What follows the last blank of a line is the class, −1 or nothing where it is not known; paths may hold blanks. Empty lines are left
/// out. A path that stands again is another sample, whose name ends in `#2`, `#3` and so on.
public struct ImageList: Hashable, Sendable {
  /// The images' paths below their folder, in the order of the lines.
  public let paths: [String]
  /// For each its class; `nil` where it is not known.
  public let labels: [Int?]
  /// The samples' names: the paths, told apart where one stands several times.
  public let ids: [String]

  /// Reads a list.
  ///
  /// - Parameter file: A text in UTF-8, also compressed by gzip.
  /// - Throws: `DatasetError.malformed` naming the line that is no path, or leaves the folder.
  public init(path file: String) throws(DatasetError) {
    let data = try FileContent.bytes(of: file)
    guard let text = String(data: data, encoding: .utf8) else {
      throw .malformed(file: file, format: "image list", problem: "it is no text in UTF-8")
    }
    var paths: [String] = []
    var labels: [Int?] = []
    var ids: [String] = []
    var counts: [String: Int] = [:]
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.isEmpty { continue }
      let problem: String
      switch Self.entry(line) {
      case .image(let path, let label):
        paths.append(path)
        labels.append(label)
        let count = counts[path, default: 0] + 1
        counts[path] = count
        ids.append(count == 1 ? path : "\(path)#\(count)")
        continue
      case .problem(let text): problem = text
      }
      throw .malformed(file: file, format: "image list", problem: "line \(number + 1) \(problem)")
    }
    guard !paths.isEmpty else { throw .noImages(path: file) }
    self.paths = paths
    self.labels = labels
    self.ids = ids
  }

  private enum Entry {
    case image(path: String, label: Int?)
    /// What a line is, after its number.
    case problem(String)
  }

  private static func entry(_ line: String) -> Entry {
    var (path, label) = (line, Int?.none)
    if let blank = line.lastIndex(where: \.isWhitespace) {
      let last = line[line.index(after: blank)...]
      if let number = Int(last) {
        guard number < 1_000_000 else { return .problem("has the class \(number)") }
        path = line[..<blank].trimmingCharacters(in: .whitespaces)
        label = number < 0 ? nil : number
      } else if !ImageFormat.isImage(line) {
        return .problem("ends in ‘\(last.prefix(40))’, which is no class number")
      }
    }
    guard ImageFormat.isImage(path) else {
      return .problem("names ‘\(path.prefix(80))’, which has no ending of an image")
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.hasPrefix("/"), !parts.contains("..") else {
      return .problem("names ‘\(path.prefix(80))’, which is not a path below the images' folder")
    }
    return .image(path: path, label: label)
  }

  /// Whether a file that starts so is a list: its first line ends in the name of an image, or in that and a number.
  static func begins(_ start: [UInt8]) -> Bool {
    guard let text = String(bytes: start.prefix { $0 != 0x0A && $0 != 0x0D }, encoding: .utf8)
    else { return false }
    guard !text.contains("\0"), case .image = entry(text.trimmingCharacters(in: .whitespaces))
    else { return false }
    return true
  }

  /// What a list's file name says of it: `test_tin.txt` is the part `test` of `tin`.
  ///
  /// - Parameter file: A path.
  /// - Returns: The data set, and its part; empty where the name does not begin with one.
  public static func name(of file: String) -> (dataset: String, split: String) {
    let stem = (file as NSString).lastPathComponent.prefix { $0 != "." }
    let parts = stem.split(separator: "_", maxSplits: 1)
    if parts.count == 2, DatasetLocation.splitNames.contains(String(parts[0])) {
      return (String(parts[1]), String(parts[0]))
    }
    return (String(stem), "")
  }

  /// The folder that a list's images lie below.
  ///
  /// The first that holds the first image of: the list's own folder; those of the data folder that OpenOOD lays out,
  /// `benchmark_imglist/<benchmark>/<list>` beside `images_classic`, `images_largescale` and `images_medical`.
  ///
  /// - Parameter file: The list's path.
  /// - Returns: The folder's path.
  /// - Throws: `DatasetError.badSetting` where none does.
  func root(besides file: String) throws(DatasetError) -> String {
    func parent(_ path: String) -> String {
      if path == "." || path.hasSuffix("..") { return path == "." ? ".." : "\(path)/.." }
      let parent = (path as NSString).deletingLastPathComponent
      return parent.isEmpty ? "." : parent
    }
    let own = parent(file)
    let data = parent(parent(own))
    let folders =
      [own] + ["images_classic", "images_largescale", "images_medical"].map { "\(data)/\($0)" }
    for root in folders where FileManager.default.fileExists(atPath: "\(root)/\(paths[0])") {
      return root
    }
    throw .badSetting(
      name: "The folder of the images of ‘\(file)’ (--image-root)", value: "not given",
      allowed: "the folder below which ‘\(paths[0])’ is; it is not in "
        + folders.map { "‘\($0)’" }.joined(separator: ", "))
  }
}

extension DatasetDescriptor {
  /// The images that a text lists, with their classes.
  static let imageList = Self(
    id: "image-list",
    title: "a text of image paths and class numbers (image lists of OpenOOD), with --image-root",
    recognizes: { !$0.isFolder && ImageList.begins($0.start) },
    open: { request throws(DatasetError) in
      let file = request.location.path
      guard request.split == nil else {
        throw .badSetting(
          name: "--split", value: "‘\(request.split ?? "")’",
          allowed: "left out: an image list is one part")
      }
      guard request.classMap == nil else {
        throw .badSetting(
          name: "--class-map", value: "given",
          allowed: "left out: an image list gives class numbers itself")
      }
      let list = try ImageList(path: file)
      let root: String
      if let given = request.imageRoot { root = given } else { root = try list.root(besides: file) }
      guard FileManager.default.fileExists(atPath: "\(root)/\(list.paths[0])") else {
        throw .badSetting(
          name: "--image-root", value: "‘\(root)’",
          allowed: "the folder below which ‘\(list.paths[0])’ is")
      }
      var classes = ImageClasses(labels: list.labels, names: [])
      if let labels = request.labels {
        classes = try LabelFile(path: labels).classes(of: list.paths, nil)
      }
      return ListedDataset(path: root, list: list, labels: classes.labels, names: classes.names)
    })
}

/// The images of a list, below a folder.
private struct ListedDataset: ImageDataset {
  let path: String
  let list: ImageList
  let labels: [Int?]
  let names: [String]

  var classNames: [String] { names }
  var count: Int { list.paths.count }
  func id(at index: Int) -> String { list.ids[index] }
  func label(at index: Int) -> Int? { labels[index] }
  func content(at index: Int) -> ImageContent { .file("\(path)/\(list.paths[index])") }
}
