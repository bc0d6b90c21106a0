import CredenceMetrics
import CredenceUncertainty
import Foundation

extension DetectionEvaluator {
  /// Measures every method on every outlier set, and on the groups.
  ///
  /// - Parameters:
  ///   - report: Its methods are those of the lists; receives entries and group rows.
  ///   - lists: The uncertainties of each method.
  ///   - outliers: The outlier sets.
  /// - Throws: `MetricError` of the resampling.
  func addRows(
    _ report: inout DetectionReport, _ lists: [MethodScores], _ outliers: [DetectionMember]
  ) throws {
    var groups: [String] = []
    for member in outliers where !groups.contains(member.group) { groups.append(member.group) }
    let places = groups.map { group in outliers.indices.filter { outliers[$0].group == group } }
    var measured: [(scores: DetectionBootstrap.Scores, entries: [DetectionEntry])] = []
    for index in report.methods.indices {
      if let reason = lists[index].reason {
        report.methods[index].unavailable = reason
        continue
      }
      guard let inliers = try? lists[index].inliers.get() else { continue }
      let scores = DetectionBootstrap.Scores(
        inliers: inliers, outliers: lists[index].outliers.map { (try? $0.get()) ?? [] })
      progress("measuring \(report.methods[index].title)")
      do {
        let entries = try outliers.indices.map { place in
          try entry(
            report, index, outliers[place],
            ScoredOutcomes(inliers: inliers, outliers: scores.outliers[place]))
        }
        measured.append((scores, entries))
      } catch let error as MetricError {
        report.methods[index].unavailable = error.localizedDescription
      }
    }
    if bootstrap.replicates > 0 {
      progress("resampling for the intervals")
      let intervals = try DetectionBootstrap(
        replicates: bootstrap.replicates, seed: seed, level: bootstrap.level
      ).run(measured.map(\.scores), groups: places)
      for (method, intervals) in intervals.enumerated() {
        for place in outliers.indices {
          measured[method].entries[place].row.intervals = intervals.sets[place].mapValues(\.bounds)
        }
        report.groupRows += groupRows(
          measured[method].entries.map(\.row), groups, places,
          intervals.groups.map { $0.mapValues(\.bounds) })
      }
    } else {
      for (_, entries) in measured {
        report.groupRows += groupRows(
          entries.map(\.row), groups, places, groups.map { _ in [:] })
      }
    }
    report.entries = measured.flatMap(\.entries)
  }

  private func entry(
    _ report: DetectionReport, _ method: Int, _ member: DetectionMember, _ outcomes: ScoredOutcomes
  ) throws -> DetectionEntry {
    let described = report.methods[method]
    var row = ResultRow(
      model: report.model, file: member.source.file, dataset: member.name, split: member.group,
      samples: outcomes.count, classes: member.source.classCount, confidence: described.id,
      parameters: described.parameters)
    for metric in DetectionMetric.all {
      row.metrics[metric.id] = try metric.descriptor.make().value(for: outcomes)
      row.definitions[metric.id] = metric.descriptor.definition
    }
    return DetectionEntry(
      row: row, roc: try ROCCurve(outcomes, pointLimit: curvePoints).points,
      histogram: ConfidenceHistogram(outcomes).bins)
  }

  /// The mean over the sets of each group.
  private func groupRows(
    _ rows: [ResultRow], _ groups: [String], _ places: [[Int]], _ intervals: [[String: [Double]]]
  ) -> [ResultRow] {
    groups.indices.compactMap { group in
      let members = places[group].map { rows[$0] }
      guard var mean = members.first else { return nil }
      mean.file = ""
      mean.dataset = groups[group]
      mean.split = "mean"
      mean.samples = members.reduce(0) { $0 + $1.samples }
      mean.intervals = intervals[group]
      for id in mean.metrics.keys {
        mean.metrics[id] =
          members.reduce(0) { $0 + ($1.metrics[id] ?? 0) } / Double(members.count)
      }
      return mean
    }
  }
}
