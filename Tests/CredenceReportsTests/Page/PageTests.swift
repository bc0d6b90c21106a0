import CredenceEvaluation
import CredenceReports
import Foundation
import Testing

@Suite struct PageTests {
  /// Every page, with names that want to be markup.
  static func pages() throws -> [String] {
    var report = SyntheticReports.report(
      models: [SmallReports.hostileName, "\"\u{301} onload=alert(2) x=\""], classes: 3)
    report.warnings = SmallReports.hostile.warnings
    for index in report.entries.indices {
      report.entries[index].diagnostics.classes[0].name = SmallReports.hostileName
      report.entries[index].row.dataset = "'><img src=x onerror=alert(3)>"
    }
    var comparison = SyntheticReports.comparison(models: [SmallReports.hostileName, "b", "c"])
    comparison.disagreements[0].sampleID = "</script><img src=x onerror=alert(4)>"
    return [
      try ScorePage().text(of: report), try ScorePage().text(of: SmallReports.one),
      try ComparisonPage().text(of: comparison),
    ]
  }

  @Test func `names and texts never become markup or scripts`() throws {
    for page in try Self.pages() {
      let body = Self.body(of: page)
      #expect(!body.contains("<script"))
      #expect(!body.contains("<img"))
      // The only comment is the notice of the bundled script.
      #expect(body.matches(of: /<!--/).count == 1)
      // Scalars, since a quotation mark with an accent is one character.
      #expect(!body.unicodeScalars.contains("\"\u{301} onload".unicodeScalars))
      // The data and the two bundled scripts, and nothing else.
      #expect(page.matches(of: /<script[ >]/).count == 3)
      #expect(page.matches(of: /<\/script>/).count == 3)
    }
  }

  /// What stands before the first script, and the notice after the data.
  private static func body(of page: String) -> String {
    page.components(separatedBy: "<script type=\"application/json\"")[0]
      + (page.components(separatedBy: "</script>").dropFirst().first ?? "")
      .components(separatedBy: "<script>")[0]
  }

  @Test func `the data inside a page is JSON without an opening bracket`() throws {
    for page in try Self.pages() {
      let start = try #require(page.range(of: "id=\"report-data\">"))
      let rest = page[start.upperBound...]
      let end = try #require(rest.range(of: "</script>"))
      let data = rest[..<end.lowerBound]
      #expect(!data.utf8.contains(UInt8(ascii: "<")))
      let json = try JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any]
      #expect(json.map { Set($0.keys) } == ["charts", "tables", "themes"])
    }
  }

  @Test func `a page names no address that it could load`() throws {
    for page in try Self.pages() {
      let body = Self.body(of: page)
      #expect(body.firstMatch(of: /<[a-z][^>]*(src|href|srcset|action)=/) == nil)
      #expect(!body.contains("url("))
      #expect(page.contains("default-src 'none'; script-src 'sha256-"))
      #expect(!page.contains("unsafe-eval"))
    }
  }

  @Test func `the answer comes first, in words`() throws {
    let page = try ScorePage(program: "Credence 1.2.3").text(of: SmallReports.one)
    #expect(page.contains("<title>How far can the predictions of resnet50 be trusted?</title>"))
    #expect(
      page.contains(
        "<p>Accept the most confident 31.25 % of predictions, and at least 99 % of those are right; 76.13 % of all "
          + "50,000 predictions are right.</p>"))
    #expect(page.contains("<p>Written by Credence 1.2.3."))
    #expect(page.contains("<html lang=\"en\">"))
  }

  @Test func `the embedded files are those of the Resources folder`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let source = root.appendingPathComponent("Sources/CredenceReports")
    let generated = try String(
      contentsOf: source.appendingPathComponent("Generated/PageResources.swift"), encoding: .utf8)
    let resources = source.appendingPathComponent("Resources")
    let files =
      try FileManager.default.contentsOfDirectory(at: resources, includingPropertiesForKeys: nil)
      + [root.appendingPathComponent("Scripts/render-charts")]
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(
        generated.contains("##\"\"\"\n\(text)\"\"\"##"),
        "\(file.lastPathComponent) has changed: run Scripts/embed-resources")
    }
  }
}
