extension DetectionDescriptor {
  /// Every detection method, in the order in which they are shown.
  public static let all: [Self] = [
    .msp, .maxLogit, .energy, .entropy, .margin, .klMatching, .gen,
    .mahalanobis, .relativeMahalanobis, .knn, .vim, .residual,
    .react, .dice, .ashP, .ashS, .ashB, .scale,
    .she, .gradNorm, .nnguide, .fdbd, .sngp, .ddu,
    .ensembleEntropy, .ensembleMI, .odin,
  ]

  /// The method of a name, or `uncertainty.NAME` for a stored uncertainty.
  ///
  /// - Parameter id: A name as `all` lists them.
  /// - Returns: The method.
  /// - Throws: `DetectionError.unknownMethod`.
  public static func named(_ id: String) throws -> Self {
    if let found = all.first(where: { $0.id == id }) { return found }
    let prefix = "uncertainty."
    if id.hasPrefix(prefix), id.count > prefix.count {
      return stored(String(id.dropFirst(prefix.count)))
    }
    throw DetectionError.unknownMethod(name: id, known: all.map(\.id))
  }
}
