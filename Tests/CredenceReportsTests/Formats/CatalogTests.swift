import CredenceEvaluation
import CredenceReports
import Testing

@Suite struct CatalogTests {
  static let reports = [
    SmallReports.one, SmallReports.hostile, ScoreReport(entries: [], columns: []),
    SyntheticReports.report(models: ["a", "b"], classes: 7),
  ]

  @Test func `every format has its own name`() {
    let scores = ReportFormatDescriptor<ScoreReport>.all.map(\.id)
    let comparisons = ReportFormatDescriptor<ComparisonReport>.all.map(\.id)
    #expect(Set(scores).count == scores.count)
    #expect(Set(comparisons).count == comparisons.count)
  }

  @Test(arguments: ReportFormatDescriptor<ScoreReport>.all)
  func `every format writes every score report, down to the last line break`(
    _ format: ReportFormatDescriptor<ScoreReport>
  ) throws {
    for report in Self.reports {
      let text = try format.make().text(of: report)
      #expect(text.utf8.last == 0x0A)
    }
  }

  @Test(arguments: ReportFormatDescriptor<ComparisonReport>.all)
  func `every format writes every comparison, down to the last line break`(
    _ format: ReportFormatDescriptor<ComparisonReport>
  ) throws {
    for models in [["a", "b"], ["a", "b", "c", SmallReports.hostileName]] {
      let text = try format.make().text(of: SyntheticReports.comparison(models: models))
      #expect(text.utf8.last == 0x0A)
    }
  }
}
