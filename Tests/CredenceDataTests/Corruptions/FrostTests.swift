import CredenceData
import Testing

@Suite struct FrostTests {
  private var generator: CorruptionGenerator {
    CorruptionGenerator(seed: 3, corruption: "frost", severity: 1, sample: "a")
  }

  @Test func `drawn ice is about as bright and as rough as the photographs`() throws {
    let black = TestImage.gray(0, width: 120, height: 120)
    for seed in 0..<6 as Range<UInt64> {
      var generator = CorruptionGenerator(
        seed: seed, corruption: "frost", severity: 1, sample: "a")
      let ice = try Frost(imageShare: 0, frostShare: 1).corrupted(black, using: &generator)
      let values = ice.pixels.map(Double.init)
      let mean = values.reduce(0, +) / Double(values.count)
      let variance =
        values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect((100...225).contains(mean))
      #expect((10...50).contains(variance.squareRoot()))
    }
  }

  @Test func `a part of a photograph is laid over the image`() throws {
    let photograph = TestImage.colorful(width: 60, height: 50)
    let image = TestImage.gray(0, width: 20, height: 16)
    let frost = Frost(imageShare: 1, frostShare: 1, photographs: [photograph])
    let part = frost.part(of: photograph, for: image, left: 13, top: 9)
    for y in 0..<16 {
      for x in 0..<20 {
        for c in 0..<3 {
          let original = photograph.pixels[((y + 9) * 60 + x + 13) * 3 + c]
          #expect(part.pixels[(y * 20 + x) * 3 + c] == original)
        }
      }
    }
    #expect(try frost.corrupted(image, draws: part) == part)
    var generator = generator
    let rows = Set(
      stride(from: 0, to: photograph.pixels.count, by: 3).map { photograph.pixels[$0] })
    let drawn = frost.draws(for: image, using: &generator)
    #expect(
      stride(from: 0, to: drawn.pixels.count, by: 3).allSatisfy { rows.contains(drawn.pixels[$0]) })
  }

  @Test(arguments: [1, 0.3, 0.2]) func `photographs smaller than the image are enlarged`(
    scale: Double
  ) throws {
    let photograph = TestImage.gray(90, width: 7, height: 31)
    var generator = generator
    let image = TestImage.gray(10, width: 40, height: 33)
    let frost = Frost(
      imageShare: 1, frostShare: 0.5, photographScale: scale, photographs: [photograph])
    for _ in 0..<20 {
      let ice = frost.draws(for: image, using: &generator)
      #expect(ice == TestImage.gray(90, width: 40, height: 33))
      #expect(try frost.corrupted(image, draws: ice) == TestImage.gray(55, width: 40, height: 33))
    }
  }

  @Test func `resources reach the frost of the catalog`() throws {
    let white = TestImage.gray(255, width: 400, height: 300)
    let image = TestImage.gray(0, width: 20, height: 20)
    let corrupted = try CorruptionDescriptor.frost.corrupted(
      image, severity: 1, benchmark: .imageNetC, seed: 1, sample: "a",
      resources: CorruptionResources(frostImages: [white]))
    #expect(corrupted == TestImage.gray(102, width: 20, height: 20))
  }
}
