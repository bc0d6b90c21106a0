/// What the rest of the system needs to know of a corruption.
public struct CorruptionDescriptor: Identifiable, Sendable {
  /// The groups of the published benchmark.
  public enum Family: String, Codable, Hashable, Sendable, CaseIterable {
    case noise
    case blur
    case weather
    case digital
    /// Meant for tuning methods; no part of the mean corruption error.
    case extra
  }

  /// The published name, such as `gaussian_noise`: the folder in corruption trees and the row of tables.
  public let id: String
  public let title: String
  public let family: Family

  private let levels: @Sendable (CorruptionBenchmark, CorruptionResources) -> [any Corruption]

  init<Level: Corruption>(
    id: String, title: String, family: Family, levels: CorruptionLevels<Level>,
    provide: @escaping @Sendable (CorruptionResources, inout Level) -> Void = { _, _ in }
  ) {
    self.id = id
    self.title = title
    self.family = family
    self.levels = { benchmark, resources in
      levels[benchmark].map { level in
        var level = level
        provide(resources, &level)
        return level
      }
    }
  }

  /// The corruption at a severity.
  ///
  /// - Parameters:
  ///   - severity: From 1 to 5.
  ///   - benchmark: The table of severities.
  ///   - resources: Photographs and codecs.
  /// - Returns: A corruption whose settings are those of the severity.
  /// - Throws: `CorruptionError.invalidSeverity`.
  public func level(
    severity: Int, benchmark: CorruptionBenchmark,
    resources: CorruptionResources = CorruptionResources()
  ) throws(CorruptionError) -> any Corruption {
    guard (1...5).contains(severity) else { throw .invalidSeverity(severity) }
    return levels(benchmark, resources)[severity - 1]
  }

  /// The corrupted image, of the same size.
  ///
  /// - Parameters:
  ///   - image: A clean image; the severities of a benchmark are meant for images of its side.
  ///   - severity: From 1 to 5.
  ///   - benchmark: The table of severities.
  ///   - seed: Of the whole data set.
  ///   - sample: The id of the image; other ids get other noise.
  ///   - resources: Photographs and codecs.
  /// - Returns: The same for the same arguments, on every machine of one platform.
  /// - Throws: `CorruptionError`, and what the JPEG codec throws.
  public func corrupted(
    _ image: PixelImage, severity: Int, benchmark: CorruptionBenchmark, seed: UInt64,
    sample: String, resources: CorruptionResources = CorruptionResources()
  ) throws -> PixelImage {
    var generator = CorruptionGenerator(
      seed: seed, corruption: id, severity: severity, sample: sample)
    return try level(severity: severity, benchmark: benchmark, resources: resources)
      .corrupted(image, using: &generator)
  }
}
