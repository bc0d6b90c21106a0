public import CredenceEvaluation

extension ReportFormatDescriptor<ScoreReport> {
  /// Every format of `credence score`, in the order in which help texts list them.
  public static let all: [Self] = [.table, .csv, .json, .markdown]
}
