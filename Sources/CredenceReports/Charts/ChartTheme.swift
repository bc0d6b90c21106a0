/// The colors and lines of every chart, on paper and on a dark screen.
///
/// The eight series colors stand at least 3:1 against their background (WCAG 2.2, 1.4.11) and stay apart under the three common
/// kinds of color blindness; lines also differ in their dashes and points in their shapes.
package struct ChartTheme: Hashable, Sendable {
  package var background: String
  package var ink: String
  package var faintInk: String
  package var grid: String
  package var series: [String]

  package static let light = Self(
    background: "#ffffff", ink: "#1c2330", faintInk: "#4e5a6b", grid: "#e3e7ed",
    series: [
      "#1f6fc5", "#d55e00", "#0c9a8d", "#8a1552", "#c27ba8", "#4b2fc9", "#6b5600", "#5c6470",
    ])

  package static let dark = Self(
    background: "#14171c", ink: "#e8ecf2", faintInk: "#a9b4c2", grid: "#2b313b",
    series: [
      "#5aa9f5", "#f08a3c", "#2fb59f", "#d6337f", "#f5c6e4", "#8a5cf6", "#d3cf57", "#8f99a8",
    ])

  /// The theme as Vega's configuration.
  package var config: VegaLite.Config {
    typealias Config = VegaLite.Config
    let font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"
    return Config(
      background: background, font: font,
      title: Config.Text(color: ink, fontSize: 15, anchor: "start", offset: 12),
      axis: Config.Axis(
        domainColor: faintInk, gridColor: grid, tickColor: faintInk, labelColor: faintInk,
        titleColor: ink, labelFontSize: 11, titleFontSize: 12, titleFontWeight: "normal"),
      legend: Config.Legend(
        labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12,
        titleFontWeight: "normal"),
      view: Config.View(stroke: "transparent"),
      range: Config.Range(category: series),
      style: [
        "reference": Config.Style(color: faintInk, strokeDash: [4, 4], strokeWidth: 1.2),
        "frame": Config.Style(color: faintInk, strokeWidth: 1.2),
        "clique": Config.Style(color: ink, strokeWidth: 4, strokeCap: "round"),
        "label": Config.Style(color: ink, fontSize: 12),
        "note": Config.Style(color: faintInk, fontSize: 11),
        "first": Config.Style(color: series[0]),
        "second": Config.Style(color: series[1]),
      ])
  }
}

extension VegaLite {
  /// The appearance that a chart does not say itself.
  package struct Config: Codable, Hashable, Sendable {
    package struct Text: Codable, Hashable, Sendable {
      var color: String
      var fontSize: Double
      var anchor: String
      var offset: Double
      var fontWeight: String?
      /// What the anchor refers to: the axes (`group`), or all that is drawn (`bounds`).
      var frame: String?
    }

    package struct Axis: Codable, Hashable, Sendable {
      var domainColor: String
      var gridColor: String
      var tickColor: String
      var labelColor: String
      var titleColor: String
      var labelFontSize: Double
      var titleFontSize: Double
      var titleFontWeight: String
      var domain: Bool?
      var grid: Bool?
      var titlePadding: Double?
    }

    package struct Legend: Codable, Hashable, Sendable {
      var labelColor: String
      var titleColor: String
      var labelFontSize: Double
      var titleFontSize: Double
      var titleFontWeight: String
    }

    package struct View: Codable, Hashable, Sendable {
      var stroke: String
      var fill: String?
    }

    package struct Range: Codable, Hashable, Sendable {
      var category: [String]
    }

    package struct Style: Codable, Hashable, Sendable {
      var color: String
      var strokeDash: [Double]?
      var strokeWidth: Double?
      var strokeCap: String?
      var fontSize: Double?
    }

    var background: String
    var font: String
    var title: Text
    var axis: Axis
    var legend: Legend
    var view: View
    var range: Range
    var style: [String: Style]
  }
}
