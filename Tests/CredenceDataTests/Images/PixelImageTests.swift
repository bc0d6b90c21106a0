import CredenceData
import Testing

@Suite struct PixelImageTests {
  @Test func `images of equal pixels are equal`() {
    let image = PixelImage(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
    #expect(image == PixelImage(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6]))
    #expect(image != PixelImage(width: 1, height: 2, pixels: [1, 2, 3, 4, 5, 6]))
  }
}
