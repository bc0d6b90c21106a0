import CImageCodecs
public import Foundation

/// Encodes images as PIL's `Image.save` does by default.
public enum ImageEncoder {
  /// A baseline JPEG file with chroma halved in both directions.
  ///
  /// - Parameters:
  ///   - image: The pixels.
  ///   - quality: From 1 to 100, as libjpeg understands it.
  /// - Returns: The file's bytes.
  /// - Throws: `DatasetError.badSetting` for a quality out of range, `unreadableImage` for an image beyond 65,500 rows or columns.
  public static func jpeg(
    _ image: PixelImage, quality: Int = 75
  ) throws(DatasetError) -> Data {
    guard 1...100 ~= quality else {
      throw .badSetting(name: "The JPEG quality", value: "\(quality)", allowed: "from 1 to 100")
    }
    return try encoded(image) { pixels, bytes, count, message in
      ci_encode_jpeg(
        pixels, UInt32(image.width), UInt32(image.height), Int32(quality), &bytes, &count, message)
    }
  }

  /// A PNG file of 8 bits per channel.
  ///
  /// - Parameters:
  ///   - image: The pixels.
  ///   - compressionLevel: From 0 (none) to 9 (smallest), as zlib understands it.
  /// - Returns: The file's bytes.
  /// - Throws: `DatasetError.badSetting` for a level out of range.
  public static func png(
    _ image: PixelImage, compressionLevel: Int = 6
  ) throws(DatasetError) -> Data {
    guard 0...9 ~= compressionLevel else {
      throw .badSetting(
        name: "The compression level", value: "\(compressionLevel)", allowed: "from 0 to 9")
    }
    return try encoded(image) { pixels, bytes, count, message in
      ci_encode_png(
        pixels, UInt32(image.width), UInt32(image.height), Int32(compressionLevel), &bytes, &count,
        message)
    }
  }

  private static func encoded(
    _ image: PixelImage,
    _ encode: (
      UnsafePointer<UInt8>?, inout UnsafeMutablePointer<UInt8>?, inout Int,
      UnsafeMutablePointer<CChar>
    ) -> Int32
  ) throws(DatasetError) -> Data {
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let message = CodecMessage { message in
      image.pixels.withUnsafeBufferPointer { encode($0.baseAddress, &bytes, &count, message) }
    }
    guard message.text == nil, let bytes else {
      throw .unreadableImage(
        image: "\(image.width) × \(image.height)", reason: message.text ?? "it can't be written")
    }
    return Data(
      bytesNoCopy: bytes, count: count, deallocator: .custom { memory, _ in ci_free(memory) })
  }
}
