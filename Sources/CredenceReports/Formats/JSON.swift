public import CredenceEvaluation
public import Foundation

/// `results.json`: the rows in their schema, with sorted keys.
///
/// Numbers have as many digits as it takes to read the same Double back; one that is not finite, such as the
/// threshold of a policy that accepts nothing, is written as the text `Infinity`, `-Infinity` or `NaN`.
public struct ScoreDocument: Codable, Hashable, Sendable {
  /// `credence.score/1`.
  public var schema: String
  public var results: [ResultRow]
  public var warnings: [String]

  public init(_ report: ScoreReport) {
    schema = ScoreReport.schema
    results = report.entries.map(\.row)
    warnings = report.warnings
  }

  /// Reads a document back.
  ///
  /// - Parameter data: UTF-8 text.
  /// - Throws: `ReportError.unreadable` where the text is something else or of a later version.
  public init(decoding data: Data) throws {
    self = try JSONText.decode(Self.self, from: data, schema: ScoreReport.schema)
  }
}

/// Writes a score report as JSON.
public struct ScoreJSON: ReportFormat {
  public init() {}

  public func text(of report: ScoreReport) throws -> String {
    try JSONText.encode(ScoreDocument(report))
  }
}

/// Writes a comparison as JSON: the report's own form.
public struct ComparisonJSON: ReportFormat {
  public init() {}

  public func text(of report: ComparisonReport) throws -> String {
    try JSONText.encode(report)
  }

  /// Reads a comparison back.
  ///
  /// - Parameter data: UTF-8 text.
  /// - Returns: The report, equal to the one that was written.
  /// - Throws: `ReportError.unreadable` where the text is something else or of a later version.
  public static func report(decoding data: Data) throws -> ComparisonReport {
    try JSONText.decode(ComparisonReport.self, from: data, schema: "credence.compare/1")
  }
}

extension ReportFormatDescriptor<ScoreReport> {
  public static let json = Self(
    id: "json", title: "JSON, full precision", fileExtension: "json", make: { ScoreJSON() })
}

extension ReportFormatDescriptor<ComparisonReport> {
  public static let json = Self(
    id: "json", title: "JSON, full precision", fileExtension: "json", make: { ComparisonJSON() })
}
