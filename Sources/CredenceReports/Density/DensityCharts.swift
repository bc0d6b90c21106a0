public import CredenceEvaluation
import Foundation

extension ChartDescriptor<DensityReport> {
  /// Every chart of `credence density evaluate`, in the order of the page.
  public static let all: [Self] = [.doubtHistograms]

  /// How each score is distributed over the parts of the test samples and the outliers.
  static let doubtHistograms = Self(
    id: "doubts", title: "Scores of known and of foreign images",
    make: { report in
      guard let run = report.runs.first(where: { $0.failure.isEmpty }) else { return [] }
      return DensityHistogram.all.flatMap { histogram -> [Chart] in
        guard let inliers = run.inlierDoubts[histogram.score] else { return [] }
        let outliers = run.outliers.compactMap { result in
          result.doubts[histogram.score].map { (result.name, $0) }
        }
        let parts =
          run.inlierParts.isEmpty
          ? [(report.dataset, inliers)]
          : run.inlierParts.map { part in
            (part.name, Array(inliers[part.samples.clamped(to: inliers.indices)]))
          }
        return [histogram.chart(parts: parts, outliers: outliers)]
      }
    })
}

extension DensityReport {
  /// Every chart that this report has the numbers for.
  public var charts: [Chart] { ChartDescriptor<DensityReport>.all.flatMap { $0.make(self) } }
}
