public import Foundation

/// Where the pixels of one image of a data set are.
public enum ImageContent: Sendable {
  /// An image file at a path.
  case file(String)
  /// The bytes of an image file.
  case encoded(Data)
  /// Pixels.
  case pixels(PixelImage)
}
