import CredenceTensor
import Foundation

/// KL-matching: the least KL divergence of a sample's probabilities from a class's mean probabilities.
///
/// Means are taken over the held-out samples that are put into the class (the training samples where none are given).
/// Classes that are never predicted are left out; means below 10⁻³⁰ count as that.
struct KLMatching: DetectionMethod {
  func fitted(to training: DetectionTraining) throws -> any Detector {
    let classes = try training.predictedClasses()
    let logarithms = classes.means.map { Float(log(max($0, 1e-30))) }
    return Fitted(
      logarithms: try FloatProduct(
        Tensor(logarithms, shape: [classes.present.count, classes.classCount])))
  }

  struct Fitted: Detector {
    /// The inner products with the logarithms of each predicted class's mean probabilities.
    let logarithms: FloatProduct

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      let statistics = try block.logitStatistics()
      let probabilities = try block.source.probabilities(block.rows).values
      let crosses = try FloatRows(logarithms(probabilities.tensor()))
      return try crosses.mapped { row, crosses in
        -statistics[row].entropy - Double(crosses.max() ?? 0)
      }
    }
  }
}

extension DetectionDescriptor {
  /// KL-matching.
  public static let klMatching = Self(
    id: "kl_matching", title: "KL-matching",
    source: "Hendrycks et al., ICML 2022, arXiv:1911.11132",
    requirements: [.probabilities, .trainProbabilities]
  ) { _ in KLMatching() }
}
