import CredenceNN
import CredenceTensor
import Foundation

/// A small network's opinion of each offset between two tokens, added to attention's scores.
///
/// It sees offsets on a logarithmic scale, so that it serves windows of other sizes than it was trained for.
///
/// - Note: Liu et al., Swin V2, CVPR 2022, arXiv:2111.09883.
struct ContinuousPositionBias: AttentionBias {
  private let enter: Linear
  private let leave: Linear
  private let lookup: RelativePositionLookup
  /// `[offsets, 2]`.
  private let offsets: Tensor

  /// - Parameters:
  ///   - path: Where the network stands.
  ///   - heads: Its outputs.
  ///   - lookup: The offsets of the window's pairs.
  ///   - window: Rows and columns of the window.
  ///   - reference: Rows and columns of the window that it was trained for first.
  /// - Throws: `EngineError`.
  init(
    _ path: ParameterPath, heads: Int, _ lookup: RelativePositionLookup, window: [Int],
    reference: [Int]
  ) throws {
    enter = try .ofTokens(path / "cpb_mlp" / 0, from: 2, to: 512)
    leave = try .ofTokens(path / "cpb_mlp" / 2, from: 512, to: heads, hasBias: false)
    self.lookup = lookup
    offsets = try Tensor(
      Self.coordinates(window: window, reference: reference), shape: [lookup.rowCount, 2])
  }

  /// Row and column of each offset *d*: sign(*d*) log₂(1 + 8 |*d*| / (reference − 1)) / 3.
  static func coordinates(window: [Int], reference: [Int]) -> [Float] {
    func scaled(_ offset: Int, _ axis: Int) -> Float {
      let share = 8 * abs(Double(offset)) / Double(max(1, reference[axis] - 1))
      return Float(log2(1 + share) / 3) * (offset < 0 ? -1 : 1)
    }
    var values: [Float] = []
    for row in 1 - window[0]..<window[0] {
      for column in 1 - window[1]..<window[1] { values += [scaled(row, 0), scaled(column, 1)] }
    }
    return values
  }

  func callAsFunction() throws -> Tensor {
    let hidden = try enter(offsets.matching(enter.weight.value), .evaluation).relu()
    return try lookup(leave(hidden, .evaluation)).sigmoid() * 16
  }
}
