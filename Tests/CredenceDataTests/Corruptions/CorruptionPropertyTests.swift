import CredenceData
import Testing

@Suite struct CorruptionPropertyTests {
  @Test(arguments: CorruptionCatalog.all.map(\.id))
  func `the result depends on seed, corruption, severity and sample alone`(id: String) throws {
    let corruption = try CorruptionCatalog.named(id)
    let image = TestImage.colorful(width: 40, height: 33)
    let samples = (0..<4).map { "class/\($0)" }
    let forwards = try samples.map { try corruption.corrupted(image, 3, sample: $0) }
    let backwards = try samples.reversed().map { try corruption.corrupted(image, 3, sample: $0) }
    #expect(forwards == backwards.reversed())
    let isRandom = Set(forwards).count > 1
    let fixed = [
      "defocus_blur", "zoom_blur", "gaussian_blur", "brightness", "contrast", "saturate",
      "pixelate", "jpeg_compression",
    ]
    #expect(isRandom == !fixed.contains(id))
  }

  @Test func `generators differ in every argument`() {
    func first(_ seed: UInt64, _ corruption: String, _ severity: Int, _ sample: String) -> UInt64 {
      var generator = CorruptionGenerator(
        seed: seed, corruption: corruption, severity: severity, sample: sample)
      return generator.next()
    }
    let numbers = [
      first(1, "fog", 1, "a"), first(2, "fog", 1, "a"), first(1, "snow", 1, "a"),
      first(1, "fog", 2, "a"), first(1, "fog", 1, "b"), first(1, "fo", 1, "ga"),
    ]
    #expect(Set(numbers).count == numbers.count)
  }

  @Test(arguments: CorruptionCatalog.all.map(\.id), CorruptionBenchmark.allCases)
  func `any size is kept, down to one pixel`(id: String, benchmark: CorruptionBenchmark) throws {
    let corruption = try CorruptionCatalog.named(id)
    for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 2), (3, 5), (31, 18)] {
      let image = TestImage.colorful(width: width, height: height)
      for severity in [1, 3, 5] {
        let corrupted = try corruption.corrupted(image, severity, benchmark)
        #expect(corrupted.width == width && corrupted.height == height)
      }
    }
  }

  @Test(arguments: CorruptionCatalog.all.map(\.id))
  func `black and white images come through`(id: String) throws {
    let corruption = try CorruptionCatalog.named(id)
    for level in [0, 255] as [UInt8] {
      let image = TestImage.gray(level, width: 20, height: 21)
      for severity in 1...5 {
        #expect(try corruption.corrupted(image, severity).width == 20)
      }
    }
  }

  @Test(arguments: [
    "defocus_blur", "motion_blur", "zoom_blur", "gaussian_blur", "glass_blur", "fog", "contrast",
    "brightness", "snow", "pixelate", "elastic_transform",
  ])
  func `gray images stay gray`(id: String) throws {
    var image = TestImage.colorful(width: 24, height: 20)
    for pixel in stride(from: 0, to: image.pixels.count, by: 3) {
      image.pixels[pixel + 1] = image.pixels[pixel]
      image.pixels[pixel + 2] = image.pixels[pixel]
    }
    for severity in [1, 5] {
      let pixels = try CorruptionCatalog.named(id).corrupted(image, severity).pixels
      for pixel in stride(from: 0, to: pixels.count, by: 3) {
        #expect(pixels[pixel] == pixels[pixel + 1] && pixels[pixel] == pixels[pixel + 2])
      }
    }
  }

  @Test(arguments: [
    "defocus_blur", "motion_blur", "zoom_blur", "gaussian_blur", "glass_blur", "contrast",
    "pixelate", "elastic_transform",
  ])
  func `areas of one color keep it`(id: String) throws {
    let corruption = try CorruptionCatalog.named(id)
    let image = TestImage.gray(77, width: 30, height: 26)
    for severity in 1...5 {
      let corrupted = try corruption.corrupted(image, severity, .imageNetC)
      #expect(Deviation(corrupted, image).largest <= 1)
    }
  }

  @Test func `a corruption of strength 0 leaves the image`() throws {
    let image = TestImage.colorful(width: 33, height: 22)
    let levels: [any Corruption] = [
      GaussianNoise(deviation: 0), SpeckleNoise(deviation: 0), ImpulseNoise(amount: 0),
      GaussianBlur(sigma: 0), DefocusBlur(radius: 0.3, softness: 0.01),
      GlassBlur(sigma: 0, reach: 1, rounds: 0), MotionBlur(radius: 0, sigma: 1),
      ZoomBlur(end: 1.005, step: 0.01), Fog(density: 0, decay: 2), Brightness(gain: 0),
      Contrast(share: 1), Saturate(factor: 1, offset: 0), Pixelate(share: 1),
      ElasticTransform(strength: 0, sigma: 0, cornerShift: 0),
      Frost(imageShare: 1, frostShare: 0),
    ]
    for level in levels {
      var generator = CorruptionGenerator(seed: 1, corruption: "", severity: 0, sample: "")
      // Truncation of x / 255 · 255 may lose a level.
      #expect(
        try Deviation(level.corrupted(image, using: &generator), image).largest <= 1, "\(level)")
    }
  }

  @Test(arguments: [
    "gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise", "defocus_blur",
    "motion_blur", "gaussian_blur", "brightness", "contrast", "pixelate",
  ])
  func `higher severities are farther from the image on average`(id: String) throws {
    let corruption = try CorruptionCatalog.named(id)
    let distances = try (1...5).map { severity in
      try (0..<6).reduce(0.0) { sum, sample in
        let image = TestImage.colorful(width: 96, height: 80, shift: sample, stretch: 3)
        return try sum
          + Deviation(corruption.corrupted(image, severity, .imageNetC, sample: "\(sample)"), image)
          .mean
      }
    }
    // Strong blurs have little left to take away.
    #expect(zip(distances, distances.dropFirst()).allSatisfy { $1 > 0.98 * $0 }, "\(distances)")
    #expect(distances[4] > 1.3 * distances[0])
  }
}
