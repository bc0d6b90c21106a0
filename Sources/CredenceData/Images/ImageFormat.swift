import CImageCodecs

/// How the bytes of an image are to be read, recognized by their content and never by a file's name.
enum ImageFormat: Hashable {
  case jpeg
  case png
  case webp
  case bmp
  /// A known format that is not read.
  case unsupported(String)

  /// The format of a file; `nil` where it is none that is known.
  init?(_ bytes: UnsafeRawBufferPointer) {
    let start = bytes.bindMemory(to: UInt8.self)
    switch ci_format_of(start.baseAddress, start.count) {
    case CI_FORMAT_JPEG: self = .jpeg
    case CI_FORMAT_PNG: self = .png
    case CI_FORMAT_WEBP: self = .webp
    default:
      if start.starts(with: "BM".utf8) {
        self = .bmp
      } else if let (_, name) = Self.unsupportedStarts.first(where: { start.starts(with: $0.0) }) {
        self = .unsupported(name)
      } else {
        return nil
      }
    }
  }

  private static let unsupportedStarts: [([UInt8], String)] = [
    (Array("GIF8".utf8), "GIF"),
    ([0x49, 0x49, 0x2a, 0x00], "TIFF"),
    ([0x4d, 0x4d, 0x00, 0x2a], "TIFF"),
    ([0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50], "JPEG 2000"),
    ([0xff, 0x0a], "JPEG XL"),
    (Array("P5".utf8), "PGM"),
    (Array("P6".utf8), "PPM"),
  ]

  /// The extensions by which folders and archives tell images from other files, in lower case.
  static let extensions: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "png", "webp", "bmp", "gif", "tif", "tiff", "ppm", "pgm",
  ]

  /// Whether a file's name ends as an image's does.
  static func isImage(_ path: some StringProtocol) -> Bool {
    let ending = path.utf8.reversed().prefix(5).split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard ending.count == 2 else { return false }
    return extensions.contains(
      String(decoding: ending[0].reversed(), as: UTF8.self).lowercased())
  }
}
