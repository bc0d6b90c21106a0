import CredenceModels
import CredenceTensor
import Foundation
import Testing

@Suite struct RelativePositionIndexTests {
  @Test func `agrees with BEiT's`() {
    let index = RelativePositionIndex(window: [2, 3], hasClassToken: true)
    #expect(
      index.values == [
        17, 15, 15, 15, 15, 15, 15, 16, 7, 6, 5, 2, 1, 0, 16, 8, 7, 6, 3, 2, 1, 16, 9, 8, 7, 4, 3,
        2, 16, 12, 11, 10, 7, 6, 5, 16, 13, 12, 11, 8, 7, 6, 16, 14, 13, 12, 9, 8, 7,
      ])
    #expect(index.rowCount == 18)
  }

  @Test(arguments: [[1, 1], [2, 5], [7, 7]])
  func `depends only on the offset, and on all of it`(_ window: [Int]) {
    let index = RelativePositionIndex(window: window, hasClassToken: false)
    var rows: [[Int]: Int64] = [:]
    for query in 0..<index.tokenCount {
      for key in 0..<index.tokenCount {
        let offset = [
          query / window[1] - key / window[1], query % window[1] - key % window[1],
        ]
        let row = index.values[query * index.tokenCount + key]
        #expect(rows[offset, default: row] == row)
        rows[offset] = row
      }
    }
    #expect(Set(rows.values) == Set(0..<Int64(index.rowCount)))
  }
}

@Suite struct RelativePositionTableTests {
  /// The sines of 0, 1, 2, …: 25 offsets of a window of 3 × 3 and three more rows, for one head.
  private func table() throws -> Tensor {
    try Tensor((0..<28).map { Float(sin(Double($0))) }, shape: [28, 1])
  }

  /// What timm 1.0.31 gives for windows of 4 × 5 and 2 × 2.
  private static let greater: [Float] = [
    0, 0, 0.28049, 0.8414709, 0.9092974, 0.14112, -0.4574954, -0.7568025, -0.7568024, -0.319641,
    -0.319641, -0.05714681, 0.4678426, 0.8251939, 0.4238657, -0.1034869, -0.3671626, -0.3671626,
    -0.9589243, -0.9589243, -0.7324216, -0.2794155, 0.6569866, 0.9893582, 0.6045315, 0.4121185,
    0.4121185, -0.5440211, -0.5440211, -0.6960106, -0.9999902, -0.5365729, 0.420167, 0.8004609,
    0.9906074, 0.9906074, 0.6502879, 0.6502879, 0.3375579, -0.2879033, -0.9613975, -0.7509872,
    -0.1504106, 0.1498772, 0.1498772, 0.8253929, 0.825393, 0.7041965, 0.4618031, -0.3263663,
    -0.8144761, -0.6406655, -0.5537603, -0.5537603, 0.9129453, 0.9129453, 0.8875154, 0.8366556,
    -0.008851309, -0.8462204, -0.8857924, -0.9055784, -0.9055784, -0.1323518, 0.7625585, 0.956376,
  ]
  private static let lesser: [Float] = [
    -0.2794155, 0.6569866, 0.9893582, -0.9999902, -0.5365729, 0.420167, -0.2879033, -0.9613975,
    -0.7509872, -0.1323518, 0.7625585, 0.956376,
  ]

  @Test(arguments: [([4, 5], greater), ([2, 2], lesser)])
  func `agrees with the reference`(_ window: [Int], _ expected: [Float]) throws {
    let found = try RelativePositionTable.resampled(table(), extra: 3, to: window)
    #expect(found.shape == [expected.count, 1])
    // Both find the ratio of distances by halving an interval down to 1e-6.
    for (found, expected) in zip(try found.values(as: Float.self), expected) {
      #expect(abs(found - expected) < 4e-6)
    }
  }

  @Test func `treats a table by heads alike`() throws {
    let flat = try table().slice(0, from: 0, to: 25)
    let byHeads = try flat.transposed(0, 1).reshaped([1, 5, 5])
    let found = try RelativePositionTable.resampled(byHeads, extra: 0, to: [4, 5])
    #expect(found.shape == [1, 7, 9])
    let expected = try RelativePositionTable.resampled(flat, extra: 0, to: [4, 5])
    #expect(try found.values(as: Float.self) == expected.values(as: Float.self))
  }

  @Test func `refuses a table of no square window`() throws {
    #expect(throws: EngineError.self) {
      try RelativePositionTable.resampled(table(), extra: 0, to: [2, 2])
    }
  }
}

@Suite struct ContinuousPositionBiasTests {
  @Test func `scales offsets as Swin V2 does`() {
    let found = ContinuousPositionBias.coordinates(window: [3, 2], .bounded(reference: [5, 3]))
    let rows: [Float] = [-0.773976, -0.5283208, 0, 0.5283208, 0.773976]
    let columns: [Float] = [-0.773976, 0, 0.773976]
    let expected = rows.flatMap { row in columns.flatMap { [row, $0] } }
    #expect(found.count == expected.count)
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-6) }
  }

  @Test func `scales offsets as timm's MaxViT does`() {
    let found = ContinuousPositionBias.coordinates(window: [2, 3], .unbounded(hidden: 8))
    let rows: [Float] = [-0.6931472, 0, 0.6931472]
    let columns: [Float] = [-1.098612, -0.6931472, 0, 0.6931472, 1.098612]
    let expected = rows.flatMap { row in columns.flatMap { [row, $0] } }
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-6) }
  }
}
