import CredenceEvaluation
import CredenceMetrics
import CredencePredictions
import CredenceReports
import Foundation
import Testing

@Suite struct DetectionFormatTests {
  private func row(_ method: String, _ dataset: String, _ split: String, _ area: Double)
    -> ResultRow
  {
    ResultRow(
      model: "net<1>", file: dataset == split ? "" : "\(dataset).npz", dataset: dataset,
      split: split, samples: 200, classes: 10, confidence: method, parameters: ["k": 5],
      metrics: [
        "auroc": area, "fpr95": 0.25, "aupr_in": 0.75, "aupr_out": 0.5, "fpr95_out": 0.125,
      ], intervals: ["auroc": [area - 0.1, area + 0.1]])
  }

  private var report: DetectionReport {
    let points = [
      ROCPoint(falsePositiveRate: 0, truePositiveRate: 0),
      ROCPoint(falsePositiveRate: 1, truePositiveRate: 1),
    ]
    let sets = [("a", "near", 0.5), ("b", "near", 0.75), ("c", "far", 0.875)]
    return DetectionReport(
      model: "net<1>",
      inputs: [
        DetectionInput(
          role: .inDistribution, name: "id", file: "id.npz", samples: 100, accuracy: 0.5)
      ]
        + sets.map {
          DetectionInput(
            role: .outliers, name: $0.0, file: "\($0.0).npz", group: $0.1, samples: 100)
        },
      methods: [
        DetectedMethod(
          id: "knn", title: "Neighbors", source: "paper", parameters: ["k": 5],
          validationAUROC: 0.75, candidateCount: 5),
        DetectedMethod(
          id: "odin", title: "ODIN", source: "paper", parameters: [:],
          unavailable: "it needs the network"),
      ],
      entries: sets.map {
        DetectionEntry(
          row: row("knn", $0.0, $0.1, $0.2), roc: points,
          histogram: [HistogramBin(lower: -1, upper: 0, correct: 100, wrong: 100)])
      },
      groupRows: [row("knn", "near", "mean", 0.625), row("knn", "far", "mean", 0.875)],
      columns: DetectionMetric.all.map {
        MetricColumn(
          id: $0.id, title: $0.descriptor.title, direction: $0.descriptor.direction,
          definition: $0.descriptor.definition, source: $0.descriptor.source)
      })
  }

  private func text(_ id: String) throws -> String {
    let format = try #require(ReportFormatDescriptor<DetectionReport>.all.first { $0.id == id })
    return try format.make().text(of: report)
  }

  @Test func `the table has groups, sets, choices and reasons within 100 columns`() throws {
    let table = try text("table")
    #expect(table.contains("near mean AUROC"))
    #expect(table.contains("– knn: k 5, the best of 5 on the validation sets (AUROC 75.00 %)."))
    #expect(table.contains("– odin: unavailable: it needs the network."))
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func `the leaderboard has OpenOOD's columns and order, in per cent`() throws {
    let lines = try text("leaderboard").split(whereSeparator: \.isNewline)
    #expect(
      lines == [
        "method,dataset,FPR@95,AUROC,AUPR_IN,AUPR_OUT,ACC,FPR@95_low,FPR@95_high,AUROC_low,"
          + "AUROC_high,AUPR_IN_low,AUPR_IN_high,AUPR_OUT_low,AUPR_OUT_high",
        "knn,a,12.5,50.0,75.0,50.0,50.0,,,40.0,60.0,,,,",
        "knn,b,12.5,75.0,75.0,50.0,50.0,,,65.0,85.0,,,,",
        "knn,nearood,12.5,62.5,75.0,50.0,50.0,,,52.5,72.5,,,,",
        "knn,c,12.5,87.5,75.0,50.0,50.0,,,77.5,97.5,,,,",
        "knn,farood,12.5,87.5,75.0,50.0,50.0,,,77.5,97.5,,,,",
      ])
  }

  @Test func `CSV rows are those of score`() throws {
    let lines = try text("csv").split(whereSeparator: \.isNewline)
    #expect(
      lines[0].hasPrefix("model,file,dataset,split,samples,classes,confidence,rescaling,k,fpr95,"))
    #expect(lines.count == 6)
    #expect(lines[4].contains(",near,mean,200,10,knn,"))
  }

  @Test func `JSON survives a round trip`() throws {
    #expect(try DetectionJSON.report(decoding: Data(text("json").utf8)) == report)
    let both = try withScores()
    #expect(try DetectionJSON.report(decoding: Data(DetectionJSON().text(of: both).utf8)) == both)
  }

  /// The report with the scores of its in-distribution set.
  private func withScores() throws -> DetectionReport {
    var settings = ScoreSettings()
    settings.bootstrap.replicates = 5
    let rows = (0..<60).map { row -> [Float] in
      var logits: [Float] = [0, 0, 0]
      logits[row % 7 == 0 ? 1 : row % 3] = 1 + Float(row % 11) / 4
      return logits
    }
    var metadata = PredictionMetadata()
    metadata.model = "net<1>"
    metadata.dataset = "id"
    let set = try PredictionSet(
      .logits(Matrix(rows: rows)), labels: (0..<60).map { Int32($0 % 3) }, metadata: metadata)
    let scores = try Scorer(settings: settings).report([ScoredSet(set, file: "id.npz")])
    var report = report
    report.scores = InDistributionScores(entries: scores.entries, columns: scores.columns)
    return report
  }

  @Test func `the scores of the known classes stand in every form, in rows of score`() throws {
    let report = try withScores()
    let scores = try #require(report.scores)
    #expect(scores.entries.map(\.row.rescaling) == ["none", "temperature"])
    let lines = DetectionCSV().text(of: report).split(whereSeparator: \.isNewline)
    #expect(lines.count == 8)
    let header = lines[0].split(separator: ",").map(String.init)
    #expect(Set(header).count == header.count)
    for key in ["accuracy", "ece", "auroc", "fpr95", "aupr_in", "fpr95_out", "auroc_low"] {
      #expect(header.contains(key), "\(key)")
    }
    #expect(lines[1].hasPrefix("net<1>,id.npz,id,all,60,3,msp,none,"))
    #expect(lines[3].contains(",a.npz,a,near,"))
    let table = DetectionTable().text(of: report)
    #expect(table.contains("The predictions on known classes:"))
    #expect(table.replacing("\n  ", with: " ").contains("of all 60 predictions are right"))
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(DetectionMarkdown().text(of: report).contains("of all 60 predictions are right"))
    let page = try DetectionPage().text(of: report)
    #expect(page.contains("<h2>The predictions on known classes</h2>"))
    #expect(page.contains("<h2>All metrics of the detection</h2>"))
    #expect(page.contains("<h2>Calibration and confidence</h2>"))
    #expect(page.contains("Expected calibration error") || page.contains("ECE"))
    #expect(!page.contains("net<1>"))
    let charts = Set(report.charts.map(\.id))
    #expect(charts.count == report.charts.count)
    for id in charts { #expect(page.contains("data-chart=\"\(id)\""), "\(id)") }
    #expect(try !text("html").contains("The predictions on known classes"))
  }

  @Test func `Markdown and page show every set and escape names`() throws {
    let markdown = try text("markdown")
    #expect(markdown.contains("| knn |"))
    let page = try text("html")
    #expect(page.contains("What tells id from outliers?"))
    #expect(page.contains("net&lt;1&gt;") && !page.contains("net<1>"))
    #expect(page.contains("detection-roc-3"))
    #expect(page.contains("detection-scores-1-1"))
  }
}
