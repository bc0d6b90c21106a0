import CredenceData
import Testing

@Suite struct CorruptionCatalogTests {
  @Test func `there are 15 standard and 4 extra corruptions of different names`() {
    #expect(CorruptionCatalog.standard.count == 15)
    #expect(CorruptionCatalog.extra.count == 4)
    #expect(Set(CorruptionCatalog.all.map(\.id)).count == 19)
    #expect(Set(CorruptionCatalog.all.map(\.title)).count == 19)
    #expect(CorruptionCatalog.extra.allSatisfy { $0.family == .extra })
    #expect(CorruptionCatalog.standard.allSatisfy { $0.family != .extra })
  }

  @Test(arguments: CorruptionCatalog.all.map(\.id), CorruptionBenchmark.allCases)
  func `every benchmark has five different severities`(
    id: String, benchmark: CorruptionBenchmark
  ) throws {
    let corruption = try CorruptionCatalog.named(id)
    let levels = try (1...5).map {
      try corruption.level(severity: $0, benchmark: benchmark).parameters
        .map { "\($0.key) \($0.value)" }
    }
    #expect(levels.allSatisfy { !$0.isEmpty })
    #expect(Set(levels).count == 5)
  }

  @Test func `unknown names are refused with the known ones`() {
    #expect(
      throws: CorruptionError.unknownCorruption(
        name: "rain", known: CorruptionCatalog.all.map(\.id))
    ) {
      try CorruptionCatalog.named("rain")
    }
    #expect(
      throws: CorruptionError.unknownBenchmark(
        name: "mnist-c", known: ["imagenet-c", "tiny-imagenet-c", "cifar-c"])
    ) {
      try CorruptionBenchmark.named("mnist-c")
    }
  }

  @Test(arguments: [0, 6, -1]) func `severities are from 1 to 5`(severity: Int) {
    #expect(throws: CorruptionError.invalidSeverity(severity)) {
      try CorruptionDescriptor.fog.level(severity: severity, benchmark: .imageNetC)
    }
  }

  @Test func `JPEG compression is that of JPEG files`() throws {
    let image = TestImage.colorful(width: 9, height: 7)
    let file = try ImageEncoder.jpeg(image, quality: 65)
    #expect(
      try CorruptionDescriptor.jpegCompression.corrupted(
        image, severity: 2, benchmark: .cifarC, seed: 0, sample: "a")
        == ImageDecoder.decode(file, name: "a"))
  }

  @Test func `JPEG compression needs a codec that keeps the size`() throws {
    let image = TestImage.colorful(width: 9, height: 7)
    #expect(throws: CorruptionError.changedSize(corruption: "jpeg_compression")) {
      try CorruptionDescriptor.jpegCompression.corrupted(
        image, severity: 1, benchmark: .cifarC, seed: 0, sample: "a",
        resources: CorruptionResources(jpegRoundTrip: { _, _ in
          PixelImage(width: 1, height: 1, pixels: [0, 0, 0])
        }))
    }
    let qualities = try (1...5).map {
      try CorruptionDescriptor.jpegCompression.corrupted(
        image, severity: $0, benchmark: .imageNetC, seed: 0, sample: "a",
        resources: CorruptionResources(jpegRoundTrip: { image, quality in
          var image = image
          image.pixels[0] = UInt8(quality)
          return image
        })
      ).pixels[0]
    }
    #expect(qualities == [25, 18, 15, 10, 7])
  }

  @Test func `draws of another size are refused`() throws {
    let image = TestImage.colorful(width: 4, height: 3)
    #expect(throws: CorruptionError.drawsMismatch(expected: 36, found: 35)) {
      try GaussianNoise(deviation: 1).corrupted(image, draws: [Double](repeating: 0, count: 35))
    }
    #expect(throws: CorruptionError.drawsMismatch(expected: 36, found: 0)) {
      try SpeckleNoise(deviation: 1).corrupted(image, draws: [])
    }
    #expect(throws: CorruptionError.drawsMismatch(expected: 36, found: 1)) {
      try ShotNoise(photons: 1).corrupted(image, draws: [1])
    }
    #expect(throws: CorruptionError.drawsMismatch(expected: 72, found: 1)) {
      try ImpulseNoise(amount: 1).corrupted(image, draws: [1])
    }
    #expect(throws: CorruptionError.drawsMismatch(expected: 4, found: 0)) {
      try GlassBlur(sigma: 1, reach: 1, rounds: 1).corrupted(image, draws: [])
    }
    #expect(throws: CorruptionError.drawsMismatch(expected: 15, found: 16)) {
      try Fog(density: 1, decay: 2).corrupted(image, draws: [Double](repeating: 0, count: 16))
    }
    #expect(throws: CorruptionError.drawsMismatch(expected: 30, found: 6)) {
      try ElasticTransform(strength: 1, sigma: 1, cornerShift: 1)
        .corrupted(image, draws: [Double](repeating: 0, count: 6))
    }
    #expect(throws: CorruptionError.drawsMismatch(expected: 12, found: 1)) {
      let level = try #require(
        CorruptionDescriptor.snow.level(severity: 1, benchmark: .cifarC) as? Snow)
      return try level.corrupted(image, draws: Snow.Draws(flakes: [0], angle: 0))
    }
    #expect(throws: CorruptionError.drawsMismatch(expected: 12, found: 1)) {
      let level = try #require(
        CorruptionDescriptor.spatter.level(severity: 1, benchmark: .cifarC) as? Spatter)
      return try level.corrupted(image, draws: [0])
    }
    #expect(throws: CorruptionError.drawsMismatch(expected: 36, found: 3)) {
      try Frost(imageShare: 1, frostShare: 1)
        .corrupted(image, draws: PixelImage(width: 1, height: 1, pixels: [0, 0, 0]))
    }
  }

  @Test func `draws that are no finite numbers are refused, large ones clipped`() throws {
    let image = TestImage.colorful(width: 4, height: 3)
    for bad in [Double.nan, .infinity] {
      #expect(throws: CorruptionError.drawNotFinite(index: 5)) {
        var draws = [Double](repeating: 0, count: 36)
        draws[5] = bad
        return try GaussianNoise(deviation: 1).corrupted(image, draws: draws)
      }
      #expect(throws: CorruptionError.drawNotFinite(index: 0)) {
        try MotionBlur(radius: 3, sigma: 1).corrupted(image, draws: bad)
      }
    }
    for draw in [1e300, -1e300] {
      let draws = [Double](repeating: draw, count: 36)
      for severity in [1, 4] {
        let level = { (corruption: CorruptionDescriptor) in
          try corruption.level(severity: severity, benchmark: .imageNetC)
        }
        _ = try (level(.gaussianNoise) as? GaussianNoise)?.corrupted(image, draws: draws)
        _ = try (level(.fog) as? Fog)?.corrupted(image, draws: Array(draws[..<15]))
        _ = try (level(.elasticTransform) as? ElasticTransform)?
          .corrupted(image, draws: Array(draws[..<30]))
        _ = try (level(.spatter) as? Spatter)?.corrupted(image, draws: Array(draws[..<12]))
        _ = try (level(.snow) as? Snow)?
          .corrupted(image, draws: Snow.Draws(flakes: Array(draws[..<12]), angle: draw))
      }
    }
  }

  @Test(arguments: [
    CorruptionError.unknownCorruption(name: "rain", known: ["fog"]),
    .unknownBenchmark(name: "b", known: ["cifar-c"]), .invalidSeverity(6),
    .changedSize(corruption: "jpeg_compression"), .drawsMismatch(expected: 2, found: 1),
    .drawNotFinite(index: 3),
  ])
  func `every error says what, why and what to do`(error: CorruptionError) {
    #expect(error.errorDescription?.isEmpty == false)
    #expect(error.failureReason?.hasSuffix(".") == true)
    #expect(error.recoverySuggestion?.hasSuffix(".") == true)
  }
}
