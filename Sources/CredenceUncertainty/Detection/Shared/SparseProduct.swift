import CredenceFiles
import CredenceTensor

/// The products of a layer's weights with rows of which most entries are 0 or left out.
///
/// The weights stand in panels of 16 classes, feature after feature, so that an entry's share of 16 logits is one run of memory;
/// only the chosen entries are visited. Up to about a third of the entries this beats a dense product.
struct SparseProduct: Sendable {
  static let panelWidth = 16

  /// `[panels, features, 16]`.
  private let panels: Tensor
  let classCount: Int
  let width: Int

  init(_ head: DetectionHead) throws {
    let (classes, width) = (head.classCount, head.width)
    let panelCount = (classes + Self.panelWidth - 1) / Self.panelWidth
    var panels = [Float](repeating: 0, count: panelCount * width * Self.panelWidth)
    for row in 0..<classes {
      let (panel, lane) = row.quotientAndRemainder(dividingBy: Self.panelWidth)
      for feature in 0..<width {
        panels[(panel * width + feature) * Self.panelWidth + lane] =
          head.weight.values[row * width + feature]
      }
    }
    self.panels = try Tensor(panels, shape: [panelCount, width, Self.panelWidth])
    self.classCount = classes
    self.width = width
  }

  /// Weights times chosen entries, `[rows, classes]`.
  ///
  /// - Parameters:
  ///   - rows: `[rows, features]`.
  ///   - choose: Appends the features and values of one row.
  /// - Returns: One sum per row and class, without bias.
  /// - Throws: What `choose` throws.
  func products(
    of rows: FloatRows,
    choosing choose:
      @Sendable (
        _ row: Int, _ values: UnsafeBufferPointer<Float>, _ entries: inout Entries
      ) throws -> Void
  ) throws -> FloatRows {
    precondition(rows.columnCount == width)
    let values = try [Float](unsafeUninitializedCapacity: rows.rowCount * classCount) {
      buffer, count in
      // Each block of rows writes its own part of the buffer.
      nonisolated(unsafe) let target = buffer
      _ = try parallelBlocks(count: rows.rowCount, blockSize: 256) { part in
        var entries = Entries()
        try rows.values.withUnsafeBufferPointer { values in
          for row in part {
            try choose(
              row, UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width]), &entries)
            entries.ends.append(entries.features.count)
          }
        }
        try multiply(entries, part, into: target)
      }
      count = rows.rowCount * classCount
    }
    return FloatRows(values, columnCount: classCount)
  }

  /// The chosen entries of some rows.
  struct Entries {
    private(set) var features: [Int32] = []
    private(set) var values: [Float] = []
    /// Where each row's entries end.
    fileprivate(set) var ends: [Int] = []

    @inline(__always)
    mutating func append(_ feature: Int, _ value: Float) {
      features.append(Int32(truncatingIfNeeded: feature))
      values.append(value)
    }
  }

  private func multiply(
    _ entries: Entries, _ rows: Range<Int>, into target: UnsafeMutableBufferPointer<Float>
  ) throws {
    let products = try Operator.sparseProducts(
      .tensor(panels), .tensor(Tensor(entries.features, shape: [entries.features.count])),
      .tensor(Tensor(entries.values, shape: [entries.values.count])),
      .tensor(Tensor(entries.ends.map(Int64.init), shape: [rows.count])), .int(classCount)
    ).values(as: Float.self)
    _ = UnsafeMutableBufferPointer(
      rebasing: target[rows.lowerBound * classCount..<rows.upperBound * classCount]
    ).initialize(from: products)
  }
}

extension Operator {
  /// The engine's products of weights in panels with rows of which only some entries count.
  fileprivate static let sparseProducts = Operator("credence::sparse_products")
}
