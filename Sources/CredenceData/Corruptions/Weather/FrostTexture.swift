struct FrostTexture {
  let width: Int
  let height: Int
  let scale: Double
  func image(using generator: inout some RandomNumberGenerator) -> PixelImage {
    PixelImage(
      width: width, height: height, pixels: [UInt8](repeating: 0, count: width * height * 3))
  }
}
