import CredenceEvaluation
import CredenceReports
import Testing

@Suite struct BenchmarkCSVTests {
  @Test func `a model is one record, the published columns first`() {
    #expect(
      BenchmarkCSV().text(of: SmallReports.one)
        == [
          "Architecture,Accuracy,AUROC,AUROC_TS,ECE_15,ECE_15_TS,Coverage_for_Accuracy_99,"
            + "Coverage_for_Accuracy_99_TS,AURC,AURC_TS,dataset,split,samples,classes,confidence,temperature,"
            + "accuracy,accuracy_TS,auroc,auroc_TS,sac_0.99,sac_0.99_TS,ece,ece_TS,nll,nll_TS",
          "resnet50,0.7613,0.8576531,0.8576531,0.0371,0.0123,0.3125,0.3125,,,imagenet,val,50000,1000,msp,1.2345,"
            + "0.7613,0.7613,0.8576531,0.8576531,0.3125,0.3125,0.0371,0.0123,,",
          "",
        ].joined(separator: "\r\n"))
  }

  @Test func `only an error of 15 bins is ECE_15`() throws {
    var report = SmallReports.one
    for index in report.entries.indices {
      report.entries[index].row.definitions["ece"] = "150 equal-width bins"
    }
    let cells = try Self.cells(report, record: 0)
    #expect(cells["ECE_15"] == "")
    #expect(cells["ECE_15_TS"] == "")
    #expect(cells["ece"] == "0.0371")
    #expect(cells["ece_TS"] == "0.0123")
  }

  @Test func `a model without temperature keeps its columns, and policies have no record`() throws {
    var report = SmallReports.one
    report.entries[1].row.rescaling = "threshold"
    let cells = try Self.cells(report, record: 0)
    #expect(cells["Accuracy"] == "0.7613")
    #expect(cells["AUROC_TS"] == "")
    #expect(cells["temperature"] == "")
    #expect(CSVParser.records(BenchmarkCSV().text(of: report)).count == 2)
  }

  @Test func `models, data sets and confidences are told apart, in their first order`() throws {
    var report = SyntheticReports.report(models: ["a", "b"], classes: 5)
    let shifted = report.entries.map { entry in
      var entry = entry
      entry.row.dataset = "imagenet-a"
      return entry
    }
    report.entries += shifted
    report.entries.append(report.entries[0])
    report.entries[8].row.confidence = "entropy"
    let records = CSVParser.records(BenchmarkCSV().text(of: report)).dropFirst()
    #expect(
      records.map { [$0[0], $0[10], $0[14]] } == [
        ["a", "imagenet", "msp"], ["b", "imagenet", "msp"], ["a", "imagenet-a", "msp"],
        ["b", "imagenet-a", "msp"], ["a", "imagenet", "entropy"],
      ])
  }

  @Test func `names with commas, quotes and line breaks read back`() throws {
    let cells = try Self.cells(SmallReports.hostile, record: 1)
    #expect(cells["Architecture"].map(Array.init) == Array(SmallReports.hostileName))
    #expect(cells["nll"] == "0.9876")
  }

  @Test func `without rows the header stands alone`() {
    let records = CSVParser.records(BenchmarkCSV().text(of: ScoreReport(entries: [], columns: [])))
    #expect(records.count == 1)
    #expect(records[0].count == 16)
  }

  private static func cells(_ report: ScoreReport, record: Int) throws -> [String: String] {
    let records = CSVParser.records(BenchmarkCSV().text(of: report))
    let header = try #require(records.first)
    let fields = try #require(records.dropFirst(record + 1).first)
    #expect(header.count == fields.count)
    return Dictionary(uniqueKeysWithValues: zip(header, fields))
  }
}
