import CredenceFiles

/// The products of a layer's weights with rows of which most entries are 0 or left out.
///
/// The weights stand in panels of 16 classes, feature after feature, so that an entry's share of 16 logits is one run of memory;
/// only the chosen entries are visited. Up to about a third of the entries this beats a dense product.
struct SparseProduct: Sendable {
  static let panelWidth = 16

  private let panels: [Float]
  private let panelCount: Int
  let classCount: Int
  let width: Int

  init(_ head: DetectionHead) {
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
    self.panels = panels
    self.panelCount = panelCount
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
        multiply(entries, part, into: target)
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
  ) {
    guard let base = target.baseAddress else { return }
    panels.withUnsafeBufferPointer { panels in
      guard let first = panels.baseAddress else { return }
      entries.features.withUnsafeBufferPointer { features in
        entries.values.withUnsafeBufferPointer { values in
          for panel in 0..<panelCount {
            let weights = UnsafeRawPointer(first)
              .advanced(by: panel * width * Self.panelWidth * 4)
            let lanes = min(Self.panelWidth, classCount - panel * Self.panelWidth)
            var start = 0
            for (index, row) in rows.enumerated() {
              var sum = SIMD16<Float>()
              for k in start..<entries.ends[index] {
                let w = weights.advanced(by: Int(features[k]) &* (Self.panelWidth &* 4))
                sum += w.loadUnaligned(as: SIMD16<Float>.self) * values[k]
              }
              start = entries.ends[index]
              let out = UnsafeMutableRawPointer(base + row * classCount + panel * Self.panelWidth)
              if lanes == Self.panelWidth {
                out.storeBytes(of: sum, as: SIMD16<Float>.self)
              } else {
                for lane in 0..<lanes {
                  out.storeBytes(of: sum[lane], toByteOffset: 4 * lane, as: Float.self)
                }
              }
            }
          }
        }
      }
    }
  }
}
