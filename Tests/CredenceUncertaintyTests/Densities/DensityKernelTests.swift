import CredenceTensor
import Foundation
import Testing

/// The engine's operators against loops, at sizes around those of their tiles.
@Suite struct DensityKernelTests {
  static let sizes = [(1, 1), (3, 7), (23, 8), (25, 24), (49, 25), (60, 50)]

  private struct Problem {
    let rows: [[Double]]
    let center: [Double]
    let values: Tensor
    let middle: Tensor

    init(count: Int, width: Int, isSingle: Bool) throws {
      var source = RandomFeatures(seed: UInt64(count * 100 + width))
      let numbers = (0..<count * width).map { _ in Float(source.normal()) }
      center = (0..<width).map { _ in source.normal() }
      rows = (0..<count).map { row in (0..<width).map { Double(numbers[row * width + $0]) } }
      values =
        isSingle
        ? try Tensor(numbers, shape: [count, width])
        : try Tensor(numbers.map(Double.init), shape: [count, width])
      middle = try Tensor(center, shape: [width])
    }
  }

  @Test(arguments: sizes, [false, true]) func `sums around a center agree with loops`(
    size: (count: Int, width: Int), isSingle: Bool
  ) throws {
    let problem = try Problem(count: size.count, width: size.width, isSingle: isSingle)
    let centered = problem.rows.map { zip($0, problem.center).map { $0 - $1 } }
    let operands: [Operand] = [.tensor(problem.values), .tensor(problem.middle)]
    let lengths: [Double] = try Operator("credence::row_squares").tensors(operands)[0].values()
    for (row, length) in zip(centered, lengths) {
      #expect(abs(length - row.reduce(0) { $0 + $1 * $1 }) < 1e-12 * Double(size.width) * length)
    }
    let sums: [Double] = try Operator("credence::column_sums").tensors(operands)[0].values()
    let once = try Operator("credence::gram").tensors(operands)[0]
    let twice: [Double] = try Operator("credence::gram").tensors(operands + [.tensor(once)])[0]
      .values()
    for i in 0..<size.width {
      #expect(abs(sums[i] - centered.reduce(0) { $0 + $1[i] }) < 1e-12 * Double(size.count))
      for j in 0...i {
        let expected = centered.reduce(0) { $0 + $1[i] * $1[j] }
        let found = twice[i * size.width + j]
        #expect(abs(found - 2 * expected) < 1e-12 * Double(size.count))
      }
    }
    // The first sum is not changed by the second.
    let first: [Double] = try once.values()
    #expect(abs(2 * first[0] - twice[0]) < 1e-12 * Double(size.count))
  }

  @Test(arguments: sizes, [false, true]) func `whitened lengths agree with loops`(
    size: (count: Int, width: Int), isSingle: Bool
  ) throws {
    let problem = try Problem(count: size.count, width: size.width, isSingle: true)
    let width = size.width
    var source = RandomFeatures(seed: 3)
    let triangle = (0..<width * (width + 1) / 2).map { _ in source.normal() }
    let mean = (0..<width).map { _ in source.normal() }
    let samples = try Operator("credence::pack_samples")(
      .tensor(problem.values), .tensor(problem.middle), .bool(isSingle))
    let factor =
      isSingle
      ? try Tensor(triangle.map(Float.init), shape: [triangle.count])
      : try Tensor(triangle, shape: [triangle.count])
    let found: [Double] = try Operator("credence::whitened_squares")(
      .tensor(samples), .tensor(factor), .tensor(Tensor(mean, shape: [width]))
    ).values()
    #expect(found.count >= size.count)
    for (row, values) in problem.rows.enumerated() {
      var expected = 0.0
      for i in 0..<width {
        var sum = 0.0
        for k in 0...i {
          sum += triangle[i * (i + 1) / 2 + k] * (values[k] - problem.center[k] - mean[k])
        }
        expected += sum * sum
      }
      // Single precision: sums of up to 50 products.
      #expect(abs(found[row] - expected) < (isSingle ? 1e-4 : 1e-12) * (1 + expected))
    }
  }

  @Test(arguments: [1, 7, 8, 24, 25, 61]) func `a packed inverse undoes its triangle`(
    width: Int
  ) throws {
    var source = RandomFeatures(seed: UInt64(width))
    var lower = [Double](repeating: 0, count: width * width)
    for i in 0..<width {
      for j in 0...i {
        lower[i * width + j] = i == j ? 2 + source.uniform() : 0.3 * source.normal()
      }
    }
    let inverse: [Double] = try Operator("credence::packed_inverse")(
      .tensor(Tensor(lower, shape: [width, width]))
    ).values()
    for i in 0..<width {
      for j in 0...i {
        var sum = 0.0
        for k in j...i { sum += inverse[i * (i + 1) / 2 + k] * lower[k * width + j] }
        #expect(abs(sum - (i == j ? 1 : 0)) < 1e-11)
      }
    }
  }

  @Test func `samples without features have no length`() throws {
    let none = try Tensor.zeros([0], elementType: .float64)
    let samples = try Operator("credence::pack_samples")(
      .tensor(Tensor.zeros([3, 0])), .tensor(none), .bool(false))
    let lengths: [Double] = try Operator("credence::whitened_squares")(
      .tensor(samples), .tensor(none), .tensor(none)
    ).values()
    #expect(lengths.prefix(3) == [0, 0, 0])
  }

  @Test func `shapes that do not fit are refused`() throws {
    let rows = try Tensor.zeros([4, 3])
    let center = try Tensor.zeros([2], elementType: .float64)
    for name in ["row_squares", "column_sums", "gram"] {
      #expect(throws: EngineError.self) {
        try Operator("credence::\(name)")(.tensor(rows), .tensor(center))
      }
    }
    #expect(throws: EngineError.self) {
      try Operator("credence::packed_inverse")(.tensor(rows))
    }
  }
}
