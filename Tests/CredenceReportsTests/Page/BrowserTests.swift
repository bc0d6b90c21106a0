import CredenceEvaluation
import CredenceReports
import Foundation
import Testing

/// Opens pages in a real browser.
@Suite(.enabled(if: Browser.path != nil, "needs Chromium"))
struct BrowserTests {
  @Test func `every chart of a score report is drawn without an error`() throws {
    let one = try ScorePage().text(of: SyntheticReports.report())
    #expect(try Browser.outcome(of: one) == Outcome(charts: 9, drawn: 9, errors: "0"))
    // The charts of each of several models wait until the reader opens them.
    let report = SyntheticReports.report(models: [SmallReports.hostileName, "b", "c"])
    let several = try ScorePage().text(of: report)
    #expect(try Browser.outcome(of: several) == Outcome(charts: 9, drawn: 9, errors: "0"))
  }

  @Test func `every chart of a comparison is drawn without an error`() throws {
    let report = SyntheticReports.comparison(models: ["a", SmallReports.hostileName, "c"])
    let page = try ComparisonPage().text(of: report)
    let count = report.charts.count
    #expect(try Browser.outcome(of: page) == Outcome(charts: count, drawn: count, errors: "0"))
  }

  @Test func `a report that has no curves still opens`() throws {
    let page = try ScorePage().text(of: SmallReports.one)
    #expect(try Browser.outcome(of: page) == Outcome(charts: 0, drawn: 0, errors: "0"))
  }
}

/// What a page says of itself when it has drawn its charts.
struct Outcome: Equatable {
  var charts: Int
  var drawn: Int
  var errors: String
}

/// Chromium without a window.
enum Browser {
  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let names = ["chromium", "chromium-browser", "google-chrome"]
    return folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  static func outcome(of page: String) throws -> Outcome {
    let document = try document(of: page)
    let body = try #require(document.firstMatch(of: /<body[^>]*data-charts[^>]*>/)?.output)
    func value(_ name: String) -> String {
      body.components(separatedBy: "data-\(name)=\"").dropFirst().first?
        .components(separatedBy: "\"").first ?? ""
    }
    return Outcome(
      charts: Int(value("charts")) ?? -1, drawn: Int(value("drawn")) ?? -1,
      errors: value("first-error").isEmpty ? value("errors") : value("first-error"))
  }

  /// The page's elements after its scripts have run.
  static func document(of page: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("credence-browser-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("page.html")
    try Data(page.utf8).write(to: file)
    let log = folder.appendingPathComponent("log.txt")
    try Data().write(to: log)

    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
      "--user-data-dir=\(folder.path)/profile",
      "--virtual-time-budget=20000", "--enable-logging=stderr", "--v=0", "--dump-dom",
      file.absoluteString,
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
    let document = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()

    let console = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
      .filter { $0.contains("CONSOLE") }
    #expect(console.isEmpty, "\(console)")
    return document
  }
}
