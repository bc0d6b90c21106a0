public import CredenceCalibration
import CredenceMetrics
public import CredencePredictions
import CredenceTensor
import CredenceUncertainty
import Foundation

/// Measures how well a network's doubt tells outliers apart, as the evaluation of Deep Deterministic Uncertainty does.
///
/// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582.
public struct DensityEvaluation: Sendable {
  public var settings: Settings

  public init(_ settings: Settings = Settings()) { self.settings = settings }

  /// Whose doubt is measured.
  public enum ModelType: String, Codable, Hashable, Sendable, CaseIterable {
    /// One network: its energy and its entropy.
    case softmax
    /// Several networks: mutual information and predictive entropy.
    case ensemble
    /// Gaussians over the features of one network: log density and the entropy of the classes' shares.
    case gmm
  }

  /// How the validation samples choose a temperature.
  public enum TemperatureSearch: String, Codable, Hashable, Sendable, CaseIterable {
    /// The optimum of the likelihood.
    case exact
    /// The best of 0.1, 0.2, …, 10, as published.
    case grid
  }

  /// What is measured and how.
  public struct Settings: Codable, Hashable, Sendable {
    public var modelType = ModelType.softmax
    public var temperature = TemperatureSearch.exact
    public var density = GaussianDensity.Configuration()
    /// Bins of the calibration error.
    public var binCount = 15
    /// Whether confidences that the published calibration error can't bin are errors, and its roundings are followed.
    public var isPublished = false

    public init() {}

    /// The published choices.
    public static func published(_ modelType: ModelType) -> Self {
      var settings = Self()
      settings.modelType = modelType
      settings.temperature = .grid
      settings.density = .published
      settings.isPublished = true
      return settings
    }
  }

  /// What the networks of one run said.
  public struct Outputs: Sendable {
    /// The training samples, without those held out, with their features; `gmm` alone needs them.
    public var training: PredictionSet?
    /// For each network, labeled logits of which the rows, or all, are held out for the temperature.
    public var validation: [(set: PredictionSet, rows: [Int]?)]
    /// For each network, the same labeled test samples.
    public var test: [PredictionSet]
    /// For each set of outliers, its name and what each network said.
    public var outliers: [(name: String, sets: [PredictionSet])]

    public init(
      training: PredictionSet? = nil, validation: [(set: PredictionSet, rows: [Int]?)],
      test: [PredictionSet], outliers: [(name: String, sets: [PredictionSet])]
    ) {
      self.training = training
      self.validation = validation
      self.test = test
      self.outliers = outliers
    }
  }

  /// Measures one run.
  ///
  /// - Parameters:
  ///   - number: The run's number, from 1.
  ///   - outputs: What its networks said.
  /// - Returns: Metrics for each set of outliers.
  /// - Throws: `EvaluationError.invalidSetting` where outputs are missing or do not fit together, and what fitting and scoring throw.
  public func run(_ number: Int, _ outputs: Outputs) throws -> DensityRun {
    guard let first = outputs.test.first, let classes = first.scoreMatrix?.columnCount else {
      throw EvaluationError.invalidSetting(
        name: "The number of networks", value: "0", allowed: "1 or more, with logits")
    }
    for set in outputs.test + outputs.outliers.flatMap(\.sets) + outputs.validation.map(\.set) {
      guard case .logits(let matrix) = set.output, matrix.columnCount == classes else {
        throw EvaluationError.invalidSetting(
          name: "The number of classes of ‘\(set.metadata.dataset)’",
          value: "\(set.scoreMatrix?.columnCount ?? 0)",
          allowed: "\(classes), that of the test samples, with logits")
      }
    }
    guard !outputs.outliers.isEmpty else {
      throw EvaluationError.invalidSetting(
        name: "The number of sets of outliers", value: "0", allowed: "1 or more")
    }
    let found = try outputs.validation.map { try temperature($0.set, $0.rows) }
    let temperatures = found.map(\.value)
    var run = DensityRun(number: number, temperatures: temperatures)
    run.printedLines = found.flatMap(\.lines)
    let plain = try Measured(outputs.test, temperatures: nil, settings)
    let scaled = try Measured(outputs.test, temperatures: temperatures, settings)
    let quality = [
      "accuracy": plain.accuracy, "ece": plain.ece, "t_ece": scaled.ece,
    ]
    var scoring: DensityScoring?
    if settings.modelType == .gmm {
      let density = try fit(outputs.training, classes: classes)
      run.warnings += density.warnings
      run.jitter = density.jitters.max() ?? 0
      run.shrinkage = density.shrinkages.max() ?? 0
      scoring = try DensityScoring(density)
    }
    let inside = try Doubts(outputs.test, temperatures: nil, scoring, settings)
    let insideScaled = try Doubts(outputs.test, temperatures: temperatures, nil, settings)
    run.inlierDoubts = inside.named
    for (name, sets) in outputs.outliers {
      var result = DensityRun.Outliers(name: name, sampleCount: sets.first?.sampleCount ?? 0)
      result.values = quality
      let outside = try Doubts(sets, temperatures: nil, scoring, settings)
      let outsideScaled = try Doubts(sets, temperatures: temperatures, nil, settings)
      result.doubts = outside.named
      try result.add("m1", inside.first, outside.first, isInlierPositive: inside.isFirstConfidence)
      try result.add("m2", inside.second, outside.second, isInlierPositive: false)
      if settings.modelType == .gmm {
        // The published program copies them: a temperature changes no density.
        for key in ["m1_auroc", "m1_auprc", "m2_auroc", "m2_auprc"] {
          result.values["t_" + key] = result.values[key]
        }
        try result.add(
          "softmax_entropy", inside.softmaxEntropies, outside.softmaxEntropies,
          isInlierPositive: false)
      } else {
        try result.add(
          "t_m1", insideScaled.first, outsideScaled.first,
          isInlierPositive: inside.isFirstConfidence)
        try result.add("t_m2", insideScaled.second, outsideScaled.second, isInlierPositive: false)
      }
      run.outliers.append(result)
    }
    return run
  }

  private func temperature(
    _ set: PredictionSet, _ rows: [Int]?
  ) throws -> (value: Double, lines: [String]) {
    switch settings.temperature {
    case .exact:
      return (try TemperatureScaling.fit(set, rows: rows).temperature, [])
    case .grid:
      let found = try Mukhoti2023Temperature.fit(set, rows: rows)
      return (found.temperature, settings.isPublished ? found.printedLines : [])
    }
  }

  private func fit(_ training: PredictionSet?, classes: Int) throws -> FittedDensity {
    guard let training, let embeddings = training.embeddings, let labels = training.labels else {
      throw PredictionError.missing(
        what: "features of training samples",
        reason: "A density is fitted to the features and labels of training samples.")
    }
    var density = try GaussianDensity.fit(
      embeddings, labels: labels, classCount: classes, configuration: settings.density)
    density.origin = FittedDensity.Origin(training.metadata)
    return density
  }
}

/// How good the predictions of one or several networks are.
private struct Measured {
  var accuracy = 0.0
  var ece = 0.0

  init(
    _ sets: [PredictionSet], temperatures: [Double]?, _ settings: DensityEvaluation.Settings
  ) throws {
    guard let labels = sets[0].labels, labels.contains(where: { $0 >= 0 }) else {
      throw EvaluationError.noLabels(file: sets[0].metadata.dataset)
    }
    var confidences: [Double]
    var predictions: [Int32]
    let logits = sets.compactMap(\.scoreMatrix)
    if settings.modelType == .ensemble {
      let scores = try EnsembleScores(logits, temperatures: temperatures)
      predictions = scores.predictions
      confidences = predictions.enumerated().map { row, label in
        scores.meanProbabilities[row * scores.classCount + Int(label)]
      }
    } else {
      let rows = try ConfidenceFunction.rows(
        [.msp], of: logits[0], temperature: temperatures?.first ?? 1)
      (confidences, predictions) = (rows.confidences[0], rows.predictions)
    }
    let labeled = labels.indices.filter { labels[$0] >= 0 }
    let isCorrect = labeled.map { predictions[$0] == labels[$0] }
    confidences = labeled.map { confidences[$0] }
    accuracy = Double(isCorrect.count { $0 }) / Double(isCorrect.count)
    if settings.isPublished {
      ece = try Mukhoti2023ECE(binCount: settings.binCount).value(
        confidences: confidences.map { Float($0) }, isCorrect: isCorrect)
    } else {
      ece = try ECE(binCount: settings.binCount).value(
        for: ScoredOutcomes(
          confidences: confidences.map { min(max($0, 0), 1) }, isCorrect: isCorrect))
    }
  }
}

/// The doubts about the samples of one set.
private struct Doubts {
  /// The published scores m1 and m2; both grow with doubt.
  var first: [Double] = []
  var second: [Double] = []
  /// Whether the published m1 is a confidence, of which in-distribution samples have more.
  let isFirstConfidence: Bool
  /// The entropy of the network's softmax; empty for an ensemble.
  var softmaxEntropies: [Double] = []
  private let names: [String]

  init(
    _ sets: [PredictionSet], temperatures: [Double]?, _ scoring: DensityScoring?,
    _ settings: DensityEvaluation.Settings
  ) throws {
    let logits = sets.compactMap(\.scoreMatrix)
    isFirstConfidence = settings.modelType != .ensemble
    if settings.modelType == .ensemble {
      let scores = try EnsembleScores(logits, temperatures: temperatures)
      (first, second) = (scores.mutualInformations, scores.predictiveEntropies)
      names = ["mutual_information", "predictive_entropy"]
      return
    }
    let rows = try ConfidenceFunction.rows(
      [.energy(), .negativeEntropy], of: logits[0], temperature: temperatures?.first ?? 1)
    softmaxEntropies = rows.confidences[1].map { -$0 }
    guard let scoring else {
      (first, second) = (rows.confidences[0].map { -$0 }, softmaxEntropies)
      names = ["energy", "softmax_entropy"]
      return
    }
    guard let embeddings = sets[0].embeddings else {
      throw PredictionError.missing(
        what: "features in ‘\(sets[0].metadata.dataset)’",
        reason: "The density scores features; these predictions were stored without.")
    }
    let scores = try scoring.scores(of: embeddings)
    (first, second) = (scores.logDensities.map { -$0 }, scores.entropies)
    names = ["log_density", "density_entropy", "softmax_entropy"]
  }

  /// The scores by name, as figures show them.
  var named: [String: [Double]] {
    var result = [names[0]: first, names[1]: second]
    if names.count > 2 { result[names[2]] = softmaxEntropies }
    return result
  }
}

extension DensityRun.Outliers {
  /// Adds the metrics of one score under its published names and, with both orientations, under those of detection.
  fileprivate mutating func add(
    _ key: String, _ inliers: [Double], _ outliers: [Double], isInlierPositive: Bool
  ) throws {
    let outcomes = try ScoredOutcomes(inliers: inliers, outliers: outliers)
    let success = try AUPRSuccess().value(for: outcomes)
    let error = try AUPRError().value(for: outcomes)
    values[key + "_auroc"] = try AUROC().value(for: outcomes)
    if key.contains("m1") || key.contains("m2") {
      values[key + "_auprc"] = isInlierPositive ? success : error
    }
    values[key + "_auprc_in"] = success
    values[key + "_auprc_out"] = error
    values[key + "_fpr95"] = try FPR95().value(for: outcomes)
  }
}
