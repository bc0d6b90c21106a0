import CredenceFiles
import Foundation

/// What the images of a corrupted data set were made from and how, stored beside them.
///
/// Corruptions and severities are no part of it, since others can be added to the same folder.
struct CorruptedDatasetRecord: Codable, Hashable {
  /// The file's name.
  static let fileName = "corruptions.json"

  var version = 1
  var benchmark: CorruptionBenchmark
  var seed: UInt64
  /// The side of the crop; 0 where images keep their size.
  var cropSide: Int
  /// The quality of JPEG files; 0 for PNG files, −1 for arrays.
  var jpegQuality: Int
  /// Of the photographs of frost, in hexadecimal digits; empty where frost is drawn.
  var frostSHA256: String
  var images: Int
  /// Of the names and classes of the clean images.
  var imagesSHA256: String

  init(
    _ dataset: any ImageDataset, _ settings: CorruptedDatasetSettings,
    benchmark: CorruptionBenchmark, isArray: Bool
  ) {
    self.benchmark = benchmark
    seed = settings.seed
    cropSide = if case .center(let side) = settings.crop { side } else { 0 }
    jpegQuality = if case .jpeg(let quality) = settings.encoding { quality } else { 0 }
    if isArray { jpegQuality = -1 }
    frostSHA256 = ""
    if !settings.frostImages.isEmpty {
      var hash = SHA256()
      for image in settings.frostImages {
        hash.update(Data("\(image.width)x\(image.height)\n".utf8))
        hash.update(Data(image.pixels))
      }
      frostSHA256 = hash.hexadecimal()
    }
    images = dataset.count
    var hash = SHA256()
    for index in 0..<dataset.count {
      hash.update(
        Data("\(dataset.id(at: index))\0\(dataset.label(at: index) ?? -1)\n".utf8))
    }
    imagesSHA256 = hash.hexadecimal()
  }

  /// Stores the record in a new folder, or compares it with the one that is there.
  ///
  /// - Throws: `CorruptionError.otherRun` naming the first difference, `foreignFolder` where the folder holds something else, `FileError`.
  func claim(_ folder: URL) throws {
    let file = folder.appendingPathComponent(Self.fileName)
    let content = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    if content.contains(Self.fileName) {
      let stored = try? JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
      guard let stored else { throw CorruptionError.foreignFolder(folder.relativePath) }
      if let (setting, found, asked) = difference(from: stored) {
        throw CorruptionError.otherRun(
          folder: folder.relativePath, setting: setting, found: found, asked: asked)
      }
      return
    }
    guard content.allSatisfy({ $0.hasPrefix(".") }) else {
      throw CorruptionError.foreignFolder(folder.relativePath)
    }
    try OutputFolder.make(folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try OutputFolder.write(encoder.encode(self), to: file)
  }

  /// The first setting that differs, as the command line names it.
  private func difference(from stored: Self) -> (setting: String, found: String, asked: String)? {
    func crop(_ side: Int) -> String { side == 0 ? "off" : "\(side)" }
    func encoding(_ quality: Int) -> String {
      quality < 0 ? "arrays" : quality == 0 ? "PNG" : "JPEG of quality \(quality)"
    }
    func frost(_ digest: String) -> String { digest.isEmpty ? "drawn" : "photographs \(digest)" }
    let pairs = [
      ("format version", "\(stored.version)", "\(version)"),
      ("benchmark", stored.benchmark.rawValue, benchmark.rawValue),
      ("seed", "\(stored.seed)", "\(seed)"),
      ("crop", crop(stored.cropSide), crop(cropSide)),
      ("encoding", encoding(stored.jpegQuality), encoding(jpegQuality)),
      ("frost", frost(stored.frostSHA256), frost(frostSHA256)),
      ("number of images", "\(stored.images)", "\(images)"),
      ("list of images", stored.imagesSHA256, imagesSHA256),
    ]
    return pairs.first { $0.1 != $0.2 }.map { (setting: $0.0, found: $0.1, asked: $0.2) }
  }
}

/// Folders and files that are written whole or not at all.
enum OutputFolder {
  /// Makes a folder and those above it.
  ///
  /// - Throws: `FileError.unwritable`.
  static func make(_ folder: URL) throws(FileError) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(file: folder.relativePath, reason: error.localizedDescription)
    }
  }

  /// Writes a file.
  ///
  /// - Throws: `FileError.unwritable`.
  static func write(_ data: Data, to url: URL) throws(FileError) {
    let file = try AtomicFile(url)
    try file.write(data)
    try file.finish()
  }
}
