import CredenceFiles
import CredencePredictions
import Foundation

/// How the probabilities of all classes are kept beside the decisions.
public enum ProbabilityStorage: String, CaseIterable, Codable, Hashable, Sendable {
  /// As published.
  case float32
  /// In half the space; the error analysis needs no more.
  case float16
  /// Not at all; only the accuracy among classes that occur and the class explorer use them.
  case none

  /// The softmax of logits as an array on its way to a file; `nil` where none is kept.
  func array(_ logits: Matrix) -> OutgoingArray? {
    guard self != .none else { return nil }
    let width = logits.columnCount
    return OutgoingArray(
      "probs", shape: [logits.rowCount, width], element: self == .float32 ? .float32 : .float16
    ) { body in
      let step = max(1, OutgoingArray.pieceSize / (4 * max(1, width)))
      for start in stride(from: 0, to: logits.rowCount, by: step) {
        let end = min(start + step, logits.rowCount)
        let parts = try parallelBlocks(count: end - start, blockSize: 128) { rows in
          let rows = rows.lowerBound + start..<rows.upperBound + start
          let probabilities = Self.softmax(logits, rows)
          return self == .float32
            ? Self.bytes(probabilities.map(\.bitPattern))
            : Self.bytes(probabilities.map(HalfPrecision.bits))
        }
        var piece = Data(capacity: parts.reduce(0) { $0 + $1.count })
        for part in parts { piece.append(part) }
        try body(piece)
      }
    }
  }

  /// The probabilities in some rows, row after row.
  private static func softmax(_ logits: Matrix, _ rows: Range<Int>) -> [Float] {
    let width = logits.columnCount
    var scratch: [Float] = []
    return logits.withRows(rows, scratch: &scratch) { values in
      var result = [Float](repeating: 0, count: values.count)
      var exponentials = [Double](repeating: 0, count: width)
      for start in stride(from: 0, to: values.count, by: max(1, width)) {
        var largest = -Float.infinity
        for column in 0..<width { largest = max(largest, values[start + column]) }
        var sum = 0.0
        for column in 0..<width {
          let exponential = exp(Double(values[start + column]) - Double(largest))
          exponentials[column] = exponential
          sum += exponential
        }
        for column in 0..<width { result[start + column] = Float(exponentials[column] / sum) }
      }
      return result
    }
  }

  private static func bytes<Bits: FixedWidthInteger>(_ values: [Bits]) -> Data {
    values.map(\.littleEndian).withUnsafeBytes { Data($0) }
  }
}

/// Numbers from 0 to 1 in 16 bits, for platforms whose Swift has no such type.
enum HalfPrecision {
  /// The bits of the nearest number, of two as near the even one.
  static func bits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let exponent = Int(bits >> 23) - 127
    // Below 2⁻¹⁴ the steps are 2⁻²⁴ throughout.
    guard exponent >= -14 else {
      return UInt16((value * 16_777_216).rounded(.toNearestOrEven))
    }
    let rounded = bits &+ 0xfff &+ (bits >> 13 & 1)
    return UInt16(truncatingIfNeeded: (rounded - 0x3800_0000) >> 13)
  }
}
