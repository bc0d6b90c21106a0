import CredenceErrorAnalysis
import CredenceReports
import Foundation
import Testing

@Suite struct ErrorReportTests {
  private static func statistics(
    _ analysis: SmallAnalysis, groups: [String] = ["all", "organism"]
  ) throws -> MistakeStatistics {
    let rows = try MistakeCounter(
      samples: analysis.samples, groups: ClassGroups(classCount: 3, ancestorNames: nil),
      classCount: 3
    ).statistics(of: analysis.tables)
    var statistics = rows
    statistics.groups = groups.map {
      MistakeStatistics.Group(name: $0, rows: rows.groups[0].rows)
    }
    return statistics
  }

  private static func confident(_ analysis: SmallAnalysis) throws -> ConfidentMistakes {
    try ConfidentMistakes(
      analysis.tables[0], confidences: RowConfidences(confidences: [0.9, 0.8, 0.7, 0.6]),
      samples: analysis.samples)
  }

  @Test func `one model has bars by group, several a chart for each group`() throws {
    let one = try SmallAnalysis(models: ["only"])
    let single = ErrorReport(statistics: try Self.statistics(one), classes: one.classes)
    #expect(single.charts.map(\.id) == ["error-budget", "error-budget-groups"])
    let two = try SmallAnalysis()
    let several = ErrorReport(
      statistics: try Self.statistics(two), confident: [try Self.confident(two)],
      classes: two.classes)
    #expect(
      several.charts.map(\.id) == ["error-budget", "error-budget-organism", "risk-by-type-1"])
  }

  @Test func `every mistake is in a bar, and shares add up to one`() throws {
    let analysis = try SmallAnalysis()
    let chart = try #require(
      ErrorReport(statistics: try Self.statistics(analysis), classes: analysis.classes).charts.first
    )
    let rows = try #require(chart.view.data?.values)
    #expect(rows.count == 2 * ErrorType.mistakes.count)
    func sum(_ key: String, of bar: String) -> Double {
      rows.filter { $0["bar"] == .text(bar) }.reduce(0) {
        if case .number(let number)? = $1[key] { $0 + number } else { $0 }
      }
    }
    #expect(sum("count", of: "first") == 2)
    #expect(abs(sum("share", of: "second") - 1) < 1e-6)
  }

  @Test func `the page says what stays unexplained, and shows the surest such mistakes`() throws {
    let analysis = try SmallAnalysis(models: ["only"])
    var report = ErrorReport(
      statistics: try Self.statistics(analysis), confident: [try Self.confident(analysis)],
      classes: analysis.classes)
    report.notes = ["oov=skipped"]
    let page = try report.page()
    #expect(
      page.contains(
        "only: of 2 mistakes, 50.00 % are right under a wider reading of the labels, and 50.00 % stay unexplained."
      ))
    #expect(page.contains("<p class=\"file\">b/3.png</p>"))
    #expect(page.contains("Confidence: 0.7000"))
    #expect(page.contains("<li>oov=skipped</li>"))
  }

  @Test func `no model and no mistake make a page too`() throws {
    let analysis = try SmallAnalysis(models: [])
    let empty = ErrorReport(statistics: try Self.statistics(analysis), classes: analysis.classes)
    #expect(empty.charts.isEmpty)
    #expect(try empty.page().contains("No model was analyzed."))
  }

  @Test func `names never become markup`() throws {
    let analysis = try SmallAnalysis(
      files: ["\"><img src=x>", "a/2.png", "<b>.png", "c/4.png"],
      names: [SmallAnalysis.hostile, SmallAnalysis.hostile + "2", "c"],
      models: [SmallAnalysis.hostile])
    let page = try ErrorReport(
      statistics: try Self.statistics(analysis), confident: [try Self.confident(analysis)],
      classes: analysis.classes
    ).page()
    let body = page.components(separatedBy: "<script type=\"application/json\"")[0]
    #expect(!body.contains("<img"))
    #expect(!body.contains("<b>.png"))
    #expect(page.matches(of: /<\/script>/).count == 3)
  }

  @Test(.enabled(if: Browser.path != nil, "needs Chromium"))
  func `a browser draws the charts without an error`() throws {
    let analysis = try SmallAnalysis(models: ["a", SmallAnalysis.hostile, "c"])
    let page = try ErrorReport(
      statistics: try Self.statistics(analysis), confident: [try Self.confident(analysis)],
      classes: analysis.classes
    ).page()
    #expect(try Browser.outcome(of: page) == Outcome(charts: 3, drawn: 3, errors: "0"))
  }
}
