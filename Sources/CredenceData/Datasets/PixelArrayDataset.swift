import Foundation

/// Images of one size stored as bytes, one after another, in one file or several.
struct PixelArrayDataset: ImageDataset {
  /// How the bytes of one image stand.
  enum Layout: Hashable, Sendable {
    /// A byte per pixel.
    case gray
    /// Red, green and blue side by side.
    case interleaved
    /// All of red, then green, then blue.
    case planar
    /// The same with each plane column by column.
    case planarColumns

    var channels: Int { self == .gray ? 1 : 3 }
  }

  /// The images of one file.
  struct Part: Sendable {
    /// What comes before a row's number in its name; empty for a single file.
    var prefix = ""
    /// The records; an image starts `offset` bytes after the start of each.
    let data: Data
    let recordSize: Int
    let offset: Int
    let labels: [Int?]

    var count: Int { labels.count }
  }

  let path: String
  let classNames: [String]
  let count: Int
  private let parts: [Part]
  /// The rows at which parts start.
  private let starts: [Int]
  private let layout: Layout
  private let height: Int
  private let width: Int

  /// Takes records whose sizes the caller has checked.
  ///
  /// - Throws: `DatasetError.noImages`.
  init(
    path: String, parts: [Part], layout: Layout, height: Int, width: Int, classNames: [String] = []
  ) throws(DatasetError) {
    var starts: [Int] = []
    var count = 0
    for part in parts {
      starts.append(count)
      count += part.count
    }
    guard count > 0, height > 0, width > 0 else { throw .noImages(path: path) }
    self.path = path
    self.parts = parts
    self.starts = starts
    self.count = count
    self.layout = layout
    self.height = height
    self.width = width
    self.classNames = classNames
  }

  func id(at index: Int) -> String {
    let (part, row) = place(of: index)
    return part.prefix + String(row)
  }

  func label(at index: Int) -> Int? {
    let (part, row) = place(of: index)
    return part.labels[row]
  }

  func content(at index: Int) -> ImageContent {
    let (part, row) = place(of: index)
    let area = height * width
    let pixels = [UInt8](unsafeUninitializedCapacity: 3 * area) { output, filled in
      part.data.withUnsafeBytes { bytes in
        let start = row * part.recordSize + part.offset
        let input = UnsafeRawBufferPointer(
          rebasing: bytes[start..<start + area * layout.channels])
        switch layout {
        case .gray:
          for i in 0..<area {
            (output[3 * i], output[3 * i + 1], output[3 * i + 2]) = (input[i], input[i], input[i])
          }
        case .interleaved:
          for i in 0..<3 * area { output[i] = input[i] }
        case .planar:
          for i in 0..<area {
            output[3 * i] = input[i]
            output[3 * i + 1] = input[area + i]
            output[3 * i + 2] = input[2 * area + i]
          }
        case .planarColumns:
          for row in 0..<height {
            for column in 0..<width {
              let (from, to) = (column * height + row, 3 * (row * width + column))
              output[to] = input[from]
              output[to + 1] = input[area + from]
              output[to + 2] = input[2 * area + from]
            }
          }
        }
      }
      filled = 3 * area
    }
    return .pixels(PixelImage(width: width, height: height, pixels: pixels))
  }

  private func place(of index: Int) -> (Part, row: Int) {
    let part = parts.count == 1 ? 0 : (starts.lastIndex { $0 <= index } ?? 0)
    return (parts[part], index - starts[part])
  }
}
