/// What corruptions need beside the image: files and codecs that Credence cannot bring along.
public struct CorruptionResources: Sendable {
  /// Encodes an image as JPEG of a quality from 1 to 100 and decodes it again.
  ///
  /// To agree with the published benchmarks: libjpeg's quality tables, 4:2:0 subsampling, the slow integer transform,
  /// which are what Pillow saves by default.
  public typealias JPEGRoundTrip =
    @Sendable (_ image: PixelImage, _ quality: Int) throws ->
    PixelImage

  /// Photographs of frost; where empty, frost is drawn by `FrostTexture`.
  ///
  /// The published benchmarks crop five photographs, `frost1.png` to `frost5.jpg` of the authors' repository.
  public var frostImages: [PixelImage]
  /// The codec of JPEG compression.
  public var jpegRoundTrip: JPEGRoundTrip?

  public init(frostImages: [PixelImage] = [], jpegRoundTrip: JPEGRoundTrip? = nil) {
    self.frostImages = frostImages
    self.jpegRoundTrip = jpegRoundTrip
  }
}
