import CredenceErrorAnalysis

/// Every figure of the published study.
public enum ErrorFigureCatalog {
  /// The figures of a data set, in the published order.
  ///
  /// - Parameter dataset: `imagenet-a`; those of `imagenet` for every other name.
  /// - Returns: 47 and five more for `imagenet`, 48 for `imagenet-a`.
  public static func figures(of dataset: String) -> [ErrorFigure] {
    dataset == "imagenet-a" ? imageNetA : imageNet
  }

  /// The file names of figures: published, and with `_2` and so on where one run has a name again, which the published program overwrites.
  public static func names(of figures: [ErrorFigure]) -> [String] {
    var counts: [String: Int] = [:]
    return figures.map { figure in
      counts[figure.name, default: 0] += 1
      let count = counts[figure.name, default: 1]
      return count == 1 ? figure.name : "\(figure.name)_\(count)"
    }
  }

  private static let imageNet = blocks.flatMap { $0.figures(dataset: "imagenet") }
  private static let imageNetA = blocksOfImageNetA.flatMap { $0.figures(dataset: "imagenet-a") }
}

extension ErrorFigureCatalog {
  /// Figures that share their columns.
  struct Block {
    let family: String
    let x: ErrorFigure.Axis
    let y: String
    let rows: [Row]

    init(_ family: String, x: ErrorFigure.Axis, y: String, _ rows: [Row]) {
      self.family = family
      self.x = x
      self.y = y
      self.rows = rows
    }

    func figures(dataset: String) -> [ErrorFigure] {
      rows.map { row in
        ErrorFigure(
          dataset: dataset, family: family, groups: row.groups, x: x,
          y: ErrorFigure.Axis(
            column: y, lower: row.limits.lowerBound, upper: row.limits.upperBound, firstTick: 0,
            step: row.step, lastTick: row.lastTick), computation: row.computation,
          isPercent: row.isPercent, yTitle: row.title, notes: row.notes, hasLegend: row.hasLegend,
          isPublished: row.isPublished)
      }
    }
  }

  /// What tells a figure from others of its block.
  struct Row {
    let groups: [ClassGroup]
    let computation: ErrorFigure.Computation
    let limits: ClosedRange<Double>
    let step: Double
    let lastTick: Double
    let title: String
    let notes: [ErrorFigure.Note]
    let hasLegend: Bool
    let isPercent: Bool
    let isPublished: Bool

    init(
      _ groups: [ClassGroup], _ computation: ErrorFigure.Computation,
      _ limits: ClosedRange<Double>, by step: Double, lastTick: Double? = nil, _ title: String,
      _ notes: [ErrorFigure.Note] = [], hasLegend: Bool = true, isPercent: Bool = true,
      isPublished: Bool = true
    ) {
      self.groups = groups
      self.computation = computation
      self.limits = limits
      self.step = step
      self.lastTick = lastTick ?? limits.upperBound
      self.title = title
      self.notes = notes
      self.hasLegend = hasLegend
      self.isPercent = isPercent
      self.isPublished = isPublished
    }
  }
}

extension [ClassGroup] {
  static let pair: Self = [.organism, .artifact]
  static let three: Self = [.organism, .artifact, .other]
  static let everything: Self = [.all]
}

extension ErrorFigure.Note {
  static func organisms(_ x: Double, _ y: Double) -> Self { Self(x: x, y: y, text: "organisms") }
  static func artifacts(_ x: Double, _ y: Double) -> Self { Self(x: x, y: y, text: "artifacts") }
  static func others(_ x: Double, _ y: Double) -> Self { Self(x: x, y: y, text: "others") }
}

extension ErrorFigure.Axis {
  /// A horizontal axis whose ticks begin at its lower end.
  init(_ column: String, _ limits: ClosedRange<Double>, by step: Double) {
    self.init(
      column: column, lower: limits.lowerBound, upper: limits.upperBound,
      firstTick: limits.lowerBound, step: step, lastTick: limits.upperBound)
  }

  static let accuracy = Self("top1_val_acc", 50...95, by: 15)
  static let multiLabelAccuracy = Self("mla_all", 60...100, by: 20)
  static let accuracyOnA = Self("imagenet_a_top1_val_acc", 0...70, by: 10)
  static let accuracyOnImageNet = Self("imagenet_top1_val_acc", 50...95, by: 15)
  static let multiLabelAccuracyOnImageNet = Self("imagenet_mla_val_acc", 60...100, by: 10)
}

/// Words above vertical axes that several figures share.
enum ErrorFigureTitle {
  static let ofGroupErrors = "Portion of Group's Top-1 Errors [%]"
  static let ofAllErrors = "Portion of All Top-1 Errors [%]"
  static let ofGroupMultiLabelErrors = "Portion of Group's Multi-Label Errors [%]"
  static let ofAllMultiLabelErrors = "Portion of All Multi-Label Errors [%]"
  static let errors = "# Top-1 Errors"
  static let multiLabelErrors = "# Multi-Label Errors"
  static let failures = "# Model Failures"
  static let failuresOfGroup = "Multi-Label Failures (MLF) / Group's Multi-Label Errors (MLE)"
  static let failuresOfAll = "Multi-Label Failures (MLF) / All Multi-Label Errors (MLE)"
}
