import Foundation
import Mustache

/// One self-contained page: the words and tables in HTML, and the charts and long tables as data that the bundled script draws.
///
/// The page asks nothing of the network, and its Content-Security-Policy forbids it: only the two scripts whose digests it names
/// may run, so that no text from a file of predictions can become one.
struct HTMLPage: Sendable {
  let title: String
  let program: String
  let charts: [Chart]
  let tables: [PageTable]

  /// The whole page around a body.
  ///
  /// - Parameters:
  ///   - template: The name of the body's template.
  ///   - model: What the template shows.
  /// - Returns: The page, complete in itself.
  /// - Throws: Where a template can't be parsed or a number can't be written.
  func text(template: String, model: Any) throws -> String {
    let library = try PageTemplates.library.get()
    let frame = Frame(
      title: title, program: program, vegaDigest: VegaScript.digest,
      scriptDigest: PageResources.scriptDigest, style: PageResources.style,
      body: library.render(model, withTemplate: template) ?? "", data: try data(),
      notice: PageResources.notice, vega: VegaScript.text, script: PageResources.script)
    return (library.render(frame, withTemplate: "frame") ?? "") + "\n"
  }

  /// The JSON that stands inside a script element, where `<` could end the element.
  private func data() throws -> String {
    let data = PageData(
      charts: Dictionary(
        charts.map { ($0.id, $0.describedView) }, uniquingKeysWith: { first, _ in first }),
      themes: ["light": ChartTheme.light.config, "dark": ChartTheme.dark.config],
      tables: Dictionary(tables.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }))
    return try JSONText.encode(data, isPretty: false).replacing("<", with: "\\u003c")
  }

  private struct Frame {
    let title: String
    let program: String
    let vegaDigest: String
    let scriptDigest: String
    let style: String
    let body: String
    let data: String
    let notice: String
    let vega: String
    let script: String
  }

  private struct PageData: Encodable {
    let charts: [String: VegaLite.View]
    let themes: [String: VegaLite.Config]
    let tables: [String: PageTable]
  }
}

/// A long table that the page builds when the reader opens it.
struct PageTable: Encodable, Sendable {
  struct Column: Encodable, Sendable {
    enum Format: String, Encodable, Sendable {
      case text, count, percent, signed, decimal
    }

    let title: String
    let format: Format
  }

  let id: String
  /// What the reader opens.
  let summary: String
  let columns: [Column]
  let rows: [[VegaLite.Value]]
}

/// The templates of all pages.
private enum PageTemplates {
  /// Parsed once.
  static let library = Result<MustacheLibrary, any Error> {
    MustacheContentTypes.register(EscapedHTML(), named: "CREDENCE_HTML")
    let texts = [
      "frame": PageResources.frame, "chart": PageResources.chart, "family": PageResources.family,
      "subject": PageResources.subject, "score": PageResources.score,
      "comparison": PageResources.comparison,
      "density": PageResources.density,
      "detection": PageResources.detection,
    ]
    return MustacheLibrary(templates: try texts.mapValues { try MustacheTemplate(string: $0) })
  }
}

/// HTML in which every scalar of markup is escaped.
///
/// Mustache's own escaping looks at characters and lets a quotation mark pass that is followed by a combining accent.
private struct EscapedHTML: MustacheContentType {
  func escapeText(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      case "\0": result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
