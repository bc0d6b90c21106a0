import CredencePredictions

/// An uncertainty that every set already holds.
struct StoredUncertainty: DetectionMethod, Detector {
  let name: String

  func fitted(to training: DetectionTraining) -> any Detector { self }

  func uncertainties(of block: DetectionBlock) throws -> [Double] {
    guard let values = block.source.set.uncertainties[name] else {
      throw DetectionError.unavailable("‘\(block.source.file)’ has no uncertainty.\(name)")
    }
    return Array(values[block.rows])
  }
}

extension DetectionDescriptor {
  /// A stored uncertainty as a method: `uncertainty.NAME`.
  public static func stored(_ name: String) -> Self {
    Self(
      id: "uncertainty.\(name)", title: "Stored uncertainty ‘\(name)’", source: "the predictions",
      requirements: []
    ) { _ in StoredUncertainty(name: name) }
  }
}
