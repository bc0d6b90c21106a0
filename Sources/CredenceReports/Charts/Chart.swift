public import CredenceEvaluation

/// A drawing of a part of a report: a Vega-Lite specification with the words around it.
public struct Chart: Identifiable, Hashable, Sendable {
  /// Unique in the report and fit for a file name, such as `risk-coverage` or `reliability-2`.
  public let id: String
  public let title: String
  /// What the reader sees and how to read it, in one or two sentences; also the text for those who can't see it.
  public let caption: String
  /// The subject that the chart is about; empty where it is about all.
  package let subject: String
  /// Whether the page gives it the room of two.
  package let isWide: Bool
  package let view: VegaLite.View
  /// The view for files, complete with its configuration, where it differs from that of the page.
  package let paperView: VegaLite.View?

  package init(
    id: String, title: String, caption: String, subject: String = "", isWide: Bool = false,
    view: VegaLite.View, paperView: VegaLite.View? = nil
  ) {
    self.id = id
    self.title = title
    self.caption = caption
    self.subject = subject
    self.isWide = isWide
    self.view = view
    self.paperView = paperView
  }

  /// The view with the text for those who can't see it.
  package var describedView: VegaLite.View {
    var view = view
    view.description = "\(title). \(caption)"
    return view
  }

  /// The whole specification, which any Vega-Lite 6 program can draw.
  ///
  /// - Returns: JSON with the light theme and the title inside, unless the chart has a form of its own for paper.
  public func specification() throws -> String {
    var view = paperView ?? describedView
    view.schema = "https://vega.github.io/schema/vega-lite/v6.json"
    if paperView == nil {
      view.title = title
      view.config = ChartTheme.light.config
    }
    return try JSONText.encode(view)
  }
}

/// A kind of chart and the function that draws it.
public struct ChartDescriptor<Report>: Identifiable, Sendable {
  public let id: String
  public let title: String
  /// No chart where the report lacks what it shows.
  let make: @Sendable (Report) -> [Chart]
}

extension ChartDescriptor<ScoreReport> {
  /// Every chart of `credence score`, in the order of the page.
  public static let all: [Self] = [
    .riskCoverage, .generalizedRiskCoverage, .roc, .accuracyAndMetrics, .shift, .reliability,
    .confidenceHistogram, .classScatter,
  ]
}

extension ScoreReport {
  /// Every chart that this report has the numbers for.
  public var charts: [Chart] { ChartDescriptor<ScoreReport>.all.flatMap { $0.make(self) } }
}

extension ChartDescriptor<ComparisonReport> {
  /// Every chart of `credence compare`, in the order of the page.
  public static let all: [Self] = [.ranks, .differences, .classWins]
}

extension ComparisonReport {
  /// Every chart that this comparison has the numbers for.
  public var charts: [Chart] { ChartDescriptor<ComparisonReport>.all.flatMap { $0.make(self) } }
}

/// The curves of a report, each with the name under which a chart shows it.
struct NamedEntries {
  let names: [String]
  let entries: [ScoreEntry]
  /// The color of each: rows that differ only in their rescaling share their subject's name here.
  let subjects: [String]
  let rescalings: [String]

  init(_ report: ScoreReport) {
    let labels = EntryLabels(report.entries.map(\.row))
    // A chart separates series by name, so names must be unique.
    var seen: [String: Int] = [:]
    names = labels.labels.map { label in
      seen[label, default: 0] += 1
      let count = seen[label, default: 1]
      return count == 1 ? label : "\(label) (\(count))"
    }
    entries = report.entries
    subjects = labels.subjects
    rescalings = labels.rescalings
  }

  var uniqueSubjects: [String] {
    subjects.enumerated().filter { subjects.firstIndex(of: $0.element) == $0.offset }.map(\.element)
  }

  /// The rows, with the position of each: all of one subject.
  func members(of subject: String) -> [Int] { subjects.indices.filter { subjects[$0] == subject } }
}
