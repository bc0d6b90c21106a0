/// Resizing by means of boxes, as Pillow's `resize` with `BOX` computes it.
///
/// Rows are resized first, then columns, each with weights of 22 fractional bits and a result of whole bytes.
struct BoxResampling {
  private struct Axis {
    /// The first input position of each output position.
    var starts: [Int] = []
    /// The weights of the positions from there.
    var weights: [[Int32]] = []

    init(from input: Int, to output: Int) {
      let scale = Double(input) / Double(output)
      let support = 0.5 * max(scale, 1)
      for position in 0..<output {
        let center = (Double(position) + 0.5) * scale
        let first = max(Int(center - support + 0.5), 0)
        let end = min(Int(center + support + 0.5), input)
        let inside = (first..<end).map { index -> Double in
          let distance = (Double(index) - center + 0.5) / max(scale, 1)
          return distance > -0.5 && distance <= 0.5 ? 1 : 0
        }
        let sum = inside.reduce(0, +)
        starts.append(first)
        weights.append(inside.map { Int32($0 / max(sum, 1) * Double(1 << 22) + 0.5) })
      }
    }
  }

  private let columns: Axis
  private let rows: Axis
  private let width: Int
  private let height: Int

  /// - Parameters:
  ///   - image: The size to start from.
  ///   - width: Columns of the result, at least 1.
  ///   - height: Rows of the result, at least 1.
  init(from image: PixelImage, width: Int, height: Int) {
    self.width = width
    self.height = height
    columns = Axis(from: image.width, to: width)
    rows = Axis(from: image.height, to: height)
  }

  func callAsFunction(_ image: PixelImage) -> PixelImage {
    var wide = [UInt8](repeating: 0, count: width * image.height * 3)
    for y in 0..<image.height {
      for x in 0..<width {
        for channel in 0..<3 {
          wide[(y * width + x) * 3 + channel] = Self.sum(
            image.pixels, at: (y * image.width + columns.starts[x]) * 3 + channel, step: 3,
            columns.weights[x])
        }
      }
    }
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    for y in 0..<height {
      for index in 0..<width * 3 {
        pixels[y * width * 3 + index] = Self.sum(
          wide, at: rows.starts[y] * width * 3 + index, step: width * 3, rows.weights[y])
      }
    }
    return PixelImage(width: width, height: height, pixels: pixels)
  }

  private static func sum(_ bytes: [UInt8], at start: Int, step: Int, _ weights: [Int32]) -> UInt8 {
    var sum: Int32 = 1 << 21
    var index = start
    for weight in weights {
      sum += Int32(bytes[index]) * weight
      index += step
    }
    return UInt8(min(max(sum >> 22, 0), 255))
  }
}
