/// By which temperature each sample's logits are divided.
public enum InverseTemperatures: Sendable {
  /// Logits and probabilities as they are stored.
  case one
  /// The same 1 / T for all samples.
  case same(Double)
  /// 1 / T of each fold, and the fold of each row of the matrix.
  case folds([Double], foldOfRow: [UInt8])

  /// 1 / T for a row of the matrix.
  public subscript(row: Int) -> Double {
    switch self {
    case .one: 1
    case .same(let value): value
    case .folds(let values, let foldOfRow): values[Int(foldOfRow[row])]
    }
  }

  /// Whether stored probabilities stay as they are.
  var isIdentity: Bool {
    if case .one = self { true } else { false }
  }
}
