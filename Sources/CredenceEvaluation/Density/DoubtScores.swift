public import CredenceCalibration
import CredenceMetrics
public import CredencePredictions
import CredenceUncertainty
import Foundation

/// Every doubt that stored predictions tell of, by the score's name.
public enum DoubtScores {
  /// Computes softmax entropy and energy of logits, the doubts of members, and with a density those of the features.
  ///
  /// - Parameters:
  ///   - set: Predictions with logits.
  ///   - density: Of the same network; its doubts are left out where `nil`.
  /// - Returns: `[samples]` each; all grow with doubt.
  /// - Throws: `PredictionError` for a bad row or missing features, `CalibrationError.densityMismatch`.
  public static func all(_ set: PredictionSet, density: FittedDensity? = nil) throws
    -> [String: [Double]]
  {
    var doubts: [String: [Double]] = [:]
    if case .logits(let logits) = set.output {
      let rows = try ConfidenceFunction.rows([.negativeEntropy, .energy()], of: logits)
      doubts["softmax_entropy"] = rows.confidences[0].map { -$0 }
      doubts["energy"] = rows.confidences[1].map { -$0 }
    }
    if !set.memberLogits.isEmpty {
      let scores = try EnsembleScores(set.memberLogits)
      doubts["predictive_entropy"] = scores.predictiveEntropies
      doubts["mutual_information"] = scores.mutualInformations
    }
    if let density {
      try density.check(set.metadata)
      let scores = try density.scores(of: set)
      doubts["log_density"] = scores.logDensities.map { -$0 }
      doubts["density_entropy"] = scores.entropies
    }
    return doubts
  }

  /// The doubts of the named parts of joined data sets, such as `mnist` and `ambiguous_mnist`, whose samples are called `part/name`.
  ///
  /// - Parameters:
  ///   - doubts: Of all samples.
  ///   - set: Where the samples' names are.
  /// - Returns: One entry per part in the order of the samples; one of the data set's own name where samples have no such names.
  public static func parts(
    _ doubts: [String: [Double]], of set: PredictionSet
  ) -> [(name: String, doubts: [String: [Double]])] {
    let whole = [(name: set.metadata.dataset, doubts: doubts)]
    guard let ids = set.sampleIDs else { return whole }
    var order: [String] = []
    var rows: [String: [Int]] = [:]
    for row in 0..<ids.count {
      guard let slash = ids[row].firstIndex(of: "/") else { return whole }
      let name = String(ids[row][..<slash])
      if rows[name] == nil { order.append(name) }
      rows[name, default: []].append(row)
    }
    guard order.count > 1, order.count <= 8 else { return whole }
    return order.map { name in
      (name, doubts.mapValues { values in (rows[name] ?? []).map { values[$0] } })
    }
  }
}
