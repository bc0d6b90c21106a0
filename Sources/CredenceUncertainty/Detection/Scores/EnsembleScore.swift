import CredenceMetrics
import CredencePredictions

/// What the members of an ensemble, or Monte-Carlo passes, say together.
struct EnsembleScore: DetectionMethod, Detector {
  let value: @Sendable (EnsembleScores) -> [Double]

  func fitted(to training: DetectionTraining) -> any Detector { self }

  func uncertainties(of block: DetectionBlock) throws -> [Double] {
    let scores: EnsembleScores = try block.shared("ensemble") {
      var scratch: [Double] = []
      let members = try block.source.set.memberLogits.map { member in
        try Matrix(
          member.withRows(block.rows, scratch: &scratch) { Array($0) },
          columnCount: member.columnCount)
      }
      do {
        return try EnsembleScores(members)
      } catch PredictionError.notFinite(let role, let row, let column) {
        throw PredictionFileError.invalid(
          file: block.source.file,
          error: .notFinite(role: role, row: block.rows.lowerBound + row, column: column))
      }
    }
    return value(scores)
  }
}

extension DetectionDescriptor {
  /// What the members do not agree on.
  public static let ensembleMI = Self(
    id: "ensemble_mi", title: "Mutual information of the members",
    source: "Houlsby et al., 2011, arXiv:1112.5745", requirements: [.members]
  ) { _ in EnsembleScore { $0.mutualInformations } }

  /// All doubt of the members together.
  public static let ensembleEntropy = Self(
    id: "ensemble_entropy", title: "Predictive entropy of the members",
    source: "Lakshminarayanan et al., NeurIPS 2017, arXiv:1612.01474", requirements: [.members]
  ) { _ in EnsembleScore { $0.predictiveEntropies } }
}
