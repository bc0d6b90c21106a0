/// The corruptions of the published benchmarks.
///
/// - Note: Hendrycks & Dietterich, ICLR 2019, arXiv:1903.12261.
public enum CorruptionCatalog {
  /// The 15 corruptions of the mean corruption error, in the order of the paper's tables.
  public static let standard: [CorruptionDescriptor] = [
    .gaussianNoise, .shotNoise, .impulseNoise,
    .defocusBlur, .glassBlur, .motionBlur, .zoomBlur,
    .snow, .frost, .fog, .brightness,
    .contrast, .elasticTransform, .pixelate, .jpegCompression,
  ]

  /// The 4 corruptions kept apart for tuning methods.
  public static let extra: [CorruptionDescriptor] = [
    .speckleNoise, .gaussianBlur, .spatter, .saturate,
  ]

  /// All 19.
  public static let all = standard + extra

  /// The corruption of a name.
  ///
  /// - Throws: `CorruptionError.unknownCorruption` with the known names.
  public static func named(_ id: String) throws(CorruptionError) -> CorruptionDescriptor {
    guard let descriptor = all.first(where: { $0.id == id }) else {
      throw .unknownCorruption(name: id, known: all.map(\.id))
    }
    return descriptor
  }

  /// The corruptions of several names, each once and in the order of their first mention.
  ///
  /// - Parameter names: Names of corruptions; `all` for the 15 of `standard`, `all-extra` for all 19.
  /// - Returns: At least one corruption for each name.
  /// - Throws: `CorruptionError.unknownCorruption` with the known names.
  public static func named(_ names: [String]) throws(CorruptionError) -> [CorruptionDescriptor] {
    var corruptions: [CorruptionDescriptor] = []
    for name in names {
      let group =
        switch name {
        case "all": standard
        case "all-extra": all
        default: [try named(name)]
        }
      for corruption in group where !corruptions.contains(where: { $0.id == corruption.id }) {
        corruptions.append(corruption)
      }
    }
    return corruptions
  }
}
