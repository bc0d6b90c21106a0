/// A number as metric ids write it, the shortest text that reads back the same: 0.99, 0.8, 1.
func shortest(_ value: Double) -> String {
  let text = "\(value)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// A fraction as titles show it: 99.5 %.
func percent(_ fraction: Double) -> String {
  // Rounding removes what the multiplication adds, as in 0.07 × 100.
  "\(shortest((fraction * 1e8).rounded() / 1e6)) %"
}
