import CredenceEvaluation
import CredenceReports
import Testing

@Suite struct ScoreCSVTests {
  @Test func `a row per record, with CRLF, shortest numbers and empty cells for what is missing`() {
    #expect(
      ScoreCSV().text(of: SmallReports.one)
        == [
          "model,file,dataset,split,samples,classes,confidence,rescaling,temperature,accuracy,auroc,sac_0.99,ece,nll,"
            + "accuracy_low,accuracy_high,auroc_low,auroc_high",
          "resnet50,a.npz,imagenet,val,50000,1000,msp,none,,0.7613,0.8576531,0.3125,0.0371,,0.7575,0.765,0.8531,0.862",
          "resnet50,a.npz,imagenet,val,50000,1000,msp,temperature,1.2345,0.7613,0.8576531,0.3125,0.0123,,0.7575,0.765,"
            + "0.8531,0.862",
          "",
        ].joined(separator: "\r\n"))
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `everything reads back as it was`(seed: UInt64) throws {
    let report = RandomReports.score(seed: seed)
    let records = CSVParser.records(ScoreCSV().text(of: report))
    let header = try #require(records.first)
    #expect(records.count == report.entries.count + 1)
    #expect(Set(header).count == header.count)
    for (record, entry) in zip(records.dropFirst(), report.entries) {
      #expect(record.count == header.count)
      let cells = Dictionary(uniqueKeysWithValues: zip(header, record))
      #expect(cells["model"].map(Array.init) == Array(entry.row.model))
      #expect(cells["file"].map(Array.init) == Array(entry.row.file))
      for column in report.columns {
        let cell = cells[column.id] ?? ""
        let value = entry.row.metrics[column.id]
        #expect(
          Double(cell)?.bitPattern == value?.bitPattern || (value?.isNaN == true && cell == "nan"))
      }
    }
  }

  @Test func `a parameter that is named like another column keeps its own`() {
    var report = SmallReports.one
    report.entries[1].row.parameters = ["accuracy": 0.5]
    let header = CSVParser.records(ScoreCSV().text(of: report))[0]
    #expect(header.contains("parameter_accuracy"))
    #expect(Set(header).count == header.count)
  }

  @Test func `every point of every curve has its record`() {
    let report = SyntheticReports.report(models: ["a,b"], classes: 5)
    let records = CSVParser.records(ScoreCurvesCSV().text(of: report))
    var points = 0
    for curves in report.entries.map(\.diagnostics) {
      points += curves.riskCoverage.count + curves.oracle.count + curves.roc.count
      points += curves.reliability.count + curves.histogram.count
    }
    #expect(records.count == points + 1)
    #expect(
      records[1].prefix(8) == [
        "a,b", "predictions/a,b__imagenet__val.safetensors", "imagenet", "val", "msp", "none",
        "risk_coverage", "0",
      ])
    let classes = CSVParser.records(ScoreClassesCSV().text(of: report))
    #expect(classes.count == 2 * 5 + 1)
  }
}
