/// What corruptions need beside the image.
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
  public var jpegRoundTrip: JPEGRoundTrip

  public init(
    frostImages: [PixelImage] = [], jpegRoundTrip: @escaping JPEGRoundTrip = Self.libjpeg
  ) {
    self.frostImages = frostImages
    self.jpegRoundTrip = jpegRoundTrip
  }

  /// The codec that Credence writes and reads images with.
  public static let libjpeg: JPEGRoundTrip = { image, quality in
    try ImageDecoder.decode(ImageEncoder.jpeg(image, quality: quality), name: "the JPEG image")
  }

  /// The photographs of a folder, in the order of their names.
  ///
  /// - Throws: `DatasetError.noImages` where there are none, and for those that can't be read.
  public static func frostImages(in folder: String) throws(DatasetError) -> [PixelImage] {
    let names = try FileTree.content(of: folder).files.filter(ImageFormat.isImage)
    guard !names.isEmpty else { throw .noImages(path: folder) }
    var images: [PixelImage] = []
    for name in names {
      let path = "\(folder)/\(name)"
      images.append(try ImageDecoder.decode(FileContent.bytes(of: path), name: path))
    }
    return images
  }
}
