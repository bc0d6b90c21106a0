public import CredenceErrorAnalysis

/// A published figure: how often a kind of mistake occurs, against the accuracy of the models.
///
/// Every point is a model; every group of classes is a cloud of points.
public struct ErrorFigure: Hashable, Sendable {
  /// What a count of mistakes is divided by.
  public enum Computation: String, CaseIterable, Codable, Hashable, Sendable {
    /// Nothing.
    case absolute = "abs"
    /// The group's mistakes that are wrong under every label.
    case groupMultiLabelErrors = "relative_to_group_mle"
    /// The group's mistakes.
    case groupTop1Errors = "relative_to_group_top1_err"
    /// All mistakes that are wrong under every label.
    case allMultiLabelErrors = "relative_to_all_mle"
    /// All mistakes.
    case allTop1Errors = "relative_to_all_top1_err"
    /// The group's images.
    case groupSamples = "relative_to_num_group_samples"
  }

  /// An axis: its column, ends, and the distance of its ticks.
  public struct Axis: Hashable, Sendable {
    public var column: String
    public var lower: Double
    public var upper: Double
    /// The first tick is the lower end of a horizontal axis, and 0 on a vertical one.
    public var firstTick: Double
    public var step: Double
    /// The last tick may be beyond the upper end.
    public var lastTick: Double

    package init(
      column: String, lower: Double, upper: Double, firstTick: Double, step: Double,
      lastTick: Double
    ) {
      self.column = column
      self.lower = lower
      self.upper = upper
      self.firstTick = firstTick
      self.step = step
      self.lastTick = lastTick
    }

    /// The ticks.
    public var ticks: [Double] {
      let count = Int(((lastTick - firstTick) / step + 1e-9).rounded(.down))
      return (0...max(0, count)).map { firstTick + Double($0) * step }
    }

    /// The ends, widened to the ticks: as published, where ticks were set after the ends.
    public var limits: ClosedRange<Double> {
      min(lower, ticks.first ?? lower)...max(upper, ticks.last ?? upper)
    }
  }

  /// A name beside a cloud of points.
  public struct Note: Hashable, Sendable {
    public let x: Double
    public let y: Double
    public let text: String
  }

  /// `imagenet` or `imagenet-a`.
  public let dataset: String
  /// The family that it belongs to: `ErrorFigureFamily.id`.
  public let family: String
  public var groups: [ClassGroup]
  public var x: Axis
  public var y: Axis
  public let computation: Computation
  /// Whether shares are in per cent.
  public let isPercent: Bool
  /// The words above the vertical axis.
  public let yTitle: String
  public var notes: [Note]
  public let hasLegend: Bool
  /// Whether the published program draws it; it left some out by mistake.
  public let isPublished: Bool
  /// The column that shapes tell apart.
  public var marker = "arch_family"
  /// The column that colors show.
  public var color = "training_data_size"

  /// The words at the horizontal axis, as published.
  public var xTitle: String {
    let prefix =
      x.column.hasPrefix("imagenet_a_")
      ? "ImageNet-A " : x.column.hasPrefix("imagenet_") ? "ImageNet " : ""
    return prefix + (x.column.contains("mla") ? "MLA [%]" : "Top-1 Accuracy [%]")
  }

  /// The published file name, without its ending.
  public var name: String {
    "x_axis=\(x.column)_y_axis=\(y.column)_\(computation.rawValue)_marker=\(marker)"
      + "_color=\(color)_groups=\(groups.map(\.rawValue).joined(separator: "_"))"
  }

  /// The text as the published figures hold it, which are set with TeX.
  public static func tex(_ text: String) -> String {
    text.replacing("%", with: "\\%").replacing("#", with: "\\#")
  }
}
