import Foundation

/// The rule by which the widths of a RegNet's stages follow from a few numbers.
///
/// Block *j* of a network would have *w*₀ + *w*ₐ *j* channels; that is rounded to a power of *w*ₘ times *w*₀, then to a multiple of eight.
/// Neighbors of equal width form a stage, whose width is at last fitted to whole groups.
///
/// - Note: Radosavovic et al., CVPR 2020, arXiv:2003.13678, equations 2 to 4.
package struct RegNetWidths: Sendable {
  /// How widths are fitted to the width of a group.
  package enum Fit: Sendable {
    /// To the nearest multiple, halves to the even one.
    case nearest
    /// To the nearest multiple that leaves at least nine tenths, as torchvision does.
    case mostlyKept
  }

  /// One stage.
  package struct Stage: Hashable, Sendable {
    package var depth: Int
    package var width: Int
    package var groupWidth: Int
  }

  /// *w*₀, a multiple of eight.
  package var initial: Int
  /// *w*ₐ.
  package var slope: Double
  /// *w*ₘ, more than 1.
  package var multiplier: Double
  /// The number of blocks.
  package var depth: Int
  package var groupWidth: Int
  package var fit: Fit

  package init(
    initial: Int, slope: Double, multiplier: Double, depth: Int, groupWidth: Int,
    fit: Fit = .nearest
  ) {
    self.initial = initial
    self.slope = slope
    self.multiplier = multiplier
    self.depth = depth
    self.groupWidth = groupWidth
    self.fit = fit
  }

  /// The stages in order.
  package var stages: [Stage] {
    var stages: [Stage] = []
    for block in 0..<depth {
      let growth = (Double(initial) + slope * Double(block)) / Double(initial)
      let exponent = (log(growth) / log(multiplier)).rounded(.toNearestOrEven)
      let exact = Double(initial) * pow(multiplier, exponent)
      let width = 8 * Int((exact / 8).rounded(.toNearestOrEven))
      if let last = stages.last, last.width == width {
        stages[stages.count - 1].depth += 1
      } else {
        stages.append(Stage(depth: 1, width: width, groupWidth: min(groupWidth, width)))
      }
    }
    return stages.map { stage in
      var stage = stage
      let group = stage.groupWidth
      let groups = (Double(stage.width) / Double(group)).rounded(.toNearestOrEven)
      stage.width =
        fit == .nearest
        ? group * Int(groups) : Divisible.nearest(Double(stage.width), by: group)
      return stage
    }
  }
}
