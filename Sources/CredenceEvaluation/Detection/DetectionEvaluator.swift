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
  /// The image list that picked the samples; empty where all of the file are taken.
  public var list: String
  /// The path or name of the images, for methods that run the network; empty where they are not known.
  public var images: String
  /// The folder below which the images of an image list are; empty for its usual places.
  public var imageRoot = ""

  public init(
    _ source: DetectionSource, role: DetectionInput.Role, name: String? = nil, group: String = "",
    list: String = "", images: String = ""
  ) {
    self.source = source
    self.role = role
    self.group = group
    self.list = list
    self.images = images
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
  /// How the in-distribution sets are scored beside the detection; `nil` where they are not.
  public var scoring: ScoreSettings?
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
    if let scoring { report.scores = try scores(inliers, scoring, &report) }
    return report
  }

  /// The labeled in-distribution sets as ‘credence score’ measures them; `nil` where none has labels.
  private func scores(
    _ inliers: [DetectionMember], _ settings: ScoreSettings, _ report: inout DetectionReport
  ) throws -> InDistributionScores? {
    let scorer = Scorer(settings: settings)
    var scores = InDistributionScores(entries: [], columns: scorer.columns)
    for member in inliers where member.source.set.labels?.contains(where: { $0 >= 0 }) == true {
      progress("scoring the predictions on \(member.name)")
      do {
        let (entries, warnings) = try scorer.score(
          ScoredSet(member.source.set, file: member.source.file))
        scores.entries += entries.map { entry in
          var entry = entry
          entry.row.dataset = member.name
          return entry
        }
        scores.warnings += warnings.map { inliers.count > 1 ? "\(member.name): \($0)" : $0 }
      } catch let error as EvaluationError {
        let sentences = [error.errorDescription, error.failureReason].compactMap(\.self)
        report.warnings.append(
          "The predictions on \(member.name) are not scored: \(sentences.joined(separator: " "))")
      } catch let error as MetricError {
        report.warnings.append(
          "The predictions on \(member.name) are not scored: \(error.localizedDescription).")
      }
    }
    return scores.entries.isEmpty ? nil : scores
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
}

extension MetricColumn {
  fileprivate init(_ metric: DetectionMetric) {
    self.init(
      id: metric.id, title: metric.descriptor.title, direction: metric.descriptor.direction,
      definition: metric.descriptor.definition, source: metric.descriptor.source)
  }
}
