public import CredenceEvaluation

extension ReportFormatDescriptor<ScoreReport> {
  /// Every format of `credence score`, in the order in which help texts list them.
  public static let all: [Self] = [
    .table, .csv, .json, .markdown, .html, .curves, .classes, .benchmark,
  ]
}

extension ReportFormatDescriptor<ComparisonReport> {
  /// Every format of `credence compare`, in the order in which help texts list them.
  public static let all: [Self] = [.table, .csv, .pairs, .json, .markdown, .html]
}
