public import CredenceData
public import Foundation

/// A folder of images whose names come from a sample list: names may not lead out of it.
public struct ImageFolder: Sendable {
  public let url: URL

  /// A folder that exists.
  ///
  /// - Throws: `ReportError.noImages` where there is none.
  public init(_ url: URL) throws(ReportError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
      isFolder.boolValue
    else { throw .noImages(url.relativePath) }
    self.url = url.standardizedFileURL
  }

  /// The parts of a name such as `n01440764/ILSVRC2012_val_00000293.JPEG`.
  ///
  /// - Throws: `ErrorFigureError.unsafeImageName` for an absolute name, one with `..` or `.` as a part, a backslash, or a control character.
  public static func parts(of name: String) throws(ErrorFigureError) -> [String] {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isSafe =
      parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
      && name.unicodeScalars.allSatisfy {
        $0 != "\\" && $0.properties.generalCategory != .control
      }
    guard isSafe else { throw .unsafeImageName(String(name.prefix(200))) }
    return parts
  }

  /// Where an image is.
  ///
  /// Links are followed: the folder is the user's, and data sets are often trees of links. Names may come from others.
  ///
  /// - Throws: `ErrorFigureError.unsafeImageName`.
  public func file(_ name: String) throws(ErrorFigureError) -> URL {
    try Self.parts(of: name).reduce(url) { $0.appendingPathComponent($1) }
  }

  /// The names of the first images of a part of the folder, sorted.
  ///
  /// - Parameters:
  ///   - part: Such as a class's wnid.
  ///   - limit: The most names.
  /// - Returns: Names with the part before them; none where there is no such part.
  /// - Throws: `ErrorFigureError.unsafeImageName` for a part that leads out of the folder.
  public func names(in part: String, limit: Int) throws(ErrorFigureError) -> [String] {
    let folder = try file(part)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let endings = [".jpeg", ".jpg", ".png", ".webp", ".bmp"]
    return names.filter { name in endings.contains { name.lowercased().hasSuffix($0) } }
      .sorted().prefix(limit).map { "\(part)/\($0)" }
  }

  /// Reads an image and shrinks it.
  ///
  /// - Parameters:
  ///   - name: Its name in the folder.
  ///   - side: The longest side that it may have; smaller images stay as they are.
  /// - Returns: Its pixels.
  /// - Throws: `ErrorFigureError.unsafeImageName`, `DatasetError` for a file that can't be read.
  public func thumbnail(_ name: String, side: Int) throws -> PixelImage {
    let file = try file(name)
    let type = try? FileManager.default.attributesOfItem(
      atPath: file.resolvingSymlinksInPath().path)[.type]
    guard type as? FileAttributeType == .typeRegular,
      let data = try? Data(contentsOf: file, options: .mappedIfSafe)
    else {
      throw DatasetError.unreadableImage(image: name, reason: "the file can't be read")
    }
    let image = try ImageDecoder.decode(data, name: name)
    let longest = max(image.width, image.height)
    guard longest > side else { return image }
    func shrunk(_ length: Int) -> Int {
      max(1, Int((Double(length) * Double(side) / Double(longest)).rounded()))
    }
    return try image.resized(
      width: shrunk(image.width), height: shrunk(image.height), .bilinear)
  }

  /// A shrunk image as text that a page can hold.
  ///
  /// - Throws: As `thumbnail` does.
  public func dataURI(_ name: String, side: Int) throws -> String {
    let jpeg = try ImageEncoder.jpeg(try thumbnail(name, side: side), quality: 80)
    return "data:image/jpeg;base64,\(jpeg.base64EncodedString())"
  }

  /// The folder's address relative to a page in another folder, its parts escaped for an address.
  ///
  /// - Parameter page: The folder of the page.
  /// - Returns: Such as `../../val`.
  public func relativeAddress(from page: URL) -> String {
    let here = page.standardizedFileURL.pathComponents
    let there = url.pathComponents
    let common = zip(here, there).prefix { $0 == $1 }.count
    let parts =
      Array(repeating: "..", count: here.count - common)
      + there[common...].map(Self.escaped)
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  private static func escaped(_ part: String) -> String {
    var allowed = CharacterSet(charactersIn: "-_.~")
    allowed.formUnion(
      CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
    return part.addingPercentEncoding(withAllowedCharacters: allowed) ?? part
  }
}
