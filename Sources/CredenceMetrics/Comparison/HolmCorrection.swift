/// Holm's step-down correction for testing many hypotheses at once.
///
/// The chance of any false rejection stays below the level under every dependence of the tests.
///
/// - Note: Holm, Scandinavian Journal of Statistics 6, 1979.
public enum HolmCorrection {
  /// The adjusted p-values, in the given order; a hypothesis is rejected where its value is at most the level.
  ///
  /// - Parameter pValues: Each in [0, 1].
  /// - Returns: max over j ≤ i of min(1, (m − j + 1) p₍ⱼ₎), for p-values in ascending order.
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
    var adjusted = pValues
    var largest = 0.0
    for (place, index) in order.enumerated() {
      largest = max(largest, min(Double(pValues.count - place) * pValues[index], 1))
      adjusted[index] = largest
    }
    return adjusted
  }
}
