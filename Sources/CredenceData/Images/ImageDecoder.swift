public import Foundation

/// Decodes image files: JPEG, PNG, WebP and BMP, recognized by their content.
///
/// The pixels are those of PIL's `Image.open(file).convert("RGB")`, bit for bit: an orientation in EXIF data and color profiles
/// are ignored, transparency is dropped, CMYK is taken as inverted, gray of 16 bits is clipped to 255, and of an
/// animation the first frame is taken. A file that is cut short is an error.
public enum ImageDecoder {
  /// Larger images are refused before memory is set aside, as PIL does.
  public static let largestPixelCount = 178_956_970

  /// Decodes a whole image.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: Its name in errors.
  /// - Returns: The pixels.
  /// - Throws: `DatasetError.unreadableImage`.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, name: String
  ) throws(DatasetError) -> PixelImage {
    let image = try OpenImage(bytes, name: name)
    let count = image.width * image.height * 3
    var failure: DatasetError?
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      guard let start = buffer.baseAddress else { return }
      do throws(DatasetError) {
        try image.read(
          columns: 0..<image.width, rows: 0..<image.height, into: start, stride: image.width * 3)
        filled = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return PixelImage(width: image.width, height: image.height, pixels: pixels)
  }

  /// Decodes a whole image.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - name: Its name in errors.
  /// - Returns: The pixels.
  /// - Throws: `DatasetError.unreadableImage`.
  public static func decode(_ data: Data, name: String) throws(DatasetError) -> PixelImage {
    let result = data.withUnsafeBytes { bytes in
      Result { () throws(DatasetError) in try decode(bytes, name: name) }
    }
    return try result.get()
  }
}
