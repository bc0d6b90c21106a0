public import Foundation

/// Why a report can't be written or read.
public enum ReportError: LocalizedError, Hashable, Sendable {
  /// A file or folder that can't be written.
  case unwritable(path: String, reason: String)
  /// The program that draws static charts is absent or failed.
  case chartRenderer(String)
  /// A text that is not the result document it should be.
  case unreadable(String)
  /// A folder of images that isn't there.
  case noImages(String)

  public var errorDescription: String? {
    switch self {
    case .unwritable(let path, _): "‘\(path)’ can't be written."
    case .chartRenderer(let message): "Charts can't be drawn: \(message)"
    case .unreadable: "The results can't be read."
    case .noImages(let folder): "There is no folder of images ‘\(folder)’."
    }
  }

  public var failureReason: String? {
    switch self {
    case .unwritable(_, let reason): reason
    case .chartRenderer:
      "PNG, SVG and PDF charts are drawn by the Python package vl-convert-python."
    case .noImages: "A page that shows images needs it."
    case .unreadable(let reason): "The text is no result document: \(reason)."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .unwritable: "Choose another folder with --output, or free the path."
    case .chartRenderer: "Run ‘make charts’, or leave --charts out: the HTML page needs nothing."
    case .noImages: "Check the path, or make the page without images."
    case .unreadable: "Pass a file that ‘credence … --format json’ wrote."
    }
  }
}
