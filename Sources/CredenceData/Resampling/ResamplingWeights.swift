import CImageCodecs
import Foundation

/// What each pixel of a line becomes when the line gets another length.
///
/// The weights are computed in double precision and rounded to 22 fractional bits as Pillow's are, so results are equal bit for bit.
struct ResamplingWeights {
  /// The input pixels that are needed, from the first to the last.
  let inputRange: Range<Int>
  /// For each output pixel its first input pixel, counted from the start of `inputRange`.
  let starts: [UInt32]
  /// For each output pixel how many input pixels it is made of.
  let counts: [UInt32]
  /// For each output pixel `stride` weights.
  let weights: [Int32]
  let stride: Int

  /// The weights for a part of a line.
  ///
  /// - Parameters:
  ///   - outputs: The pixels of the new line that are wanted, not empty.
  ///   - outputCount: The length of the whole new line.
  ///   - inputCount: The length of the whole old line.
  ///   - interpolation: The filter; `nearest` takes one pixel.
  init(
    outputs: Range<Int>, of outputCount: Int, from inputCount: Int, _ interpolation: Interpolation
  ) {
    if let support = interpolation.support {
      self.init(filtering: outputs, of: outputCount, from: inputCount, interpolation, support)
    } else {
      self.init(nearest: outputs, of: outputCount, from: inputCount)
    }
  }

  private init(
    filtering outputs: Range<Int>, of outputCount: Int, from inputCount: Int,
    _ interpolation: Interpolation, _ filterSupport: Double
  ) {
    let scale = Double(inputCount) / Double(outputCount)
    let filterScale = max(scale, 1)
    let support = filterSupport * filterScale
    let inverse = 1 / filterScale
    let stride = Int(support.rounded(.up)) * 2 + 1
    var starts: [UInt32] = []
    var counts: [UInt32] = []
    starts.reserveCapacity(outputs.count)
    counts.reserveCapacity(outputs.count)
    var weights = [Int32](repeating: 0, count: outputs.count * stride)
    var first = inputCount
    var last = 0
    withUnsafeTemporaryAllocation(of: Double.self, capacity: stride) { taps in
      for output in outputs {
        let center = (Double(output) + 0.5) * scale
        let start = max(Int(center - support + 0.5), 0)
        let end = min(Int(center + support + 0.5), inputCount)
        var sum = 0.0
        for index in 0..<end - start {
          let weight = interpolation.weight(at: (Double(index + start) - center + 0.5) * inverse)
          taps[index] = weight
          sum += weight
        }
        let row = starts.count * stride
        for index in 0..<end - start {
          let share = sum == 0 ? taps[index] : taps[index] / sum
          // Halves are rounded away from 0.
          weights[row + index] = Int32(share * Self.one + (share < 0 ? -0.5 : 0.5))
        }
        starts.append(UInt32(start))
        counts.append(UInt32(end - start))
        first = min(first, start)
        last = max(last, end)
      }
    }
    for index in starts.indices { starts[index] -= UInt32(first) }
    inputRange = first..<last
    self.starts = starts
    self.counts = counts
    self.weights = weights
    self.stride = stride
  }

  private init(nearest outputs: Range<Int>, of outputCount: Int, from inputCount: Int) {
    let scale = Double(inputCount) / Double(outputCount)
    // Pillow adds up steps, and their rounding decides between neighbors.
    var position = scale * 0.5
    for _ in 0..<outputs.lowerBound { position += scale }
    var indices: [Int] = []
    indices.reserveCapacity(outputs.count)
    for _ in outputs {
      indices.append(min(Int(position), inputCount - 1))
      position += scale
    }
    let first = indices.first ?? 0
    inputRange = first..<(indices.last ?? first) + 1
    starts = indices.map { UInt32($0 - first) }
    counts = [UInt32](repeating: 1, count: indices.count)
    weights = [Int32](repeating: Int32(Self.one), count: indices.count)
    stride = 1
  }

  /// The weight 1.
  private static let one = Double(1 << 22)

  /// Passes the weights in the form of the kernels.
  func withKernelWeights<Result>(_ body: (borrowing ci_weights) -> Result) -> Result {
    starts.withUnsafeBufferPointer { starts in
      counts.withUnsafeBufferPointer { counts in
        weights.withUnsafeBufferPointer { weights in
          body(
            ci_weights(
              output_count: UInt32(starts.count), stride: UInt32(stride),
              starts: starts.baseAddress, counts: counts.baseAddress, weights: weights.baseAddress))
        }
      }
    }
  }
}
