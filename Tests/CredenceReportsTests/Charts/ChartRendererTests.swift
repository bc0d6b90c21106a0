import CredenceEvaluation
import CredenceReports
import Foundation
import Testing

@Suite struct ChartRendererTests {
  /// Whether this machine can draw.
  private static let canDraw = (try? ChartRenderer()) != nil

  @Test func `a Python that was named must work`() {
    let expected = ReportError.chartRenderer(
      "CREDENCE_PYTHON is ‘/nowhere/python3’, which can't import vl_convert.")
    #expect(throws: expected) {
      try ChartRenderer(environment: ["CREDENCE_PYTHON": "/nowhere/python3"])
    }
  }

  @Test func `a machine without it is told so`() {
    let expected = ReportError.chartRenderer("no python3 was found that can import vl_convert.")
    #expect(throws: expected) {
      try ChartRenderer(environment: ["PATH": "/nowhere"], folders: [])
    }
  }

  @Test(
    .enabled(if: canDraw, "needs a Python with vl-convert-python"),
    arguments: [
      (ChartRenderer.ImageFormat.png, "\u{89}PNG"), (.svg, "<svg"), (.pdf, "%PDF"),
    ])
  func `charts become pictures`(format: ChartRenderer.ImageFormat, start: String) throws {
    let charts = SyntheticReports.report(models: ["<b>&\"'"], classes: 4).charts.prefix(1)
    let pictures = try ChartRenderer().draw(Array(charts), as: format)
    let picture = try #require(pictures["risk-coverage.\(format.rawValue)"])
    #expect(pictures.count == 1)
    #expect(picture.starts(with: start.unicodeScalars.map { UInt8($0.value) }))
  }
}
