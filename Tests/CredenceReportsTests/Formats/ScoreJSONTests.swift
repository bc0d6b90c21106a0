import CredenceEvaluation
import CredenceReports
import Foundation
import Testing

@Suite struct ScoreJSONTests {
  @Test func `keys are sorted and plain arrays stand on one line`() throws {
    var report = SmallReports.one
    report.entries = [report.entries[1]]
    report.entries[0].row.definitions = ["ece": "15 \"bins\""]
    #expect(
      try ScoreJSON().text(of: report) == """
        {
          "results": [
            {
              "classes": 1000,
              "confidence": "msp",
              "dataset": "imagenet",
              "definitions": {
                "ece": "15 \\"bins\\""
              },
              "file": "a.npz",
              "intervals": {
                "accuracy": [0.7575, 0.765],
                "auroc": [0.8531, 0.862]
              },
              "metrics": {
                "accuracy": 0.7613,
                "auroc": 0.8576531,
                "ece": 0.0123,
                "sac_0.99": 0.3125
              },
              "model": "resnet50",
              "parameters": {
                "temperature": 1.2345
              },
              "rescaling": "temperature",
              "samples": 50000,
              "split": "val",
              "unavailable": {
                "nll": "the file holds confidences, not probabilities"
              }
            }
          ],
          "schema": "credence.score/1",
          "warnings": [
            "3 rows have no label and were left out."
          ]
        }

        """)
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `a document reads back equal`(seed: UInt64) throws {
    var report = RandomReports.score(seed: seed)
    // NaN is not equal to itself.
    for index in report.entries.indices {
      report.entries[index].row.metrics = report.entries[index].row.metrics.filter { !$1.isNaN }
      report.entries[index].row.parameters = report.entries[index].row.parameters.filter {
        !$1.isNaN
      }
      report.entries[index].row.intervals = report.entries[index].row.intervals.filter {
        !$1.contains(where: \.isNaN)
      }
    }
    let text = try ScoreJSON().text(of: report)
    #expect(try ScoreDocument(decoding: Data(text.utf8)) == ScoreDocument(report))
  }

  @Test func `a comparison reads back equal`() throws {
    let report = SyntheticReports.comparison(models: ["a", SmallReports.hostileName, "c"])
    let text = try ComparisonJSON().text(of: report)
    #expect(try ComparisonJSON.report(decoding: Data(text.utf8)) == report)
  }

  @Test(arguments: [
    ("{", "it is not JSON"), ("{}", "the key ‘schema’ is missing"),
    (
      #"{"schema": "credence.score/2"}"#, "its schema is ‘credence.score/2’, not ‘credence.score/1’"
    ),
    (#"{"schema": "credence.score/1", "warnings": []}"#, "the key ‘results’ is missing"),
    (
      #"{"schema": "credence.score/1", "results": 1, "warnings": []}"#, "‘results’ has another type"
    ),
  ])
  func `anything else is refused with its reason`(text: String, reason: String) {
    #expect(throws: ReportError.unreadable(reason)) {
      try ScoreDocument(decoding: Data(text.utf8))
    }
  }
}
