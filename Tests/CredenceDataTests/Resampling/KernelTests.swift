import CImageCodecs
import CredenceData
import Testing

@Suite(.serialized) struct KernelTests {
  @Test(arguments: 0..<60) func `every processor gives the same bytes`(_ seed: Int) throws {
    let image = noise(width: 1 + seed * 7 % 90, height: 1 + seed * 13 % 70, seed: seed)
    let filters = Interpolation.allCases
    let filter = filters[seed % filters.count]
    let (width, height) = (1 + seed * 31 % 110, 1 + seed * 17 % 120)
    defer { ci_use_portable_kernels(0) }
    ci_use_portable_kernels(1)
    let portable = try image.resized(width: width, height: height, filter)
    ci_use_portable_kernels(0)
    #expect(try image.resized(width: width, height: height, filter) == portable)
  }

  @Test func `a large image shrinks to a few pixels`() throws {
    let white = PixelImage(
      width: 3000, height: 2, pixels: [UInt8](repeating: 255, count: 18_000))
    for filter in Interpolation.allCases {
      let small = try white.resized(width: 2, height: 1, filter)
      #expect(small.pixels.allSatisfy { $0 >= 254 })
    }
  }
}
