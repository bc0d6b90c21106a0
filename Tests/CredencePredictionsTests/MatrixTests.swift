import CredencePredictions
import FileSupport
import Foundation
import Testing

@Suite struct MatrixTests {
  @Test(arguments: [0, 1, 3])
  func `hands out rows from any address, order and layout`(_ shift: Int) throws {
    let values = (0..<12).map { Float($0) - 3.5 }
    for isBigEndian in [false, true] {
      for layout in [Matrix.Layout.rowMajor, .columnMajor] {
        let stored =
          layout == .rowMajor ? values : (0..<4).flatMap { c in (0..<3).map { values[$0 * 4 + c] } }
        let words = stored.map { isBigEndian ? $0.bitPattern.byteSwapped : $0.bitPattern }
        let data = (Data(count: shift) + bytes(words)).dropFirst(shift)
        let matrix = try Matrix(
          bytes: data, rowCount: 3, columnCount: 4, scalarType: .float32, layout: layout,
          isBigEndian: isBigEndian)
        var floats: [Float] = []
        var doubles: [Double] = []
        for rows in [0..<3, 1..<2, 1..<3, 2..<2] {
          let expected = Array(values[rows.lowerBound * 4..<rows.upperBound * 4])
          #expect(matrix.withRows(rows, scratch: &floats) { Array($0) } == expected)
          #expect(
            matrix.withRows(rows, scratch: &doubles) { Array($0) } == expected.map(Double.init))
        }
        #expect(matrix[2, 1] == 5.5)
      }
    }
  }

  /// Every 16-bit pattern; the reference follows the formats' definitions by powers of two.
  @Test func `decodes all half-precision numbers exactly`() throws {
    let patterns = (0...UInt16.max).map { $0 }
    let half = try Matrix(
      bytes: bytes(patterns), rowCount: 65_536, columnCount: 1, scalarType: .float16)
    let brain = try Matrix(
      bytes: bytes(patterns), rowCount: 65_536, columnCount: 1, scalarType: .bfloat16)
    func reference(_ bits: UInt16, exponentBits: Int) -> Double {
      let fractionBits = 15 - exponentBits
      let sign = bits >> 15 == 1 ? -1.0 : 1.0
      let exponent = Int(bits >> UInt16(fractionBits)) & (1 << exponentBits - 1)
      let fraction = Double(bits & (1 << UInt16(fractionBits) - 1)) / pow(2, Double(fractionBits))
      let bias = 1 << (exponentBits - 1) - 1
      if exponent == 1 << exponentBits - 1 { return fraction == 0 ? sign * .infinity : .nan }
      if exponent == 0 { return sign * fraction * pow(2, Double(1 - bias)) }
      return sign * (1 + fraction) * pow(2, Double(exponent - bias))
    }
    for bits in patterns {
      for (matrix, exponentBits) in [(half, 5), (brain, 8)] {
        let found = matrix[Int(bits), 0]
        let expected = reference(bits, exponentBits: exponentBits)
        guard found.bitPattern == expected.bitPattern || found.isNaN && expected.isNaN else {
          Issue.record("\(bits) is \(found) instead of \(expected)")
          return
        }
      }
    }
  }

  @Test func `refuses bytes of another number`() {
    #expect(
      throws: PredictionError.sizeMismatch(
        what: "a 2 × 3 F32 matrix", expected: 24, found: 23)
    ) { try Matrix(bytes: Data(count: 23), rowCount: 2, columnCount: 3, scalarType: .float32) }
    #expect(throws: PredictionError.self) {
      try Matrix(bytes: Data(), rowCount: -1, columnCount: 0, scalarType: .float32)
    }
    #expect(throws: PredictionError.self) {
      try Matrix(bytes: Data(), rowCount: .max, columnCount: 2, scalarType: .float32)
    }
    #expect(throws: PredictionError.raggedRow(row: 1, expected: 2, found: 1)) {
      try Matrix(rows: [[1, 2], [3]])
    }
  }
}
