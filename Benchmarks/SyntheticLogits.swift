import Credence
import Foundation

/// Logits of a classifier that is right about as often as a middling ImageNet network, and overconfident.
struct SyntheticLogits {
  let logits: [Float]
  let labels: [Int32]
  let classCount: Int

  init(sampleCount: Int, classCount: Int, seed: UInt64) {
    self.classCount = classCount
    var generator = Generator(state: seed)
    var logits = [Float](repeating: 0, count: sampleCount * classCount)
    var labels = [Int32](repeating: 0, count: sampleCount)
    logits.withUnsafeMutableBufferPointer { logits in
      for sample in 0..<sampleCount {
        let row = sample * classCount
        for k in 0..<classCount {
          // A sum of four uniform numbers is nearly normal.
          let bits = generator.next()
          let sum =
            (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48 & 0xffff)
          logits[row + k] = (Float(sum) / 65536 - 2) * 5.2
        }
        let label = Int(generator.next() % UInt64(classCount))
        let u = Double(generator.next() >> 11) * 0x1p-53
        logits[row + label] += Float(-log(1 - u)) * 8 + 6
        labels[sample] = Int32(label)
      }
    }
    self.logits = logits
    self.labels = labels
  }

  func predictionSet() throws -> PredictionSet {
    try PredictionSet(.logits(Matrix(logits, columnCount: classCount)), labels: labels)
  }

  /// SplitMix64.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }
}
