extension PixelImage {
  /// The image in another size, equal to Pillow's `Image.resize` bit for bit.
  ///
  /// - Parameters:
  ///   - newWidth: New columns, at least 1.
  ///   - newHeight: New rows, at least 1.
  ///   - interpolation: The filter.
  /// - Returns: The new image.
  /// - Throws: `DatasetError.badPreprocessing` for a size that is out of range.
  public func resized(
    width newWidth: Int, height newHeight: Int, _ interpolation: Interpolation
  ) throws(DatasetError) -> PixelImage {
    let settings = Preprocessing(
      inputSize: [3, newHeight, newWidth], interpolation: interpolation, cropFraction: 1,
      cropMode: .squash)
    return PixelImage(
      width: newWidth, height: newHeight,
      pixels: try Preprocessor.image(.pixels(self), name: "image", settings))
  }
}
