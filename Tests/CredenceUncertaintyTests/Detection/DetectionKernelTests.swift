import CredenceTensor
import Testing

/// The engine's operators of outlier detection against loops.
@Suite struct DetectionKernelTests {
  @Test(arguments: [(1, 1), (5, 2), (16, 16), (33, 7), (100, 99)])
  func `the largest entries agree with sorting, with ties and both zeros`(
    width: Int, kept: Int
  ) throws {
    var source = RandomFeatures(seed: UInt64(width))
    let rows = (0..<20).map { row in
      (0..<width).map { column -> Float in
        let x = Float(source.normal())
        // Many equal ones, and zeros of both signs.
        return row % 2 == 0 ? x : column % 5 == 0 ? -0.0 : max(0, x.rounded())
      }
    }
    let found: [Double] = try Operator("credence::largest_entries")(
      .tensor(Tensor(rows.flatMap { $0 }, shape: [20, width])), .int(kept)
    ).values()
    for (row, values) in rows.enumerated() {
      let largest = values.sorted(by: >).prefix(kept)
      let threshold = largest.last ?? 0
      #expect(Float(found[row * 4]) == threshold)
      #expect(found[row * 4 + 1] == Double(largest.count { $0 == threshold }))
      let (sum, keptSum) = (
        values.reduce(0) { $0 + Double($1) }, largest.reduce(0) { $0 + Double($1) }
      )
      #expect(abs(found[row * 4 + 2] - sum) < 1e-12 * Double(width))
      #expect(abs(found[row * 4 + 3] - keptSum) < 1e-12 * Double(width))
    }
  }

  @Test(arguments: [3, 16, 70]) func `products with few entries agree with loops`(
    classes: Int
  ) throws {
    var source = RandomFeatures(seed: UInt64(classes))
    let (width, panelCount) = (9, (classes + 15) / 16)
    let weights = (0..<classes * width).map { _ in Float(source.normal()) }
    var panels = [Float](repeating: 0, count: panelCount * width * 16)
    for row in 0..<classes {
      for k in 0..<width {
        panels[(row / 16 * width + k) * 16 + row % 16] = weights[row * width + k]
      }
    }
    let features: [Int32] = [0, 3, 8, 1, 8]
    let values: [Float] = [1, -2, 0.5, 4, 1]
    // The second row has no entries.
    let ends: [Int64] = [3, 3, 5]
    func products(_ features: [Int32]) throws -> [Float] {
      try Operator("credence::sparse_products")(
        .tensor(Tensor(panels, shape: [panelCount, width, 16])),
        .tensor(Tensor(features, shape: [5])), .tensor(Tensor(values, shape: [5])),
        .tensor(Tensor(ends, shape: [3])), .int(classes)
      ).values()
    }
    let found = try products(features)
    var start = 0
    for (row, end) in ends.enumerated() {
      for label in 0..<classes {
        let expected = (start..<Int(end)).reduce(Float(0)) {
          $0 + weights[label * width + Int(features[$1])] * values[$1]
        }
        #expect(abs(found[row * classes + label] - expected) < 1e-5)
      }
      start = Int(end)
    }
    #expect(throws: EngineError.self) { try products([0, 3, 9, 1, 8]) }
  }
}
