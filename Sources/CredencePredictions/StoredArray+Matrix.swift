extension StoredArray {
  /// The array as a matrix that shares the bytes; `nil` unless it has two dimensions of floating-point numbers.
  public func matrix() throws(PredictionError) -> Matrix? {
    guard shape.count == 2, let scalarType = element.scalarType else { return nil }
    return try Matrix(
      bytes: bytes, rowCount: shape[0], columnCount: shape[1], scalarType: scalarType,
      layout: layout, isBigEndian: isBigEndian)
  }
}
