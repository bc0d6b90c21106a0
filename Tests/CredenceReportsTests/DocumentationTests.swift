import CredenceEvaluation
import CredenceReports
import Foundation
import Testing

@Suite struct DocumentationTests {
  @Test func `docs/results.md explains every key of the JSON forms and every column of the CSV`()
    throws
  {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appendingPathComponent("docs/results.md"), encoding: .utf8)

    let score = SyntheticReports.report(models: ["a"], classes: 3)
    let comparison = SyntheticReports.comparison(models: ["a", "b"])
    let texts = [try ScoreJSON().text(of: score), try ComparisonJSON().text(of: comparison)]
    var keys: Set<String> = ["schema"]
    for text in texts {
      let json = try JSONSerialization.jsonObject(with: Data(text.utf8))
      collectKeys(of: json, in: &keys)
    }
    for text in [
      ScoreCurvesCSV().text(of: score), ScoreClassesCSV().text(of: score),
      ComparisonPairsCSV().text(of: comparison),
    ] {
      keys.formUnion(CSVParser.records(text)[0])
    }
    // `first…` and `second…` stand for both.
    keys.subtract([
      "firstPrediction", "firstConfidence", "secondPrediction", "secondConfidence",
    ])
    for key in keys.sorted() {
      let general = key.replacing(/_[0-9.]+$/, with: "_<")
      #expect(page.contains("`\(key)`") || page.contains("`\(general)"), "\(key)")
    }
  }

  private func collectKeys(of json: Any, in keys: inout Set<String>) {
    if let object = json as? [String: Any] {
      keys.formUnion(object.keys)
      for value in object.values { collectKeys(of: value, in: &keys) }
    } else if let array = json as? [Any] {
      for value in array { collectKeys(of: value, in: &keys) }
    }
  }
}
