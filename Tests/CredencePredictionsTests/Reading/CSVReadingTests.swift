import CredencePredictions
import FileSupport
import Foundation
import Testing

@Suite struct CSVReadingTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func read(_ text: String, _ options: ReadOptions = ReadOptions()) throws -> ReadResult {
    try PredictionReader.read(
      PredictionSource(folder.file("t.csv", text)), options: options)
  }

  private func error(_ text: String, _ options: ReadOptions = ReadOptions()) -> FileError? {
    fileError { _ = try read(text, options) }
  }

  private func predictionError(_ text: String) -> PredictionFileError? {
    CredencePredictionsTests.predictionError { _ = try read(text) }
  }

  private var path: String { folder.url.appendingPathComponent("t.csv").relativePath }

  private func rows(_ result: ReadResult) -> [[Double]]? {
    result.set.scoreMatrix.map { matrix in (0..<matrix.rowCount).map { matrix.row($0) } }
  }

  @Test func `reads one column per class by their prefix`() throws {
    let result = try CredencePredictionsTests.read(fixture("csv/logits.csv"))
    guard case .logits = result.set.output else {
      Issue.record("not logits")
      return
    }
    #expect(rows(result) == [[1.5, -2e-3], [0.25, 17.123456789012345678]])
    #expect(result.set.labels == [0, 1])
    #expect(result.warnings == [])
    #expect(result.set.metadata.model == "logits")
  }

  @Test func `reads decisions, names in quotes and CRLF`() throws {
    let set = try CredencePredictionsTests.read(fixture("csv/decisions.csv")).set
    guard case .decisions(let decisions) = set.output else {
      Issue.record("not decisions")
      return
    }
    #expect(decisions.predictions == [1, 1])
    #expect(decisions.confidences == [0.5, 1])
    #expect(set.labels == [0, 1])
    #expect(
      set.sampleIDs.map { ids in (0..<ids.count).map { ids[$0] } } == ["a,\"b", "two\nlines"])
  }

  @Test func `takes class names from headers, for labels too`() throws {
    let set = try CredencePredictionsTests.read(fixture("csv/names.csv")).set
    #expect(set.metadata.classNames == ["cat", "dog"])
    #expect(set.labels == [0, 1])
    #expect(set.uncertainties == ["x": [3, .infinity]])
    #expect(set.scoreMatrix?.row(1) == [1, 0])
  }

  @Test func `needs the kind where no name says it`() throws {
    let text = "0,1,label\n0.25,0.75,1\n"
    #expect(
      predictionError(text)
        == .noOutput(
          file: path, found: ["column ‘0’", "column ‘1’", "column ‘label’"],
          suggestion: "If the 2 other numeric columns are one per class, add --kind logits, "
            + "--kind probabilities or --kind scores."))
    for kind in OutputKind.allCases {
      let output = try read(text, ReadOptions(kind: kind)).set.output
      switch (kind, output) {
      case (.logits, .logits), (.probabilities, .probabilities), (.scores, .scores): break
      default: Issue.record("\(kind) became \(output)")
      }
    }
  }

  @Test func `orders columns by class`() throws {
    let result = try read("prob_2,y,prob_0,prob_1\n0.2,1,0.5,0.3\n")
    #expect(rows(result) == [[0.5, 0.3, 0.2]])
    #expect(
      error("prob_1,prob_2\n0.5,0.5\n")
        == .malformed(
          file: path, format: "CSV",
          problem: "the columns of the probabilities are numbered, but not from 0 to 1"))
  }

  @Test func `reads a bare matrix with the header that data frames write`() throws {
    let options = ReadOptions(kind: .scores, labels: .every(2))
    let framed = try CredencePredictionsTests.read(fixture("csv/bare.csv"), options)
    #expect(rows(framed) == [[0.5, 0.25, 0.25], [0, 1e-5, 1]])
    let bare = try read("0,1\n1,0\n0.5,0.5\n", options)
    #expect(rows(bare) == [[0, 1], [1, 0], [0.5, 0.5]])
    #expect(bare.set.metadata.classNames == [])
  }

  @Test func `leaves out what it does not know, and says so`() throws {
    let result = try read(",epoch,name,label,pred,conf\n0,7,x,1,2,0.5\n")
    #expect(
      result.warnings == [
        "Column ‘’ was left out.", "Column ‘epoch’ was left out.", "Column ‘name’ was left out.",
      ])
    let mapped = try read(
      "a,b,c\n1,2,0.5\n",
      ReadOptions(map: ["a": "labels", "b": "predictions", "c": "confidences"]))
    #expect(mapped.set.labels == [1])
    #expect(mapped.warnings == [])
  }

  @Test(arguments: [
    ("label,pred,conf\n0,1\n", 2, 3, 2), ("label,pred,conf\n0,1,0.5\n\n0,1,0.5,\n", 4, 3, 4),
  ])
  func `names the line with a wrong number of fields`(
    _ text: String, _ line: Int, _ expected: Int, _ found: Int
  ) {
    #expect(
      error(text) == .fieldCount(file: path, line: line, expected: expected, found: found))
  }

  @Test(arguments: [
    ("label,pred,conf\n0,1,0.5\n0,x,0.5\n", 3, 2, "x", "a class index"),
    ("label,pred,conf\n0,1,\n", 2, 3, "", "a number"),
    ("label,pred,conf\r\n0,1,0.5\r\n1.5,1,0.5\r\n", 3, 1, "1.5", "a class index"),
    ("id,label,pred,conf\n\"a\n\nb\",0,1,0.5\nc,0,1,0x5\n", 5, 4, "0x5", "a number"),
    ("prob_a,prob_b,label\n0.5,0.5,c\n", 2, 3, "c", "a class index or name"),
  ])
  func `names the line and column of a bad field`(
    _ text: String, _ line: Int, _ column: Int, _ field: String, _ expected: String
  ) {
    #expect(
      error(text)
        == .badField(file: path, line: line, column: column, text: field, expected: expected))
  }

  @Test(arguments: [
    (
      "label,pred,conf\n0,1,0.5\n0,\"1,0.5\n",
      "the quoted field that starts in line 3 is not closed"
    ),
    (
      "label,pred,conf\n0,1\"2\",0.5\n",
      "line 2 has a quote inside of a field that does not start with one"
    ),
    ("label,pred,conf\n0,\"1\"2,0.5\n", "line 2 has text after a quoted field"),
    ("label,pred,pred\n0,1,0.5\n", "columns 2 and 3 are both called ‘pred’"),
  ])
  func `refuses broken quotes and repeated names`(_ text: String, _ problem: String) {
    #expect(error(text) == .malformed(file: path, format: "CSV", problem: problem))
  }

  @Test func `refuses other separators and encodings by name`() {
    #expect(
      error("label;pred;conf\n0;1;0,5\n")
        == .unsupported(
          file: path, what: "fields separated by semicolons",
          instead: "Separate them by commas, with a point in numbers."))
    let utf16 = fileError {
      _ = try PredictionReader.read(
        PredictionSource(folder.file("u.csv", Data([0xff, 0xfe, 0x61, 0]))))
    }
    guard case .unsupported(_, "UTF-16 text", "Save it as UTF-8.")? = utf16 else {
      Issue.record("\(String(describing: utf16))")
      return
    }
  }

  @Test func `refuses a table without rows`() {
    #expect(predictionError("") == .invalid(file: path, error: .noSamples))
    #expect(predictionError("label,pred,conf\n") == .invalid(file: path, error: .noSamples))
    #expect(predictionError("prob_0,prob_1\n\n\r\n") == .invalid(file: path, error: .noSamples))
  }

  @Test func `refuses a wide header over many short lines without setting memory aside`() {
    let columns = (0..<20_000).map { "prob_\($0)" }.joined(separator: ",")
    let text = columns + "\n" + String(repeating: "1\n", count: 500_000)
    #expect(error(text) == .fieldCount(file: path, line: 2, expected: 20_000, found: 1))
  }

  /// Lines and quoted line ends fall on the borders of the blocks in which cores work.
  @Test func `reads long tables the same as line by line`() throws {
    var generator = SplitMix64(seed: 3)
    var text = "id,prob_0,prob_1,label,uncertainty.u\n"
    var expected: [(String, Double, Int32)] = []
    for row in 0..<200_000 {
      let value = Double.random(in: 0...1, using: &generator)
      let label = Int32.random(in: -1...1, using: &generator)
      let name = row % 3 == 0 ? "n\(row)" : "\"n\n\(row),\"\"\""
      text += "\(name),\(value),\(1 - value),\(label),\(row)\(row % 5 == 0 ? "\r\n" : "\n")"
      expected.append((row % 3 == 0 ? "n\(row)" : "n\n\(row),\"", value, label))
    }
    let set = try read(text).set
    #expect(set.sampleCount == expected.count)
    let ids = try #require(set.sampleIDs)
    let labels = try #require(set.labels)
    for (row, (name, value, label)) in expected.enumerated() {
      guard ids[row] == name, set.scoreMatrix?[row, 0] == value, labels[row] == label,
        set.uncertainties["u"]?[row] == Double(row)
      else {
        Issue.record("row \(row)")
        return
      }
    }
    // The line of an error far down is right too.
    let line = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
    #expect(
      error(text + "x,0.5,oops,0,1\n")
        == .badField(file: path, line: line, column: 3, text: "oops", expected: "a number"))
  }
}
