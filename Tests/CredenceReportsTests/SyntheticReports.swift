import CredenceEvaluation
import CredenceMetrics
import Foundation

/// Score reports of simulated classifiers, as rich as real ones.
enum SyntheticReports {
  static let columns: [MetricColumn] = [
    ("accuracy", "Accuracy", Direction.higherIsBetter, "share of right predictions", ""),
    ("top5_accuracy", "Top-5 accuracy", .higherIsBetter, "label among the five largest", ""),
    (
      "auroc", "Area under the ROC curve", .higherIsBetter, "positive = right; ties count half",
      "Hendrycks & Gimpel, ICLR 2017"
    ),
    (
      "aupr_success", "Area under the precision–recall curve, right predictions", .higherIsBetter,
      "average precision, positive = right", "Hendrycks & Gimpel, ICLR 2017"
    ),
    ("aupr_error", "AUPR, errors", .higherIsBetter, "average precision, positive = wrong", ""),
    ("fpr95", "False positives at 95 % true positives", .lowerIsBetter, "first threshold", ""),
    (
      "aurc", "Area under the risk–coverage curve", .lowerIsBetter,
      "mean of risks, expected over ties", "Geifman et al., ICLR 2019"
    ),
    ("e_aurc", "Excess AURC", .lowerIsBetter, "AURC − its finite-sample optimum", ""),
    ("naurc", "Normalized AURC", .lowerIsBetter, "0 = perfect, 1 = random", ""),
    ("augrc", "Area under the generalized curve", .lowerIsBetter, "trapezoid", "Traub et al."),
    ("sac_0.95", "Coverage at 95 % accuracy", .higherIsBetter, "largest coverage", ""),
    ("sac_0.99", "Coverage at 99 % accuracy", .higherIsBetter, "largest coverage", ""),
    ("risk_at_0.8", "Risk at 80 % coverage", .lowerIsBetter, "ties averaged", ""),
    ("ece", "Expected calibration error", .lowerIsBetter, "15 equal-width bins, L1", "Guo et al."),
    ("mce", "Maximum calibration error", .lowerIsBetter, "15 equal-width bins", ""),
    ("ece_equal_mass", "Equal-mass ECE", .lowerIsBetter, "15 equal-mass bins", ""),
    ("smooth_ece", "Smooth ECE", .lowerIsBetter, "reflected Gaussian kernel", "ICLR 2024"),
    ("nll", "Negative log-likelihood", .lowerIsBetter, "nats", ""),
    ("brier", "Brier score", .lowerIsBetter, "sum over classes, 0 to 2", "Brier, 1950"),
  ].map { MetricColumn(id: $0.0, title: $0.1, direction: $0.2, definition: $0.3, source: $0.4) }

  /// Models before and after temperature scaling.
  static func report(models: [String] = ["resnet50.a1_in1k"], classes: Int = 100) -> ScoreReport {
    var entries: [ScoreEntry] = []
    for (index, model) in models.enumerated() {
      let skill = 1.2 + 0.35 * Double(index)
      var after = entry(model, seed: UInt64(index), skill: skill, sharpness: 1, classes: classes)
      entries.append(
        entry(model, seed: UInt64(index), skill: skill, sharpness: 1.7, classes: classes))
      after.row.rescaling = "temperature"
      after.row.parameters = ["temperature": 1.7012]
      entries.append(after)
    }
    return ScoreReport(
      entries: entries, warnings: ["12 rows have no label and were left out."], columns: columns)
  }

  private static func entry(
    _ model: String, seed: UInt64, skill: Double, sharpness: Double, classes: Int
  ) -> ScoreEntry {
    var random = SplitMix(state: seed &+ 7)
    let count = 5000
    var samples: [(confidence: Double, isRight: Bool, label: Int)] = []
    for _ in 0..<count {
      let logit = skill + 1.6 * (random.unit() + random.unit() + random.unit() - 1.5) * 1.6
      let isRight = random.unit() < 1 / (1 + exp(-logit))
      let confidence = 1 / (1 + exp(-sharpness * logit))
      samples.append((confidence, isRight, Int(random.unit() * Double(classes))))
    }
    samples.sort { $0.confidence > $1.confidence }
    let errors = samples.filter { !$0.isRight }.count
    let accuracy = 1 - Double(errors) / Double(count)

    var diagnostics = Diagnostics()
    var wrong = 0
    var risks = 0.0
    var concordant = 0.0
    for (index, sample) in samples.enumerated() {
      wrong += sample.isRight ? 0 : 1
      concordant += sample.isRight ? Double(errors - wrong) : 0
      let risk = Double(wrong) / Double(index + 1)
      risks += risk
      guard (index + 1) % 20 == 0 else { continue }
      let coverage = Double(index + 1) / Double(count)
      diagnostics.riskCoverage.append(
        RiskCoveragePoint(
          coverage: coverage, risk: risk, generalizedRisk: risk * coverage,
          threshold: sample.confidence))
      let forced = max(0, coverage - accuracy)
      diagnostics.oracle.append(
        RiskCoveragePoint(
          coverage: coverage, risk: forced / coverage, generalizedRisk: forced, threshold: 0))
      diagnostics.roc.append(
        ROCPoint(
          falsePositiveRate: Double(wrong) / Double(errors),
          truePositiveRate: Double(index + 1 - wrong) / Double(count - errors)))
    }
    var calibrationError = 0.0
    for bin in 0..<15 {
      let members = samples.filter { min(14, Int($0.confidence * 15)) == bin }
      let mean = members.reduce(0) { $0 + $1.confidence } / Double(max(1, members.count))
      let hits = Double(members.filter(\.isRight).count) / Double(max(1, members.count))
      let spread = 1.96 * (hits * (1 - hits) / Double(max(1, members.count))).squareRoot()
      calibrationError += Double(members.count) / Double(count) * abs(mean - hits)
      diagnostics.reliability.append(
        ReliabilityBin(
          lower: Double(bin) / 15, upper: Double(bin + 1) / 15, count: members.count,
          meanConfidence: mean, accuracy: hits,
          accuracyInterval: [max(0, hits - spread), min(1, hits + spread)]))
    }
    for bin in 0..<40 {
      let members = samples.filter { min(39, Int($0.confidence * 40)) == bin }
      let right = members.filter(\.isRight).count
      diagnostics.histogram.append(
        HistogramBin(
          lower: Double(bin) / 40, upper: Double(bin + 1) / 40, correct: right,
          wrong: members.count - right))
    }
    for (label, members) in Dictionary(grouping: samples, by: \.label).sorted(by: {
      $0.key < $1.key
    }) {
      let hits = Double(members.filter(\.isRight).count) / Double(members.count)
      let mean = members.reduce(0) { $0 + $1.confidence } / Double(members.count)
      diagnostics.classes.append(
        ClassRow(
          index: label, name: "class \(label)", samples: members.count, accuracy: hits,
          meanConfidence: mean, gap: mean - hits))
    }

    let aurc = risks / Double(count)
    var row = ResultRow(
      model: model, file: "predictions/\(model)__imagenet__val.safetensors", dataset: "imagenet",
      split: "val", samples: count, classes: classes)
    row.metrics = [
      "accuracy": accuracy, "top5_accuracy": min(1, accuracy + 0.15),
      "auroc": concordant / Double(errors * (count - errors)), "aupr_success": 0.93,
      "aupr_error": 0.52, "fpr95": 0.71, "aurc": aurc, "e_aurc": aurc * 0.6, "naurc": 0.31,
      "augrc": aurc * 0.7, "ece": calibrationError, "mce": 3 * calibrationError,
      "ece_equal_mass": calibrationError * 1.01, "smooth_ece": calibrationError * 0.97,
      "nll": 0.9 + calibrationError, "brier": 0.34 + calibrationError,
      "risk_at_0.8": diagnostics.riskCoverage[199].risk,
    ]
    for target in [0.95, 0.99] {
      row.metrics["sac_\(target)"] =
        diagnostics.riskCoverage.last { 1 - $0.risk >= target }?.coverage ?? 0
    }
    for (id, value) in row.metrics where id != "smooth_ece" {
      row.intervals[id] = [value * 0.985, min(value * 1.015, id == "nll" ? 9 : 1)]
    }
    row.unavailable = ["kde_ece": "it costs O(N²) and was not asked for"]
    row.definitions = Dictionary(uniqueKeysWithValues: columns.map { ($0.id, $0.definition) })
    return ScoreEntry(row: row, diagnostics: diagnostics)
  }
}

/// A small generator with a seed, for tests.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func unit() -> Double { Double.random(in: 0..<1, using: &self) }
}

extension SyntheticReports {
  /// A comparison of models whose numbers rise with their place in the list.
  static func comparison(models: [String], classes: Int = 40) -> ComparisonReport {
    let metrics: [(id: String, test: String)] = [
      ("accuracy", "mcnemar"), ("auroc", "delong"), ("aurc", "bootstrap"), ("ece", "bootstrap"),
    ]
    var random = SplitMix(state: 3)
    var compared: [ComparedModel] = []
    for (index, model) in models.enumerated() {
      let base = [
        "accuracy": 0.72 + 0.011 * Double(index), "auroc": 0.86 + 0.002 * Double(index),
        "aurc": 0.09 - 0.003 * Double(index), "ece": 0.02 + 0.004 * Double(index),
      ]
      compared.append(
        ComparedModel(
          model: model, file: "predictions/\(model).npz", metrics: base,
          intervals: base.mapValues { [$0 - 0.004, $0 + 0.004] },
          unavailable: ["nll": "the file holds confidences, not probabilities"],
          ranks: [
            "accuracy": Double(models.count - index), "auroc": Double(models.count - index),
            "aurc": Double(models.count - index), "ece": Double(index + 1),
          ]))
    }
    var pairs: [PairwiseComparison] = []
    var wins: [ClassComparison] = []
    for first in models.indices {
      for second in models.indices.dropFirst(first + 1) {
        for (id, test) in metrics {
          let difference = (compared[first].metrics[id] ?? 0) - (compared[second].metrics[id] ?? 0)
          let isClear = abs(difference) > 0.0035
          pairs.append(
            PairwiseComparison(
              metric: id, first: models[first], second: models[second], difference: difference,
              interval: [difference - 0.0035, difference + 0.0035], test: test,
              pValue: isClear ? 0.0004 : 0.21, adjustedPValue: isClear ? 0.0008 : 0.42))
        }
        for label in 0..<classes {
          wins.append(
            ClassComparison(
              index: label, name: "class \(label)", first: models[first], second: models[second],
              samples: 50, wins: Int(random.unit() * 12), losses: Int(random.unit() * 9)))
        }
      }
    }
    let rankings = metrics.map { metric in
      let isLow = metric.id == "ece"
      let order = isLow ? models : models.reversed()
      return RankDiagram(
        metric: metric.id, models: order,
        meanRanks: order.indices.map { Double($0) + 1 + 0.1 * Double($0 % 2) },
        cliques: metric.id == "auroc" ? [Array(order.prefix(2)), Array(order.suffix(2))] : [],
        significance: 0.05)
    }
    let disagreements = (0..<12).map { row in
      Disagreement(
        row: row * 31, sampleID: "image-\(row).jpeg", label: row, first: models[0],
        firstPrediction: row, firstConfidence: 0.97, second: models[models.count - 1],
        secondPrediction: row + 1, secondConfidence: 0.95)
    }
    return ComparisonReport(
      samples: 5000, matching: "sample-id", models: compared, pairs: pairs, rankings: rankings,
      classes: wins, disagreements: disagreements, columns: columns, warnings: [])
  }
}
