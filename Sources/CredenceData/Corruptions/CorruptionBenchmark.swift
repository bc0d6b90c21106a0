/// A published corruption benchmark: the image size for which severities were chosen.
public enum CorruptionBenchmark: String, Codable, Hashable, Sendable, CaseIterable {
  /// ImageNet-C: images of 224×224 pixels.
  case imageNetC = "imagenet-c"
  /// Tiny ImageNet-C: images of 64×64 pixels.
  case tinyImageNetC = "tiny-imagenet-c"
  /// CIFAR-10-C and CIFAR-100-C: images of 32×32 pixels.
  case cifarC = "cifar-c"

  /// The benchmark of a name.
  ///
  /// - Throws: `CorruptionError.unknownBenchmark` with the known names.
  public static func named(_ name: String) throws(CorruptionError) -> Self {
    guard let benchmark = Self(rawValue: name) else {
      throw .unknownBenchmark(name: name, known: allCases.map(\.rawValue))
    }
    return benchmark
  }

  /// The side for which the severities were chosen, in pixels.
  public var imageSide: Int {
    switch self {
    case .imageNetC: 224
    case .tinyImageNetC: 64
    case .cifarC: 32
    }
  }
}

/// The five severities of a corruption in each benchmark, weakest first.
public struct CorruptionLevels<Level: Corruption>: Sendable {
  public let imageNetC: [Level]
  public let tinyImageNetC: [Level]
  public let cifarC: [Level]

  /// - Parameters:
  ///   - imageNetC: Five levels.
  ///   - tinyImageNetC: Five levels.
  ///   - cifarC: Five levels.
  public init(imageNetC: [Level], tinyImageNetC: [Level], cifarC: [Level]) {
    precondition(imageNetC.count == 5 && tinyImageNetC.count == 5 && cifarC.count == 5)
    self.imageNetC = imageNetC
    self.tinyImageNetC = tinyImageNetC
    self.cifarC = cifarC
  }

  /// The levels of a benchmark.
  public subscript(benchmark: CorruptionBenchmark) -> [Level] {
    switch benchmark {
    case .imageNetC: imageNetC
    case .tinyImageNetC: tinyImageNetC
    case .cifarC: cifarC
    }
  }
}
