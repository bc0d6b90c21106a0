package import CredenceTensor

/// Cuts maps of features into windows of equal size, after an optional cyclic shift.
///
/// - Note: Liu et al., Swin, ICCV 2021, arXiv:2103.14030; windows whose entries are spread over the map as a grid: Tu et al., MaxViT,
///   ECCV 2022, arXiv:2204.01697.
package struct WindowPartition {
  /// Rows and columns of the map.
  package let size: [Int]
  /// Rows and columns of a window.
  package let window: [Int]
  /// How far the map moves up and left first.
  package let shift: [Int]
  /// Whether a window's entries are as far apart as fits, and not neighbors.
  package let isGrid: Bool
  /// Rows and columns of the map after zeros were added below and right.
  private let padded: [Int]

  package init(size: [Int], window: [Int], shift: [Int] = [0, 0], isGrid: Bool = false) {
    self.size = size
    self.window = window
    self.shift = shift
    self.isGrid = isGrid
    padded = zip(size, window).map { ($0 + $1 - 1) / $1 * $1 }
  }

  /// Windows on each side.
  private var counts: [Int] { zip(padded, window).map { $0 / $1 } }

  /// `[batch, rows, columns, width]` as `[batch · windows, tokens, width]`.
  package func divided(_ input: Tensor) throws -> Tensor {
    var map = input
    if shift != [0, 0] { map = try map.rolled(shift.map { -$0 }, along: [1, 2]) }
    if padded != size {
      map = try map.padded([0, 0, 0, padded[1] - size[1], 0, padded[0] - size[0]])
    }
    let (counts, width) = (counts, map.shape[3])
    return try map.reshaped(
      isGrid
        ? [-1, window[0], counts[0], window[1], counts[1], width]
        : [-1, counts[0], window[0], counts[1], window[1], width]
    ).permuted(isGrid ? [0, 2, 4, 1, 3, 5] : [0, 1, 3, 2, 4, 5])
      .reshaped([-1, window[0] * window[1], width])
  }

  /// `[batch · windows, tokens, width]` as `[batch, rows, columns, width]`, shifted back.
  package func joined(_ windows: Tensor) throws -> Tensor {
    let (counts, width) = (counts, windows.shape[2])
    var map = try windows.reshaped([-1, counts[0], counts[1], window[0], window[1], width])
      .permuted(isGrid ? [0, 3, 1, 4, 2, 5] : [0, 1, 3, 2, 4, 5])
      .reshaped([-1, padded[0], padded[1], width])
    if padded != size {
      map = try map.slice(1, from: 0, to: size[0]).slice(2, from: 0, to: size[1])
    }
    return shift == [0, 0] ? map : try map.rolled(shift, along: [1, 2])
  }

  /// What keeps apart, in a shifted window, tokens that were no neighbors: −100, else 0, `[windows, tokens, tokens]` row-major.
  package var maskValues: [Float] {
    let regions = (0..<2).map { axis in
      (0..<padded[axis]).map { place in
        place < padded[axis] - window[axis] ? 0 : place < padded[axis] - shift[axis] ? 1 : 2
      }
    }
    let tokens = window[0] * window[1]
    var values: [Float] = []
    values.reserveCapacity(counts[0] * counts[1] * tokens * tokens)
    for row in 0..<counts[0] {
      for column in 0..<counts[1] {
        let labels = (0..<tokens).map { token in
          3 * regions[0][row * window[0] + token / window[1]]
            + regions[1][column * window[1] + token % window[1]]
        }
        for query in labels {
          for key in labels { values.append(query == key ? 0 : -100) }
        }
      }
    }
    return values
  }

  /// The mask of shifted windows as `[windows, 1, tokens, tokens]`; `nil` without a shift.
  func mask() throws -> Tensor? {
    guard shift != [0, 0] else { return nil }
    let tokens = window[0] * window[1]
    return try Tensor(maskValues, shape: [counts[0] * counts[1], 1, tokens, tokens])
  }
}
