extension PolicyKind {
  /// Every kind of policy that can be fitted and loaded.
  public static let all: [Self] = [
    .temperature, .vector, .matrix, .dirichlet, .isotonic, .oneVsRestIsotonic, .histogram, .bbq,
    .beta,
    .threshold, .conformal,
  ]
}
