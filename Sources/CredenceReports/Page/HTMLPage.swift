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
  /// Rows that several charts draw, by the name under which they ask for them.
  var datasets: [String: [[String: VegaLite.Value]]] = [:]

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
      title: title, program: program, style: PageResources.style,
      body: library.render(model, withTemplate: template) ?? "", data: try data(),
      notice: PageResources.notice, hasScripts: true,
      scripts: [.vega, .page],
      images: "data: blob:")
    return (library.render(frame, withTemplate: "frame") ?? "") + "\n"
  }

  /// The JSON that stands inside a script element, where `<` could end the element.
  private func data() throws -> String {
    let data = PageData(
      charts: Dictionary(
        charts.map { ($0.id, $0.describedView) }, uniquingKeysWith: { first, _ in first }),
      themes: ["light": ChartTheme.light.config, "dark": ChartTheme.dark.config],
      tables: Dictionary(tables.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }),
      datasets: datasets.isEmpty ? nil : datasets)
    return try JSONText.encode(data, isPretty: false).replacing("<", with: "\\u003c")
  }

  private struct PageData: Encodable {
    let charts: [String: VegaLite.View]
    let themes: [String: VegaLite.Config]
    let tables: [String: PageTable]
    let datasets: [String: [[String: VegaLite.Value]]]?
  }
}

/// A page without charts: words, and data that a script of its own shows.
struct DataPage: Sendable {
  let title: String
  let program: String
  /// Nil where the page is words and pictures alone.
  let script: PageScript?
  /// Whether images beside the page may be shown.
  var showsLinkedImages = false

  /// The whole page around a body.
  ///
  /// - Parameters:
  ///   - template: The name of the body's template.
  ///   - model: What the template shows.
  ///   - data: What the script finds as JSON.
  /// - Returns: The page, complete in itself.
  /// - Throws: Where a template can't be parsed or a number can't be written.
  func text(template: String, model: Any, data: some Encodable) throws -> String {
    let library = try PageTemplates.library.get()
    let frame = Frame(
      title: title, program: program, style: PageResources.style,
      body: library.render(model, withTemplate: template) ?? "",
      data: try JSONText.encode(data, isPretty: false).replacing("<", with: "\\u003c"), notice: nil,
      hasScripts: script != nil, scripts: script.map { [$0] } ?? [],
      images: showsLinkedImages ? "data: blob: 'self' file:" : "data: blob:")
    return (library.render(frame, withTemplate: "frame") ?? "") + "\n"
  }
}

/// A script that a page may run.
struct PageScript: Sendable {
  let text: String
  /// The text's SHA-256 in base 64, by which the page's policy knows it.
  let digest: String

  static let vega = Self(text: VegaScript.text, digest: VegaScript.digest)
  static let page = Self(text: PageResources.script, digest: PageResources.scriptDigest)
  static let browser = Self(
    text: PageResources.errorBrowserScript, digest: PageResources.errorBrowserScriptDigest)
}

/// What `Resources/frame.mustache` shows; property names are the template's.
private struct Frame {
  let title: String
  let program: String
  let style: String
  let body: String
  let data: String
  /// The notice of the bundled script, where that is there.
  let notice: String?
  let hasScripts: Bool
  let scripts: [PageScript]
  /// Where images may come from, in the words of the page's policy.
  let images: String
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
      "detection": PageResources.detection, "error-figures": PageResources.errorFigures,
      "error-browser": PageResources.errorBrowser, "error-sheet": PageResources.errorSheet,
      "error-report": PageResources.errorReport,
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
