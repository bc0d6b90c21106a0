import CredenceMetrics
import Foundation

/// GEN: Σ pᵞ (1 − p)ᵞ over the M largest probabilities.
///
/// Probabilities come from the logits in double precision, so that those below 10⁻³⁸ still count where γ is small;
/// with all classes where there are fewer than M.
struct GeneralizedEntropy: DetectionMethod, Detector {
  let gamma: Double
  let classLimit: Int

  func fitted(to training: DetectionTraining) -> any Detector { self }

  func uncertainties(of block: DetectionBlock) throws -> [Double] {
    // Σ exp(γ (ln p + ln (1 − p))), of which the sum of logarithms serves every γ.
    let terms = try block.shared("GEN \(classLimit)") {
      try block.source.softmaxRows(block.rows) { _, row in Self.terms(row, classLimit) }
    }
    return terms.map { terms in
      var sum = Double8()
      for k in stride(from: 0, to: terms.count, by: 8) {
        var part = Double8(repeating: -.infinity)
        let lanes = min(8, terms.count - k)
        for lane in 0..<lanes { part[lane] = gamma * terms[k + lane] }
        let e = exponential(part)
        sum += e.replacing(with: 0, where: part .== -.infinity)
      }
      return sum.sum()
    }
  }

  /// ln p + ln (1 − p) of the largest probabilities.
  private static func terms(_ row: SoftmaxRow, _ limit: Int) -> [Double] {
    let count = min(limit, row.classCount)
    let (logits, probabilities) = (row.logits, row.probabilities)
    var threshold = -Double.infinity
    var ties = row.classCount
    if count < row.classCount {
      withUnsafeTemporaryAllocation(of: Float.self, capacity: row.classCount) { copy in
        // Distances from the largest logit keep their order in single precision but for ties.
        for k in logits.indices { copy[k] = Float(logits[k] - row.maximum) }
        threshold = Double(selectLargest(count, of: copy))
        ties = count
        for k in 0..<count where Double(copy[k]) > threshold { ties -= 1 }
      }
    }
    var rest = 0.0
    for k in probabilities.indices where k != row.prediction { rest += probabilities[k] }
    var terms: [Double] = []
    terms.reserveCapacity(count)
    for k in logits.indices {
      let distance = logits[k] - row.maximum
      let rounded = count < row.classCount ? Double(Float(distance)) : 0
      guard rounded >= threshold else { continue }
      if rounded == threshold {
        guard ties > 0 else { continue }
        ties -= 1
      }
      let complement = k == row.prediction ? log(rest) : log1p(-probabilities[k])
      terms.append(distance - row.logTotal + complement)
    }
    return terms
  }
}

extension DetectionDescriptor {
  /// Generalized entropy.
  public static let gen = Self(
    id: "gen", title: "Generalized entropy (GEN)", source: "Liu, Lochman & Zach, CVPR 2023",
    requirements: [.probabilities],
    parameters: [
      DetectionParameter(
        "gamma", title: "γ", default: 0.1, candidates: [0.01, 0.1, 0.5, 1, 2, 5, 10],
        allowed: 1e-6...100),
      DetectionParameter(
        "M", title: "largest probabilities counted", default: 100,
        candidates: [10, 50, 100, 200, 500, 1000], allowed: 1...1e9, isInteger: true),
    ]
  ) { settings in
    GeneralizedEntropy(gamma: settings["gamma"] ?? 0.1, classLimit: Int(settings["M"] ?? 100))
  }
}
