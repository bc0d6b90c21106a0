/// A Windows bitmap: 1, 4, 8, 16, 24 or 32 bits per pixel, rows in either order, 8 bits also run-length encoded.
///
/// It borrows the file's bytes. Alpha is dropped, as in PIL.
struct BMP {
  let width: Int
  let height: Int
  /// Rows of stored pixels, each `stride` bytes, the first of them at the bottom unless `isTopDown`.
  private let rows: UnsafeRawBufferPointer
  private let stride: Int
  private let isTopDown: Bool
  private let bitCount: Int
  private let palette: [UInt8]
  private let masks: Masks
  /// The pixels of a run-length encoded image, one byte each.
  private let unpacked: [UInt8]

  /// Which bits of a 16- or 32-bit pixel are a channel.
  private struct Masks {
    var red = Channel(mask: 0)
    var green = Channel(mask: 0)
    var blue = Channel(mask: 0)
  }

  private struct Channel: Equatable {
    let mask: UInt32
    let shift: UInt32
    let largest: UInt32

    init(mask: UInt32) {
      self.mask = mask
      shift = UInt32(mask == 0 ? 0 : mask.trailingZeroBitCount)
      largest = mask >> shift
    }

    /// The channel's byte, of fewer bits widened as PIL does: times 255, divided, rounded down.
    func value(_ pixel: UInt32) -> UInt8 {
      largest == 0 ? 0 : UInt8(truncatingIfNeeded: (pixel & mask) >> shift * 255 / largest)
    }
  }

  /// Reads the header.
  ///
  /// - Throws: `DatasetError.unreadableImage`.
  init(_ bytes: UnsafeRawBufferPointer, name: String) throws(DatasetError) {
    func failure(_ reason: String) -> DatasetError { .unreadableImage(image: name, reason: reason) }
    func number<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Int {
      Int(Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self)))
    }
    guard bytes.count >= 26 else { throw failure("it is cut short") }
    let dataStart = number(10, UInt32.self)
    let headerSize = number(14, UInt32.self)
    let isOld = headerSize == 12
    guard isOld || 40...1024 ~= headerSize else {
      throw failure("its header of \(headerSize) bytes is not known")
    }
    guard bytes.count >= 14 + headerSize else { throw failure("it is cut short") }
    width = isOld ? number(18, UInt16.self) : number(18, Int32.self)
    let signedHeight = isOld ? number(20, UInt16.self) : number(22, Int32.self)
    isTopDown = signedHeight < 0
    height = abs(signedHeight)
    let planes = number(isOld ? 22 : 26, UInt16.self)
    bitCount = number(isOld ? 24 : 28, UInt16.self)
    let compression = isOld ? 0 : number(30, UInt32.self)
    guard width > 0, height > 0 else { throw failure("it has no pixels") }
    guard width <= ImageDecoder.largestPixelCount / height else {
      throw failure(
        "its \(width) × \(height) pixels are more than the \(ImageDecoder.largestPixelCount) "
          + "that are read")
    }
    guard planes == 1, [1, 4, 8, 16, 24, 32].contains(bitCount) else {
      throw failure("it has \(bitCount) bits per pixel in \(planes) planes")
    }
    let hasMasks = compression == 3
    let isRunLength = compression == 1 && bitCount == 8 && !isTopDown
    guard compression == 0 || hasMasks && bitCount >= 16 && bitCount != 24 || isRunLength else {
      throw failure("its compression \(compression) is not supported")
    }

    var end = 14 + headerSize
    var masks = Masks()
    if hasMasks {
      if headerSize == 40 { end += 12 }
      guard bytes.count >= 66 else { throw failure("it is cut short") }
      masks.red = Channel(mask: UInt32(number(54, UInt32.self)))
      masks.green = Channel(mask: UInt32(number(58, UInt32.self)))
      masks.blue = Channel(mask: UInt32(number(62, UInt32.self)))
    } else if bitCount == 16 {
      masks = Masks(
        red: Channel(mask: 0x7c00), green: Channel(mask: 0x3e0), blue: Channel(mask: 0x1f))
    } else if bitCount == 32 {
      masks = Masks(
        red: Channel(mask: 0xff0000), green: Channel(mask: 0xff00), blue: Channel(mask: 0xff))
    }
    self.masks = masks
    guard dataStart >= end, dataStart <= bytes.count else {
      throw failure("its pixels start at byte \(dataStart) of \(bytes.count)")
    }

    var palette: [UInt8] = []
    if bitCount <= 8 {
      let entrySize = isOld ? 3 : 4
      let stated = isOld ? 0 : number(46, UInt32.self)
      let wanted = stated == 0 ? 1 << bitCount : stated
      guard wanted <= 256, wanted * entrySize <= dataStart - end else {
        throw failure("its palette is cut short")
      }
      // Indices that the palette lacks are black.
      palette = [UInt8](repeating: 0, count: 768)
      for entry in 0..<wanted {
        for channel in 0..<3 {
          palette[3 * entry + channel] = bytes[end + entry * entrySize + 2 - channel]
        }
      }
    }
    self.palette = palette

    if isRunLength {
      unpacked = try Self.unpack(
        UnsafeRawBufferPointer(rebasing: bytes[dataStart...]), width: width, height: height,
        name: name)
      rows = UnsafeRawBufferPointer(start: nil, count: 0)
      stride = width
    } else {
      unpacked = []
      stride = (width * bitCount + 31) / 32 * 4
      guard stride <= (bytes.count - dataStart) / height else { throw failure("it is cut short") }
      rows = UnsafeRawBufferPointer(rebasing: bytes[dataStart..<dataStart + stride * height])
    }
  }

  /// Decodes a part that lies inside of the image, as `OpenImage.read`.
  func read(
    columns: Range<Int>, rows wanted: Range<Int>, into output: UnsafeMutablePointer<UInt8>,
    stride outputStride: Int
  ) {
    unpacked.withUnsafeBytes { unpacked in
      let stored = unpacked.isEmpty ? rows : unpacked
      var target = output
      for row in wanted {
        let start = (isTopDown ? row : height - 1 - row) * stride
        decode(
          UnsafeRawBufferPointer(rebasing: stored[start..<start + stride]), columns, into: target)
        target += outputStride
      }
    }
  }

  private func decode(
    _ row: UnsafeRawBufferPointer, _ columns: Range<Int>, into output: UnsafeMutablePointer<UInt8>
  ) {
    var target = output
    switch bitCount {
    case 24:
      for column in columns {
        for channel in 0..<3 { target[channel] = row[3 * column + 2 - channel] }
        target += 3
      }
    case 16, 32:
      for column in columns {
        let pixel =
          bitCount == 32
          ? UInt32(littleEndian: row.loadUnaligned(fromByteOffset: 4 * column, as: UInt32.self))
          : UInt32(
            UInt16(littleEndian: row.loadUnaligned(fromByteOffset: 2 * column, as: UInt16.self)))
        target[0] = masks.red.value(pixel)
        target[1] = masks.green.value(pixel)
        target[2] = masks.blue.value(pixel)
        target += 3
      }
    default:
      let perByte = 8 / bitCount
      for column in columns {
        let shift = (perByte - 1 - column % perByte) * bitCount
        let index = Int(row[column / perByte]) >> shift & (1 << bitCount - 1)
        for channel in 0..<3 { target[channel] = palette[3 * index + channel] }
        target += 3
      }
    }
  }

  /// The pixels of 8-bit run-length encoding, rows from the bottom; what is left out is 0.
  private static func unpack(
    _ input: UnsafeRawBufferPointer, width: Int, height: Int, name: String
  ) throws(DatasetError) -> [UInt8] {
    let cut = DatasetError.unreadableImage(image: name, reason: "it is cut short")
    let overrun = DatasetError.unreadableImage(image: name, reason: "a run leaves the image")
    var pixels = [UInt8](repeating: 0, count: width * height)
    var position = 0
    var (column, row) = (0, 0)
    while true {
      guard position + 2 <= input.count else { throw cut }
      let (count, value) = (Int(input[position]), input[position + 1])
      position += 2
      if count > 0 {
        guard row < height, column + count <= width else { throw overrun }
        for offset in 0..<count { pixels[row * width + column + offset] = value }
        column += count
        continue
      }
      switch value {
      case 0: (column, row) = (0, row + 1)
      case 1: return pixels
      case 2:
        guard position + 2 <= input.count else { throw cut }
        column += Int(input[position])
        row += Int(input[position + 1])
        position += 2
      default:
        let count = Int(value)
        guard position + count <= input.count else { throw cut }
        guard row < height, column + count <= width else { throw overrun }
        for offset in 0..<count { pixels[row * width + column + offset] = input[position + offset] }
        column += count
        position += count + count % 2
      }
    }
  }
}
