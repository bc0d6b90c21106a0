import CredenceMetrics
public import CredencePredictions
public import CredenceUncertainty
import Foundation

/// A detection method that is asked for, with the parameters that the user fixes.
public struct DetectionRequest: Codable, Hashable, Sendable {
  public var id: String
  public var settings: DetectionSettings

  public init(_ id: String, settings: DetectionSettings = [:]) {
    self.id = id
    self.settings = settings
  }
}

/// A set of predictions in a role.
public struct DetectionMember: Sendable {
  public var source: DetectionSource
  public var role: DetectionInput.Role
  public var name: String
  /// The group of an outlier set, such as `near`.
  public var group: String

  public init(
    _ source: DetectionSource, role: DetectionInput.Role, name: String? = nil, group: String = ""
  ) {
    self.source = source
    self.role = role
    self.group = group
    let metadata = source.set.metadata
    let stem = URL(fileURLWithPath: source.file).deletingPathExtension().lastPathComponent
    self.name = name ?? (metadata.dataset.isEmpty ? stem : metadata.dataset)
  }
}

/// Measures how well detection methods tell a data set's samples from those of others.
///
/// ```swift
/// let report = try DetectionEvaluator(requests: [DetectionRequest("energy")]).report([
///   DetectionMember(inliers, role: .inDistribution), DetectionMember(outliers, role: .outliers),
/// ])
/// ```
public struct DetectionEvaluator {
  public var requests: [DetectionRequest]
  public var bootstrap = BootstrapSettings()
  public var seed: UInt64 = 1
  /// The last layer, where the sets do not hold it.
  public var head: LinearHead?
  /// The most points of each ROC curve.
  public var curvePoints = 200
  /// Told what is being done.
  public var progress: (String) -> Void = { _ in }
  /// Given every set's uncertainties by method, once per set that was scored.
  public var keep: (DetectionMember, [(id: String, values: [Double])]) throws -> Void = { _, _ in }
  /// Methods that need more than stored predictions, in place of the requests of the same name.
  public var external: [ExternalDetection] = []

  public init(requests: [DetectionRequest]) { self.requests = requests }

  /// Scores sets and compares their uncertainties.
  ///
  /// - Parameter members: One in-distribution set or more, outlier sets, and what methods learn and choose from.
  /// - Returns: Rows by method and outlier set, means over groups, and the parameters that were used.
  /// - Throws: `DetectionError`, `EvaluationError`, `PredictionFileError`, `EngineError`.
  public func report(_ members: [DetectionMember]) throws -> DetectionReport {
    try check(members)
    let inliers = members.filter { [.inDistribution, .covariateShifted].contains($0.role) }
    let outliers = named(members.filter { $0.role == .outliers })
    let training = try DetectionTraining(
      training: members.first { $0.role == .training }?.source,
      validation: members.first { $0.role == .validation }?.source,
      head: head ?? inliers[0].source.set.head)
    var report = DetectionReport(
      model: inliers[0].source.set.metadata.model, inputs: try inputs(members, outliers),
      methods: [], entries: [], groupRows: [], columns: DetectionMetric.all.map(MetricColumn.init))
    report.warnings = warnings(members)

    let choices = try chosen(members, training, &report)
    let scorer = try DetectionScorer(
      choices, training: training, scoring: (inliers + outliers).map(\.source)
    ) { progress("fitting \($0)") }
    var lists = choices.map { _ in MethodScores() }
    for member in inliers + outliers {
      progress("scoring \(member.name)")
      let results = try scorer.uncertainties(of: member.source)
      for (index, result) in results.enumerated() {
        lists[index].add(result, isInlier: member.role != .outliers)
      }
      try keep(
        member,
        zip(choices, results).compactMap { choice, result in
          (try? result.get()).map { (choice.descriptor.id, $0) }
        })
    }
    for part in external {
      report.methods.append(part.method)
      lists.append(part.scores(inliers: inliers, outliers: outliers))
    }
    try addRows(&report, lists, outliers)
    return report
  }

  // MARK: - Before

  private func check(_ members: [DetectionMember]) throws {
    guard members.contains(where: { $0.role == .inDistribution }) else {
      throw EvaluationError.invalidSetting(
        name: "The number of in-distribution sets (--id)", value: "0", allowed: "1 or more")
    }
    guard members.contains(where: { $0.role == .outliers }) else {
      throw EvaluationError.invalidSetting(
        name: "The number of outlier sets (--ood)", value: "0", allowed: "1 or more")
    }
    var seen: [String: DetectionMember] = [:]
    for member in members where !member.source.file.isEmpty {
      let path = URL(fileURLWithPath: member.source.file).resolvingSymlinksInPath().path
      if let earlier = seen[path] {
        throw DetectionError.sameFile(
          file: member.source.file, first: earlier.role.words, second: member.role.words)
      }
      seen[path] = member
    }
    let hasOutliers = members.contains { $0.role == .validationOutliers }
    guard !hasOutliers || members.contains(where: { $0.role == .validation }) else {
      throw EvaluationError.invalidSetting(
        name: "The in-distribution validation set (--validation-id)", value: "missing",
        allowed: "given beside --validation-ood: parameters chosen on test samples are too good")
    }
    for request in requests {
      _ = try DetectionChoice(DetectionDescriptor.named(request.id), settings: request.settings)
    }
  }

  /// Outlier sets under names that tell them apart.
  private func named(_ outliers: [DetectionMember]) -> [DetectionMember] {
    var counts: [String: Int] = [:]
    return outliers.map { member in
      counts[member.name, default: 0] += 1
      var member = member
      let count = counts[member.name, default: 1]
      if count > 1 { member.name += " (\(count))" }
      return member
    }
  }

  private func inputs(
    _ members: [DetectionMember], _ outliers: [DetectionMember]
  ) throws -> [DetectionInput] {
    let order = DetectionInput.Role.allCases
    let others = members.filter { $0.role != .outliers }
      .sorted { (order.firstIndex(of: $0.role) ?? 0) < (order.firstIndex(of: $1.role) ?? 0) }
    return try (others + outliers).map { member in
      let isKnown = [.inDistribution, .covariateShifted].contains(member.role)
      return DetectionInput(
        role: member.role, name: member.name, file: member.source.file, group: member.group,
        samples: member.source.sampleCount,
        accuracy: isKnown ? try member.source.accuracy() : nil)
    }
  }

  private func warnings(_ members: [DetectionMember]) -> [String] {
    var warnings: [String] = []
    let weights = Set(members.map(\.source.set.metadata.weightsSHA256)).filter { !$0.isEmpty }
    if weights.count > 1 {
      let models = Set(members.map(\.source.set.metadata.model)).sorted()
      warnings.append("The sets come from different weights: \(models.joined(separator: ", ")).")
    }
    return warnings
  }

  // MARK: - Parameters

  /// The methods with their parameters, chosen on the validation sets where there are some.
  private func chosen(
    _ members: [DetectionMember], _ training: DetectionTraining, _ report: inout DetectionReport
  ) throws -> [DetectionChoice] {
    let validation = members.filter { $0.role == .validation }.map(\.source)
    let outliers = members.filter { $0.role == .validationOutliers }.map(\.source)
    var choices: [DetectionChoice] = []
    var candidates: [[DetectionChoice]] = []
    for request in requests where !external.contains(where: { $0.method.id == request.id }) {
      let descriptor = try DetectionDescriptor.named(request.id)
      choices.append(try DetectionChoice(descriptor, settings: request.settings))
      candidates.append(
        try descriptor.grid(fixed: request.settings).map {
          try DetectionChoice(descriptor, settings: $0)
        })
    }
    var areas = [Double?](repeating: nil, count: choices.count)
    var counts = [Int](repeating: 1, count: choices.count)
    let open = candidates.indices.filter { candidates[$0].count > 1 }
    if !outliers.isEmpty, !open.isEmpty {
      let all = open.flatMap { index in candidates[index].map { (index, $0) } }
      progress("choosing among \(all.count) settings on the validation sets")
      let scorer = try DetectionScorer(
        all.map(\.1), training: training, scoring: validation + outliers)
      var lists = all.map { _ in MethodScores() }
      for (source, isInlier) in validation.map({ ($0, true) }) + outliers.map({ ($0, false) }) {
        for (index, result) in try scorer.uncertainties(of: source).enumerated() {
          lists[index].add(result, isInlier: isInlier)
        }
      }
      for ((method, choice), list) in zip(all, lists) {
        guard let inliers = try? list.inliers.get(),
          let outcomes = try? ScoredOutcomes(
            inliers: inliers, outliers: list.outliers.flatMap { (try? $0.get()) ?? [] }),
          let area = try? AUROC().value(for: outcomes)
        else { continue }
        counts[method] = candidates[method].count
        // Of equal ones the first stays, as OpenOOD keeps it.
        if area > areas[method] ?? -1 {
          areas[method] = area
          choices[method] = choice
        }
      }
    }
    report.methods = choices.indices.map { index in
      let descriptor = choices[index].descriptor
      return DetectedMethod(
        id: descriptor.id, title: descriptor.title, source: descriptor.source,
        parameters: choices[index].settings, validationAUROC: areas[index],
        candidateCount: counts[index])
    }
    return choices
  }

  // MARK: - Rows

  private func addRows(
    _ report: inout DetectionReport, _ lists: [MethodScores], _ outliers: [DetectionMember]
  ) throws {
    for index in report.methods.indices {
      if let reason = lists[index].reason { report.methods[index].unavailable = reason }
    }
    var rows: [Int: [Int: DetectionEntry]] = [:]
    for (place, member) in outliers.enumerated() {
      progress("measuring \(member.name)")
      var resampled: [(method: Int, list: BootstrapList)] = []
      for method in report.methods.indices where report.methods[method].unavailable.isEmpty {
        guard let inliers = try? lists[method].inliers.get(),
          let values = try? lists[method].outliers[place].get()
        else { continue }
        do {
          let outcomes = try ScoredOutcomes(inliers: inliers, outliers: values)
          rows[method, default: [:]][place] = try entry(
            report, method, member, outcomes, inliers.count)
          resampled.append((method, BootstrapList(inliers: inliers, outliers: values)))
        } catch let error as MetricError {
          report.methods[method].unavailable = error.localizedDescription
        }
      }
      guard bootstrap.replicates > 0 else { continue }
      var settings = MetricSettings()
      (settings.accuracies, settings.coverages) = ([], [])
      let results = try Bootstrap(
        replicates: bootstrap.replicates, seed: seed, level: bootstrap.level
      ).run(resampled.map(\.list), settings: settings)
      for ((method, _), result) in zip(resampled, results) {
        for metric in DetectionMetric.all {
          rows[method]?[place]?.row.intervals[metric.id] =
            result.interval(metric.ranking.id)?.bounds
        }
      }
    }
    for method in report.methods.indices where report.methods[method].unavailable.isEmpty {
      report.entries += outliers.indices.compactMap { rows[method]?[$0] }
    }
    report.groupRows = groupRows(report, outliers)
  }

  private func entry(
    _ report: DetectionReport, _ method: Int, _ member: DetectionMember,
    _ outcomes: ScoredOutcomes, _ inlierCount: Int
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
    _ report: DetectionReport, _ outliers: [DetectionMember]
  ) -> [ResultRow] {
    var groups: [String] = []
    for member in outliers where !groups.contains(member.group) { groups.append(member.group) }
    return report.methods.flatMap { method -> [ResultRow] in
      let rows = report.entries.map(\.row).filter { $0.confidence == method.id }
      return groups.compactMap { group in
        let members = rows.filter { $0.split == group }
        guard let first = members.first else { return nil }
        var mean = first
        mean.file = ""
        mean.dataset = group
        mean.split = "mean"
        mean.samples = members.reduce(0) { $0 + $1.samples }
        mean.intervals = [:]
        for id in mean.metrics.keys {
          mean.metrics[id] =
            members.reduce(0) { $0 + ($1.metrics[id] ?? 0) } / Double(members.count)
        }
        return mean
      }
    }
  }
}

/// A method whose uncertainties were computed elsewhere, such as with the network and images.
public struct ExternalDetection: Sendable {
  public var method: DetectedMethod
  /// The uncertainties by file.
  public var uncertainties: [String: [Double]]

  public init(method: DetectedMethod, uncertainties: [String: [Double]]) {
    self.method = method
    self.uncertainties = uncertainties
  }

  fileprivate func scores(inliers: [DetectionMember], outliers: [DetectionMember]) -> MethodScores {
    var scores = MethodScores()
    for member in inliers + outliers {
      let values = uncertainties[member.source.file]
      let reason =
        method.unavailable.isEmpty ? "‘\(member.source.file)’ was not scored" : method.unavailable
      scores.add(
        values.map { .success($0) } ?? .failure(.unavailable(reason)),
        isInlier: member.role != .outliers)
    }
    return scores
  }
}

/// The uncertainties of one method.
private struct MethodScores {
  var inliers: Result<[Double], DetectionError> = .success([])
  /// One list per outlier set.
  var outliers: [Result<[Double], DetectionError>] = []

  mutating func add(_ result: Result<[Double], DetectionError>, isInlier: Bool) {
    guard isInlier else { return outliers.append(result) }
    inliers = inliers.flatMap { known in result.map { known + $0 } }
  }

  /// Why the method has no results; `nil` where it has.
  var reason: String? {
    for result in [inliers] + outliers {
      if case .failure(let error) = result { return error.errorDescription ?? "" }
    }
    return nil
  }
}

extension DetectionInput.Role {
  /// The role in a sentence.
  var words: String {
    switch self {
    case .inDistribution: "in-distribution set (--id)"
    case .covariateShifted: "covariate-shifted set (--csid)"
    case .training: "training set (--train)"
    case .validation: "validation set (--validation-id)"
    case .validationOutliers: "validation outliers (--validation-ood)"
    case .outliers: "outlier set (--ood)"
    }
  }
}

extension MetricColumn {
  fileprivate init(_ metric: DetectionMetric) {
    self.init(
      id: metric.id, title: metric.descriptor.title, direction: metric.descriptor.direction,
      definition: metric.descriptor.definition, source: metric.descriptor.source)
  }
}
