import CredenceMetrics
import Foundation

/// A score that one pass over the logits gives, without training.
struct LogitScore: DetectionMethod, Detector {
  let value: @Sendable (LogitStatistics) -> Double

  func fitted(to training: DetectionTraining) -> any Detector { self }

  func uncertainties(of block: DetectionBlock) throws -> [Double] {
    try block.logitStatistics().map(value)
  }
}

extension DetectionDescriptor {
  /// One minus the largest probability, which does not saturate: tiny differences from 1 are kept.
  public static let msp = Self(
    id: "msp", title: "Maximum softmax probability",
    source: "Hendrycks & Gimpel, ICLR 2017, arXiv:1610.02136", requirements: [.probabilities]
  ) { _ in LogitScore { $0.missing } }

  /// Minus the largest logit.
  public static let maxLogit = Self(
    id: "max_logit", title: "Maximum logit",
    source: "Hendrycks et al., ICML 2022, arXiv:1911.11132", requirements: [.logits]
  ) { _ in LogitScore { -$0.maximum } }

  /// The entropy of the softmax in nats.
  public static let entropy = Self(
    id: "entropy", title: "Softmax entropy",
    source: "Hendrycks & Gimpel, ICLR 2017, arXiv:1610.02136", requirements: [.probabilities]
  ) { _ in LogitScore { $0.entropy } }

  /// Minus the difference of the two largest logits; for probabilities, of their logarithms.
  public static let margin = Self(
    id: "margin", title: "Margin of the two largest logits",
    source: "Scheffer et al., IDA 2001", requirements: [.probabilities]
  ) { _ in LogitScore { $0.second.isFinite ? $0.second - $0.maximum : -$0.maximum } }

  /// The free energy −T ln Σ exp(z / T).
  public static let energy = Self(
    id: "energy", title: "Energy", source: "Liu et al., NeurIPS 2020, arXiv:2010.03759",
    requirements: [.logits],
    parameters: [
      DetectionParameter(
        "temperature", title: "T", default: 1, candidates: [1, 10, 100, 1000], allowed: 1e-6...1e6)
    ]
  ) { settings in Energy(temperature: settings["temperature"] ?? 1) }
}

/// The free energy −T ln Σ exp(z / T).
struct Energy: DetectionMethod, Detector {
  let temperature: Double

  func fitted(to training: DetectionTraining) -> any Detector { self }

  func uncertainties(of block: DetectionBlock) throws -> [Double] {
    if temperature == 1 { return try block.logitStatistics().map { -$0.logSumExp } }
    return try block.source.softmaxRows(block.rows) { _, row in
      var sum = 0.0
      for z in row.logits { sum += exp((z - row.maximum) / temperature) }
      return -(row.maximum + temperature * log(sum))
    }
  }
}
