import CredenceNN
import CredenceTensor
import Foundation

/// Weights that a formula gives from names, so that two programs can run the same network without a file.
///
/// `Tests/Golden/networks/generate.py` has the same formula.
enum FormulaWeights {
  /// Numbers in [−1, 1) for the elements of a name.
  static func units(_ name: String, count: Int) -> [Float] {
    let seed = checksum(name)
    return [Float](unsafeUninitializedCapacity: count) { output, filled in
      for index in 0..<count {
        var x = UInt32(truncatingIfNeeded: index) &* 0x9E37_79B9 &+ seed
        x ^= x >> 16
        x = x &* 0x85EB_CA6B
        x ^= x >> 13
        x = x &* 0xC2B2_AE35
        x ^= x >> 16
        output[index] = Float(x >> 8) * 0x1p-23 - 1
      }
      filled = count
    }
  }

  /// Gives every parameter its numbers.
  static func fill(_ store: ParameterStore, gain: Double = 1) throws {
    for parameter in store.parameters {
      var values = units(parameter.name, count: parameter.count)
      let name = parameter.name
      let (offset, scale): (Float, Float) =
        if name.hasSuffix("running_var") {
          (1, 0.5)
        } else if name.hasSuffix("running_mean") {
          (0, 0.1)
        } else if name.hasSuffix("weight"), parameter.shape.count >= 2 {
          (
            0,
            Float(
              gain
                * (3 * Double(parameter.shape[0]) / Double(parameter.count)).squareRoot())
          )
        } else if name.hasSuffix("weight") {
          (1, 0.25)
        } else if name.hasSuffix("bias") {
          (0, 0.1)
        } else {
          (0, 0.5)
        }
      for index in values.indices { values[index] = offset + scale * values[index] }
      try parameter.replace(with: Tensor(values, shape: parameter.shape))
    }
  }

  /// Two images of the given shape.
  static func images(_ shape: [Int]) throws -> Tensor {
    let values = units("input", count: 2 * shape.reduce(1, *)).map { 2 * $0 }
    return try Tensor(values, shape: [2] + shape)
  }

  /// CRC-32 (IEEE 802.3) of a name.
  private static func checksum(_ text: String) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in text.utf8 {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
