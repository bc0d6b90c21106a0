import CredenceEvaluation
import CredenceReports
import Foundation
import Testing

@Suite struct ChartTests {
  static let charts =
    SyntheticReports.report(models: ["a", "b"], classes: 9).charts
    + SyntheticReports.report(models: (0..<14).map { "net\($0)" }, classes: 3).charts.filter {
      $0.subject.isEmpty
    }
    + ((try? ShiftFormatTests.report(models: (0..<14).map { "net\($0)" }).charts) ?? [])
    + SyntheticReports.report(models: ["a"], classes: 4).charts
    + SyntheticReports.comparison(models: ["a", "b", "c"]).charts

  @Test func `a report has every chart, each with its own file name`() throws {
    var report = SyntheticReports.report(models: ["a", "b"], classes: 9)
    report.shifts = try ShiftFormatTests.report(models: ["a", "b"]).shifts
    for id in ChartDescriptor<ScoreReport>.all.map(\.id) {
      let prefix = id == "accuracy-and-metrics" ? "accuracy-" : id
      #expect(report.charts.contains { $0.id.hasPrefix(prefix) }, "\(id)")
    }
    let comparison = SyntheticReports.comparison(models: ["a", "b", "c"])
    for id in ChartDescriptor<ComparisonReport>.all.map(\.id) {
      #expect(comparison.charts.contains { $0.id.hasPrefix(id) }, "\(id)")
    }
    for charts in [report.charts, comparison.charts] {
      let ids = charts.map(\.id)
      #expect(Set(ids).count == ids.count)
      #expect(ids.allSatisfy { $0.wholeMatch(of: /[a-z0-9.\-]+/) != nil })
    }
  }

  @Test func `what has no numbers has no chart`() {
    #expect(SmallReports.one.charts.isEmpty)
    #expect(ScoreReport(entries: [], columns: []).charts.isEmpty)
  }

  @Test(arguments: charts)
  func `a specification survives JSON and names its schema`(_ chart: Chart) throws {
    let text = try chart.specification()
    let view = try JSONDecoder().decode(VegaLite.View.self, from: Data(text.utf8))
    #expect(view.schema == "https://vega.github.io/schema/vega-lite/v6.json")
    #expect(view.title == chart.title)
    #expect(view.encoding == chart.view.encoding)
    #expect(view.layer == chart.view.layer)
    #expect(view.vconcat == chart.view.vconcat)
    #expect(!chart.caption.isEmpty)
  }

  @Test(arguments: charts)
  func `every field that is drawn stands in the data`(_ chart: Chart) {
    #expect(Self.missingFields(in: chart.view, data: nil) == [])
  }

  @Test func `curves rise in coverage and keep their steps`() throws {
    let charts = SyntheticReports.report(models: ["a"], classes: 3).charts
    let chart = try #require(charts.first { $0.id == "risk-coverage" })
    #expect(chart.view.mark?.interpolate == "step-before")
    let rows = try #require(chart.view.data?.values)
    let kinds = Set(rows.compactMap { $0["kind"] })
    #expect(kinds == [.text("before"), .text("after temperature"), .text("best possible")])
  }

  @Test(arguments: [ChartTheme.light, .dark])
  func `colors stand out from their background`(_ theme: ChartTheme) throws {
    for color in theme.series {
      #expect(try Self.contrast(color, theme.background) >= 3, "\(color)")
    }
    for color in [theme.ink, theme.faintInk] {
      #expect(try Self.contrast(color, theme.background) >= 4.5, "\(color)")
    }
    #expect(Set(theme.series).count == 8)
  }

  /// Fields of encodings that no row has.
  private static func missingFields(in view: VegaLite.View, data: VegaLite.Data?) -> [String] {
    let data = view.data ?? data
    let known = Set((data?.values ?? []).flatMap(\.keys))
    var missing: [String] = []
    for encoding in (view.encoding ?? [:]).values {
      let fields: [VegaLite.Field]
      switch encoding {
      case .field(let field): fields = [field]
      case .fields(let list): fields = list
      }
      missing += fields.compactMap(\.field).filter { !known.contains($0) }
    }
    let parts = (view.layer ?? []) + (view.vconcat ?? [])
    return missing + parts.flatMap { missingFields(in: $0, data: data) }
  }

  /// The contrast ratio of WCAG 2.2.
  private static func contrast(_ first: String, _ second: String) throws -> Double {
    func luminance(_ color: String) throws -> Double {
      let bits = try #require(Int(color.dropFirst(), radix: 16))
      let parts = [16, 8, 0].map { shift in
        let part = Double((bits >> shift) & 0xFF) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    let values = try [luminance(first), luminance(second)].sorted()
    return (values[1] + 0.05) / (values[0] + 0.05)
  }
}
