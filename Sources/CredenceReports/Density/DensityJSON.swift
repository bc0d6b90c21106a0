public import CredenceEvaluation
import Foundation

/// The results against one set of outliers in the published form: `mean`, `std`, `values` and `info`.
///
/// `std` is the standard error. Where it has no value, for a single run, it is `null`; the published program writes the token `NaN`, which
/// is no JSON, and rounds means and errors to single precision.
public struct DensityDocument: Sendable {
  private let report: DensityReport
  private let outliers: String
  private let isPublished: Bool

  /// A document.
  ///
  /// - Parameters:
  ///   - report: The results.
  ///   - outliers: One of the report's sets of outliers.
  ///   - isPublished: Whether only the published keys are written, with the published roundings and token.
  public init(_ report: DensityReport, outliers: String, isPublished: Bool = false) {
    self.report = report
    self.outliers = outliers
    self.isPublished = isPublished
  }

  /// The document as JSON with a line break at its end.
  ///
  /// - Throws: Foundation's error where a text can't be written.
  public func text() throws -> String {
    let summaries = report.summaries(of: outliers)
    let published = DensityReport.publishedKeys.filter { summaries[$0] != nil }
    let keys =
      isPublished
      ? published : published + summaries.keys.sorted().filter { !published.contains($0) }
    func object(_ value: (DensityReport.Summary) -> String) -> String {
      let lines = keys.compactMap { key in summaries[key].map { "    \"\(key)\": \(value($0))" } }
      return lines.isEmpty ? "{}" : "{\n\(lines.joined(separator: ",\n"))\n  }"
    }
    func number(_ value: Double) -> String {
      "\(isPublished ? Double(Float(value)) : value)"
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let information = try report.information.sorted { $0.key < $1.key }.map { key, value in
      let text = String(decoding: try encoder.encode(value), as: UTF8.self)
      return "    \"\(key)\": \(text)"
    }
    let sections = [
      ("mean", object { number($0.mean) }),
      ("std", object { $0.standardError.map(number) ?? (isPublished ? "NaN" : "null") }),
      ("values", object { "[\($0.values.map { "\($0)" }.joined(separator: ", "))]" }),
      ("info", information.isEmpty ? "{}" : "{\n\(information.joined(separator: ",\n"))\n  }"),
    ]
    let body = sections.map { "  \"\($0.0)\": \($0.1)" }.joined(separator: ",\n")
    return "{\n\(body)\n}\n"
  }
}

/// Writes everything that an evaluation found as JSON.
public struct DensityJSON: ReportFormat {
  public init() {}

  private struct Document: Encodable {
    struct Run: Encodable {
      let run: Int
      let temperatures: [Double]
      let jitter: Double
      let shrinkage: Double
      let failure: String
      let values: [String: [String: Double]]
    }

    struct Summary: Encodable {
      let mean: Double
      let standardError: Double?
    }

    let schema: String
    let name: String
    let modelType: String
    let dataset: String
    let information: [String: String]
    let runs: [Run]
    let summaries: [String: [String: Summary]]
    let warnings: [String]
  }

  public func text(of report: DensityReport) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try JSONText.encode(
      Document(
        schema: DensityReport.schema, name: report.name, modelType: report.modelType.rawValue,
        dataset: report.dataset,
        information: report.information.mapValues {
          String(decoding: (try? encoder.encode($0)) ?? .init(), as: UTF8.self)
        },
        runs: report.runs.map { run in
          Document.Run(
            run: run.number, temperatures: run.temperatures, jitter: run.jitter,
            shrinkage: run.shrinkage, failure: run.failure,
            values: Dictionary(
              run.outliers.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first }))
        },
        summaries: Dictionary(
          report.outlierNames.map { name in
            (
              name,
              report.summaries(of: name).mapValues {
                Document.Summary(mean: $0.mean, standardError: $0.standardError)
              }
            )
          }, uniquingKeysWith: { first, _ in first }), warnings: report.warnings))
  }
}

extension ReportFormatDescriptor<DensityReport> {
  public static let json = Self(
    id: "json", title: "JSON, full precision", fileExtension: "json", make: { DensityJSON() })

  /// Every format of `credence density evaluate`, in the order in which help texts list them.
  public static let all: [Self] = [.table, .csv, .json, .html]
}
