import CredenceEvaluation
import CredenceMetrics
import CredenceReports
import Testing

@Suite struct ShiftFormatTests {
  /// Models that lose accuracy with severity, under the standard corruptions.
  static func report(
    models: [String], reference: ShiftReport.Reference = .published(.alexNet),
    corruptions: [String] = CorruptionReference.alexNet.corruptions
  ) throws -> ScoreReport {
    var rows: [ShiftReport.Row] = []
    for (index, model) in models.enumerated() {
      for (place, corruption) in ([nil] + corruptions.map(Optional.some)).enumerated() {
        for severity in corruption == nil ? [0] : Array(1...5) {
          var row = ResultRow(model: model, dataset: "c", samples: 1000, classes: 1000)
          let accuracy = 0.8 - 0.01 * Double(index) - 0.001 * Double(place)
          row.metrics = [
            "accuracy": accuracy - 0.1 * Double(severity),
            "auroc": 0.9 - 0.02 * Double(severity), "ece": 0.02 + 0.03 * Double(severity),
          ]
          rows.append(
            ShiftReport.Row(
              model: model,
              shift: corruption.map { NamedDataset.Shift(corruption: $0, severity: severity) },
              row: row))
        }
      }
    }
    let shift = try ShiftReport(
      dataset: "imagenet-c", rows: rows, reference: reference, columns: SyntheticReports.columns)
    return ScoreReport(entries: [], columns: SyntheticReports.columns, shifts: [shift])
  }

  /// One model, one corruption, one severity.
  static func small(_ model: String) throws -> ScoreReport {
    var row = ResultRow(model: model)
    row.metrics = ["accuracy": 0.75]
    row.unavailable = ["auroc": "there are no wrong predictions"]
    let rows = [
      ShiftReport.Row(model: model, shift: .init(corruption: "fog", severity: 2), row: row)
    ]
    let shift = try ShiftReport(dataset: "c", rows: rows, columns: [])
    return ScoreReport(entries: [], columns: [], shifts: [shift])
  }

  @Test func `every value has its record, and what is missing its reason`() throws {
    #expect(
      try ShiftCSV().text(of: Self.small("a"))
        == [
          "dataset,model,confidence,rescaling,corruption,severity,metric,value,unavailable",
          "c,a,msp,none,clean,0,error,,there are no results without corruption",
          "c,a,msp,none,fog,2,error,0.25,", "c,a,msp,none,mean,2,error,0.25,",
          "c,a,msp,none,clean,0,accuracy,,there are no results without corruption",
          "c,a,msp,none,fog,2,accuracy,0.75,", "c,a,msp,none,mean,2,accuracy,0.75,", "",
        ].joined(separator: "\r\n"))
    #expect(
      try CorruptionErrorsCSV().text(of: Self.small("a"))
        == [
          "dataset,model,reference,corruption,clean_error,error,ce,relative_ce,unavailable",
          "c,a,,fog,,0.25,,,there are no results without corruption; no reference model was chosen",
          "c,a,,mean,,0.25,,,there are no results without corruption; no reference model was chosen",
          "",
        ].joined(separator: "\r\n"))
  }

  @Test func `names with commas, quotes and line breaks read back`() throws {
    let report = try Self.small(SmallReports.hostileName)
    for text in [ShiftCSV().text(of: report), CorruptionErrorsCSV().text(of: report)] {
      for record in CSVParser.records(text).dropFirst() {
        #expect(Array(record[1]) == Array(SmallReports.hostileName))
        #expect(record.count == 9)
      }
    }
    #expect(!ShiftTable().text(of: report).contains("\u{1B}"))
  }

  @Test func `the table has errors against the reference and severity curves`() throws {
    let text = try ShiftTable().text(of: Self.report(models: ["resnet50", "vit"]))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "imagenet-c · 15 corruptions · 5 severities · errors against AlexNet")
    #expect(lines[1] == "Model     Clean error  Mean error      mCE  Relative mCE")
    #expect(lines[2].hasPrefix("resnet50      20.00 %     50.80 %  "))
    #expect(text.contains("\nAccuracy by severity, averaged over corruptions\n"))
    #expect(lines.allSatisfy { $0.count <= ScoreTable.width })
    let missing = try ShiftTable().text(of: Self.small("a"))
    #expect(missing.contains("– mCE, relative mCE: no reference model was chosen."))
  }

  @Test func `a long list of models stays within the table's width`() throws {
    let names = (0..<20).map { String(repeating: "long", count: 30) + "\($0)" }
    let text = try ShiftTable().text(of: Self.report(models: names))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= ScoreTable.width })
  }

  @Test func `a few models have a color each; of many, three`() throws {
    for (count, colors) in [(2, 2), (12, 12), (30, 3)] {
      let report = try Self.report(models: (0..<count).map { "model \($0)" })
      let chart = try #require(report.charts.first { $0.id == "shift-severity" })
      let panels = try #require(chart.view.vconcat)
      #expect(panels.count == 3)
      let layers = try #require(panels[0].layer)
      let colored = try #require(layers.last?.data?.values)
      #expect(Set(colored.map { $0["model"] }).count == colors)
      #expect(layers.count == (count > 12 ? 2 : 1))
      // Each curve begins with the images without corruption.
      #expect(colored.count == colors * 6)
      #expect(report.charts.contains { $0.id == "shift-corruptions" } == (count <= 12))
    }
  }

  @Test func `the page has a section per corruption tree`() throws {
    var report = try Self.report(models: ["resnet50", "vit"])
    let page = try ScorePage().text(of: report)
    #expect(page.contains("<h2>Distribution shift: imagenet-c</h2>"))
    #expect(page.contains("data-chart=\"shift-severity\""))
    report.shifts += try Self.small("x").shifts
    let second = try ScorePage().text(of: report)
    #expect(second.contains("<h2>Distribution shift: c</h2>"))
    #expect(second.contains("data-chart=\"shift-severity-2\""))
    let ids = report.charts.map(\.id)
    #expect(Set(ids).count == ids.count)
  }

  @Test func `a report without corruptions is as before`() {
    let report = SmallReports.one
    #expect(CSVParser.records(ShiftCSV().text(of: report)).count == 1)
    #expect(!ScoreTable().text(of: report).contains("corrupt"))
    #expect(!report.charts.contains { $0.id.hasPrefix("shift") })
  }
}
