import CredenceData
import Testing

/// Distributions of own draws; tolerances are at least five standard errors of 10⁵ values.
@Suite struct CorruptionStatisticsTests {
  private let image = TestImage.gray(100, width: 224, height: 150)

  private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, squares / Double(values.count))
  }

  private var generator: CorruptionGenerator {
    CorruptionGenerator(seed: 3, corruption: "statistics", severity: 1, sample: "a")
  }

  @Test func `normal draws have mean 0, variance 1 and no tails beyond reason`() {
    var generator = generator
    let draws = GaussianNoise(deviation: 1).draws(for: image, using: &generator)
    let (mean, variance) = moments(draws)
    #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.03)
    let fourth = draws.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(draws.count)
    #expect(abs(fourth - 3) < 0.2)
    #expect(draws.allSatisfy { abs($0) < 9 })
    let neighbors = zip(draws, draws.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(neighbors / Double(draws.count)) < 0.02)
  }

  @Test(arguments: [3, 60, 500, 700] as [Double])
  func `counts of photons have the mean and variance of a Poisson distribution`(
    photons: Double
  ) {
    var generator = generator
    let rate = 100.0 / 255 * photons
    let draws = ShotNoise(photons: photons).draws(for: image, using: &generator).map(Double.init)
    let (mean, variance) = moments(draws)
    #expect(abs(mean - rate) < 5 * (rate / 1e5).squareRoot())
    #expect(abs(variance / rate - 1) < 0.04)
  }

  @Test func `no photons come from black`() throws {
    var generator = generator
    let black = TestImage.gray(0, width: 20, height: 20)
    #expect(try ShotNoise(photons: 60).corrupted(black, using: &generator) == black)
  }

  @Test func `impulses are half black, half white and as many as asked for`() throws {
    var generator = generator
    let pixels = try ImpulseNoise(amount: 0.17).corrupted(image, using: &generator).pixels
    let share = { (level: UInt8) in
      Double(pixels.count { $0 == level }) / Double(pixels.count)
    }
    #expect(abs(share(0) - 0.085) < 0.005 && abs(share(255) - 0.085) < 0.005)
    #expect(abs(share(100) - 0.83) < 0.007)
  }

  @Test func `noise spreads values by its deviation`() throws {
    var generator = generator
    let noise = try GaussianNoise(deviation: 0.08).corrupted(image, using: &generator)
    let (mean, variance) = moments(noise.pixels.map(Double.init))
    // Truncation takes half a level.
    #expect(abs(mean - 99.5) < 0.4 && abs(variance.squareRoot() - 20.4) < 0.3)
    let speckle = try SpeckleNoise(deviation: 0.15).corrupted(image, using: &generator)
    #expect(abs(moments(speckle.pixels.map(Double.init)).variance.squareRoot() - 15) < 0.3)
  }

  @Test(arguments: [1, 2, 4]) func `displacements of glass are uniform in their range`(reach: Int) {
    var generator = generator
    let draws = GlassBlur(sigma: 1, reach: reach, rounds: 1).draws(for: image, using: &generator)
    for displacement in -reach..<reach {
      let share =
        Double(draws.count { Int($0) == displacement }) / Double(draws.count)
      #expect(abs(share * Double(2 * reach) - 1) < 0.05)
    }
    #expect(draws.allSatisfy { (-reach..<reach).contains(Int($0)) })
  }

  @Test func `angles stay in their range`() {
    var generator = generator
    for _ in 0..<200 {
      let angle = MotionBlur(radius: 10, sigma: 3).draws(for: image, using: &generator)
      #expect((-45..<45).contains(angle))
    }
    let small = TestImage.gray(0, width: 2, height: 2)
    let snow = Snow(
      mean: 0, deviation: 1, zoom: 1, threshold: 0, radius: 1, sigma: 1, clarity: 1)
    for _ in 0..<200 {
      #expect((-135 ..< -45).contains(snow.draws(for: small, using: &generator).angle))
    }
  }
}
