/// A way to write a report as one text.
///
/// The text ends with a line break and depends on nothing but the report and the format's settings.
public protocol ReportFormat<Report>: Sendable {
  /// The result value that is written: `ScoreReport` or `ComparisonReport`.
  associatedtype Report

  /// The whole report as text.
  ///
  /// - Throws: `ReportError` where the report can't be expressed in this form.
  func text(of report: Report) throws -> String
}

/// What the rest of the system needs to know of a format.
public struct ReportFormatDescriptor<Report>: Identifiable, Sendable {
  /// The command-line name, such as `csv`.
  public let id: String
  public let title: String
  /// The ending of a file in this form, without the dot.
  public let fileExtension: String
  public let make: @Sendable () -> any ReportFormat<Report>

  public init(
    id: String, title: String, fileExtension: String,
    make: @escaping @Sendable () -> any ReportFormat<Report>
  ) {
    self.id = id
    self.title = title
    self.fileExtension = fileExtension
    self.make = make
  }
}
