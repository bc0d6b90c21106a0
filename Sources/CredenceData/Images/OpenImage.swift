import CImageCodecs

/// An image of which the header has been read.
///
/// It borrows the file's bytes: they must stay as they are while it lives.
struct OpenImage: ~Copyable {
  let width: Int
  let height: Int
  private let name: String
  private let source: Source

  private enum Source {
    case codec(OpaquePointer)
    case bitmap(BMP)
  }

  /// Reads the header.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: Its name in errors.
  /// - Throws: `DatasetError.unreadableImage`.
  init(_ bytes: UnsafeRawBufferPointer, name: String) throws(DatasetError) {
    self.name = name
    switch ImageFormat(bytes) {
    case .jpeg, .png, .webp:
      var reader: OpaquePointer?
      var (width, height): (UInt32, UInt32) = (0, 0)
      let message = CodecMessage { message in
        ci_reader_open(
          &reader, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count,
          UInt64(ImageDecoder.largestPixelCount), &width, &height, message)
      }
      guard let reader else {
        throw .unreadableImage(image: name, reason: message.text ?? "its header is damaged")
      }
      (self.width, self.height) = (Int(width), Int(height))
      source = .codec(reader)
    case .bmp:
      let bitmap = try BMP(bytes, name: name)
      (width, height) = (bitmap.width, bitmap.height)
      source = .bitmap(bitmap)
    case .unsupported(let format):
      throw .unreadableImage(
        image: name, reason: "\(format) is not supported; convert it to PNG or JPEG")
    case nil:
      throw .unreadableImage(
        image: name,
        reason: bytes.isEmpty
          ? "it is empty" : "its format is not known; JPEG, PNG, WebP and BMP are read")
    }
  }

  deinit {
    if case .codec(let reader) = source { ci_reader_close(reader) }
  }

  /// Decodes a part of the image; may be called once.
  ///
  /// - Parameters:
  ///   - columns: From left to right, not empty.
  ///   - rows: From top to bottom, not empty.
  ///   - output: Receives the part's pixels, red, green, blue.
  ///   - stride: Bytes from one row of the output to the next, at least three per column.
  /// - Throws: `DatasetError.unreadableImage`.
  func read(
    columns: Range<Int>, rows: Range<Int>, into output: UnsafeMutablePointer<UInt8>, stride: Int
  ) throws(DatasetError) {
    switch source {
    case .codec(let reader):
      let message = CodecMessage { message in
        ci_reader_read(
          reader, UInt32(columns.lowerBound), UInt32(rows.lowerBound), UInt32(columns.upperBound),
          UInt32(rows.upperBound), output, stride, message)
      }
      if let text = message.text { throw .unreadableImage(image: name, reason: text) }
    case .bitmap(let bitmap):
      bitmap.read(columns: columns, rows: rows, into: output, stride: stride)
    }
  }
}

/// What a codec says when it fails.
struct CodecMessage {
  /// The reason, without a final point; `nil` after success.
  let text: String?

  /// Runs a codec's function, which returns 0 or leaves a message.
  init(_ body: (UnsafeMutablePointer<CChar>) -> Int32) {
    text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CI_MESSAGE_SIZE)) { buffer in
      buffer.initialize(repeating: 0)
      guard let message = buffer.baseAddress, body(message) != 0 else { return nil }
      let text = String(cString: message)
      return text.isEmpty ? "its data are damaged" : text
    }
  }
}
