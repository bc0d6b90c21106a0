import CredenceNN
import CredenceTensor
import Foundation

/// A small network's opinion of each offset between two tokens, added to attention's scores.
///
/// It sees offsets on a logarithmic scale, so that it serves windows of other sizes than it was trained for.
///
/// - Note: Liu et al., Swin V2, CVPR 2022, arXiv:2111.09883.
package struct ContinuousPositionBias: AttentionBias {
  package enum Form {
    /// Swin V2's: offsets relative to a window that the network was trained for first, opinions from 0 to 16.
    case bounded(reference: [Int])
    /// That of timm's MaxViT and CoAtNet: offsets in tokens, any opinions, and this many hidden features.
    case unbounded(hidden: Int)
  }

  private let form: Form
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
  ///   - form: What the network sees and says.
  /// - Throws: `EngineError`.
  init(
    _ path: ParameterPath, heads: Int, _ lookup: RelativePositionLookup, window: [Int],
    _ form: Form
  ) throws {
    self.form = form
    switch form {
    case .bounded:
      enter = try .ofTokens(path / "cpb_mlp" / 0, from: 2, to: 512)
      leave = try .ofTokens(path / "cpb_mlp" / 2, from: 512, to: heads, hasBias: false)
    case .unbounded(let hidden):
      enter = try .ofTokens(path / "mlp" / "fc1", from: 2, to: hidden)
      leave = try .ofTokens(path / "mlp" / "fc2", from: hidden, to: heads)
    }
    self.lookup = lookup
    offsets = try Tensor(
      Self.coordinates(window: window, form), shape: [lookup.rowCount, 2])
  }

  /// Row and column of each offset *d*, as the network sees them.
  ///
  /// Bounded: sign(*d*) log₂(1 + 8 |*d*| / (reference − 1)) / 3; unbounded: sign(*d*) ln(1 + |*d*|).
  package static func coordinates(window: [Int], _ form: Form) -> [Float] {
    func scaled(_ offset: Int, _ axis: Int) -> Float {
      let distance = abs(Double(offset))
      let value =
        switch form {
        case .bounded(let reference):
          log2(1 + 8 * distance / Double(max(1, reference[axis] - 1))) / 3
        case .unbounded: log(1 + distance)
        }
      return Float(offset < 0 ? -value : value)
    }
    var values: [Float] = []
    for row in 1 - window[0]..<window[0] {
      for column in 1 - window[1]..<window[1] { values += [scaled(row, 0), scaled(column, 1)] }
    }
    return values
  }

  func callAsFunction() throws -> Tensor {
    let hidden = try enter(offsets.matching(enter.weight.value), .evaluation).relu()
    let opinions = try lookup(leave(hidden, .evaluation))
    switch form {
    case .bounded: return try opinions.sigmoid() * 16
    case .unbounded: return opinions
    }
  }
}
