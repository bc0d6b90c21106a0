/// Channel counts that are multiples of a number.
package enum Divisible {
  /// The nearest multiple, at least one and no less than `limit` of the value.
  ///
  /// - Note: `make_divisible` of the MobileNet papers' code.
  package static func nearest(_ value: Double, by divisor: Int, limit: Double = 0.9) -> Int {
    let rounded = max(divisor, Int(value + Double(divisor) / 2) / divisor * divisor)
    return Double(rounded) < limit * value ? rounded + divisor : rounded
  }
}
