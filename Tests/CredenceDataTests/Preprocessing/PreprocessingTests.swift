import CredenceData
import Foundation
import Testing

@Suite struct PreprocessingTests {
  @Test func `settings survive JSON`() throws {
    let settings = Preprocessing(
      inputSize: [1, 28, 29], interpolation: .lanczos, cropFraction: 0.9, cropMode: .border,
      mean: [0.1307], std: [0.3081])
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == settings)
  }

  @Test(arguments: [
    Preprocessing(inputSize: [3, 224]), Preprocessing(inputSize: [4, 8, 8]),
    Preprocessing(inputSize: [3, 0, 8]), Preprocessing(inputSize: [3, 8, 1 << 20]),
    Preprocessing(cropFraction: 0), Preprocessing(cropFraction: .nan),
    Preprocessing(cropFraction: 1e-9), Preprocessing(cropFraction: 17),
    Preprocessing(mean: [0.5]), Preprocessing(std: [1, 1, 0]), Preprocessing(std: [1, 1, .nan]),
    Preprocessing(inputSize: [1, 8, 8]),
  ])
  func `settings that can't be carried out are refused`(_ settings: Preprocessing) {
    #expect(throws: DatasetError.self) { try settings.validate() }
  }

  @Test func `an image of the right size is only normalized`() throws {
    let image = noise(width: 28, height: 28, seed: 1)
    let settings = Preprocessing(
      inputSize: [3, 28, 28], cropMode: .none, mean: [0.1, 0.2, 0.3], std: [0.5, 0.6, 0.7])
    #expect(try Preprocessor.image(.pixels(image), name: "image", settings) == image.pixels)
    let preprocessor = try Preprocessor(settings, format: .float32)
    let output = UnsafeMutableRawBufferPointer.allocate(
      byteCount: preprocessor.byteCount, alignment: 64)
    defer { output.deallocate() }
    try preprocessor.prepare(image, name: "image", into: #require(output.baseAddress))
    for (index, value) in output.assumingMemoryBound(to: Float.self).enumerated() {
      let channel = index % 3
      let mean: Float = [0.1, 0.2, 0.3][channel]
      let std: Float = [0.5, 0.6, 0.7][channel]
      #expect(value == (Float(image.pixels[index]) / 255 - mean) / std)
    }
  }

  @Test func `gray images stay as they are in one channel`() throws {
    let values = (0..<64).map { UInt8($0 * 4) }
    let image = PixelImage(width: 8, height: 8, pixels: values.flatMap { [$0, $0, $0] })
    let settings = Preprocessing(
      inputSize: [1, 8, 8], cropMode: .none, mean: [0.5], std: [0.5])
    #expect(try Preprocessor.image(.pixels(image), name: "image", settings) == values)
  }

  @Test func `an image of extreme shape is prepared without much memory`() throws {
    let line = PixelImage(width: 200_000, height: 1, pixels: [UInt8](repeating: 9, count: 600_000))
    let bytes = try Preprocessor.image(.pixels(line), name: "line", Preprocessing())
    #expect(bytes.count == 3 * 224 * 224 && bytes.allSatisfy { $0 == 9 })
    #expect(throws: DatasetError.self) {
      try Preprocessor.image(.pixels(line), name: "line", Preprocessing(cropMode: .border))
    }
  }

  @Test func `images of other sizes are fitted in`() throws {
    let settings = Preprocessing(
      inputSize: [3, 32, 32], interpolation: .bilinear, cropFraction: 1, cropMode: .fit)
    let small = noise(width: 28, height: 28, seed: 3)
    let fitted = try Preprocessor.image(.pixels(small), name: "image", settings)
    for row in 0..<32 {
      for column in 0..<32 {
        let isInside = 2..<30 ~= row && 2..<30 ~= column
        for channel in 0..<3 {
          let expected =
            isInside ? small.pixels[3 * (28 * (row - 2) + column - 2) + channel] : 0
          #expect(fitted[3 * (32 * row + column) + channel] == expected)
        }
      }
    }
    let same = noise(width: 32, height: 32, seed: 4)
    #expect(try Preprocessor.image(.pixels(same), name: "image", settings) == same.pixels)
    var gray = settings
    (gray.inputSize, gray.mean, gray.std) = ([1, 28, 28], [0.1307], [0.3081])
    var squashed = gray
    squashed.cropMode = .squash
    #expect(
      try Preprocessor.image(.pixels(same), name: "image", gray)
        == Preprocessor.image(.pixels(same), name: "image", squashed))
    // The border is black, not the mean.
    let preprocessor = try Preprocessor(settings, format: .float32)
    let output = UnsafeMutableRawBufferPointer.allocate(
      byteCount: preprocessor.byteCount, alignment: 64)
    defer { output.deallocate() }
    try preprocessor.prepare(small, name: "image", into: #require(output.baseAddress))
    let mean = Float(settings.mean[0])
    #expect(output.assumingMemoryBound(to: Float.self)[0] == -mean / Float(settings.std[0]))
    let wide = noise(width: 64, height: 20, seed: 5)
    let line = try Preprocessor.image(.pixels(wide), name: "image", settings)
    #expect(line[..<(3 * 32 * 11)].allSatisfy { $0 == 0 } && line[3 * 32 * 16] != 0)
  }
}
