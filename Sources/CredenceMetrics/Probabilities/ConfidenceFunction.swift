import Foundation

/// A way to turn the scores of one sample into a confidence; higher is surer.
public struct ConfidenceFunction: Identifiable, Sendable {
  /// What a confidence function is computed from.
  public enum Requirement: String, Sendable {
    /// Any softmax output.
    case probabilities
    /// Scores before the softmax, whose scale and offset are lost in probabilities.
    case logits
    /// The logits of several members.
    case members
  }

  /// The command-line name, such as `msp` or `energy_2`.
  public let id: String
  public let title: String
  public let source: String
  public let requirement: Requirement
  /// Whether the confidence estimates the probability of being right, so that calibration errors have a meaning.
  public let isProbability: Bool
  let evaluate: @Sendable (ClassScores) -> Double
}

/// What is known of one sample's classes when its confidence is computed.
struct ClassScores {
  /// The logits, divided by the temperature; for stored probabilities their logarithms.
  let logits: UnsafeBufferPointer<Double>
  /// The probabilities.
  let probabilities: UnsafeBufferPointer<Double>
  /// The largest logit.
  let maximum: Double
  /// The logarithm of the sum of the exponentials of the logits.
  let logSumExp: Double
  /// What the members of an ensemble say; zeros where there are none.
  var members = MemberDoubt()

  /// The doubts of an ensemble about one sample.
  struct MemberDoubt {
    var predictiveEntropy = 0.0
    var expectedEntropy = 0.0
    var mutualInformation = 0.0
    var variationRatio = 0.0
  }

  /// The two largest entries of a buffer.
  static func largestTwo(_ values: UnsafeBufferPointer<Double>) -> (Double, Double) {
    var first = -Double.infinity
    var second = -Double.infinity
    for value in values {
      if value > first {
        second = first
        first = value
      } else if value > second {
        second = value
      }
    }
    return (first, second)
  }
}

extension ConfidenceFunction {
  /// Maximum softmax probability.
  public static let msp = Self(
    id: "msp", title: "Maximum softmax probability", source: "Hendrycks & Gimpel, arXiv:1610.02136",
    requirement: .probabilities, isProbability: true
  ) { exp($0.maximum - $0.logSumExp) }

  /// The largest minus the second largest probability.
  public static let marginProbability = Self(
    id: "margin", title: "Margin of the two largest probabilities",
    source: "Scheffer et al., IDA 2001", requirement: .probabilities, isProbability: false
  ) { scores in
    let (first, second) = ClassScores.largestTwo(scores.probabilities)
    return second.isFinite ? first - second : first
  }

  /// The largest minus the second largest logit.
  public static let marginLogit = Self(
    id: "margin_logit", title: "Margin of the two largest logits",
    source: "Scheffer et al., IDA 2001", requirement: .logits, isProbability: false
  ) { scores in
    let (first, second) = ClassScores.largestTwo(scores.logits)
    return second.isFinite ? first - second : first
  }

  /// The negative entropy of the probabilities, in nats.
  public static let negativeEntropy = Self(
    id: "entropy", title: "Negative entropy of the probabilities (nats)",
    source: "Shannon 1948", requirement: .probabilities, isProbability: false
  ) { scores in
    scores.probabilities.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
  }

  /// The largest logit.
  public static let maxLogit = Self(
    id: "max_logit", title: "Maximum logit", source: "Hendrycks et al., arXiv:1911.11132",
    requirement: .logits, isProbability: false
  ) { $0.maximum }

  /// The sum of squared probabilities, which ranks like DOCTOR.
  public static let sumOfSquares = Self(
    id: "sum_squares", title: "Sum of squared probabilities (DOCTOR)",
    source: "Granese et al., arXiv:2106.02395", requirement: .probabilities, isProbability: false
  ) { $0.probabilities.reduce(0) { $0 + $1 * $1 } }

  /// The negative free energy, T · log Σ exp(z / T).
  ///
  /// - Parameter temperature: T, greater than 0.
  /// - Returns: The confidence function `energy`, or `energy_<T>` where T is not 1.
  public static func energy(temperature: Double = 1) -> Self {
    Self(
      id: temperature == 1 ? "energy" : "energy_\(shortest(temperature))",
      title: "Negative energy, T = \(shortest(temperature))",
      source: "Liu et al., arXiv:2010.03759", requirement: .logits, isProbability: false
    ) { scores in
      if temperature == 1 { return scores.logSumExp }
      let sum = scores.logits.reduce(0) { $0 + exp(($1 - scores.maximum) / temperature) }
      return scores.maximum + temperature * log(sum)
    }
  }

  /// The largest logit of the centered logits, divided by their p-norm.
  ///
  /// - Parameter p: The norm's exponent, at least 1; 0 counts the entries that are not 0.
  /// - Returns: The confidence function `max_logit_pnorm_<p>`.
  public static func maxLogitPNorm(_ p: Double) -> Self {
    Self(
      id: "max_logit_pnorm_\(shortest(p))",
      title: "Maximum logit, centered, over its \(shortest(p))-norm",
      source: "Cattelan & Silva, arXiv:2305.15508", requirement: .logits, isProbability: false
    ) { scores in
      let mean = scores.logits.reduce(0, +) / Double(scores.logits.count)
      let norm: Double
      if p == 0 {
        norm = Double(scores.logits.count { $0 != mean })
      } else {
        norm = pow(scores.logits.reduce(0) { $0 + pow(abs($1 - mean), p) }, 1 / p)
      }
      return norm > 0 ? (scores.maximum - mean) / norm : 0
    }
  }

  /// The negative entropy of the mean of the members' probabilities, in nats.
  public static let predictiveEntropy = Self(
    id: "predictive_entropy", title: "Negative predictive entropy of the members (nats)",
    source: "Lakshminarayanan et al., arXiv:1612.01474", requirement: .members,
    isProbability: false
  ) { -$0.members.predictiveEntropy }

  /// The negative mean of the members' entropies, in nats.
  public static let expectedEntropy = Self(
    id: "expected_entropy", title: "Negative mean entropy of the members (nats)",
    source: "Houlsby et al., arXiv:1112.5745", requirement: .members, isProbability: false
  ) { -$0.members.expectedEntropy }

  /// The negative mutual information between the class and the member, in nats.
  public static let mutualInformation = Self(
    id: "mutual_information", title: "Negative mutual information of the members (nats)",
    source: "Houlsby et al., arXiv:1112.5745", requirement: .members, isProbability: false
  ) { -$0.members.mutualInformation }

  /// The share of members that name the most named class, minus 1.
  public static let variationRatio = Self(
    id: "variation_ratio", title: "Negative variation ratio of the members",
    source: "Freeman 1965; Gal & Ghahramani, arXiv:1506.02142", requirement: .members,
    isProbability: false
  ) { -$0.members.variationRatio }

  /// The functions of an ensemble's members.
  public static let ofMembers: [Self] = [
    .mutualInformation, .predictiveEntropy, .expectedEntropy, .variationRatio,
  ]

  /// The confidence of each sample of an ensemble.
  ///
  /// - Parameter scores: What the members say.
  /// - Returns: `[samples]`; `nil` for a function that is not one of `ofMembers`.
  public func confidences(of scores: EnsembleScores) -> [Double]? {
    guard requirement == .members else { return nil }
    let nothing = UnsafeBufferPointer<Double>(start: nil, count: 0)
    return scores.mutualInformations.indices.map { row in
      evaluate(
        ClassScores(
          logits: nothing, probabilities: nothing, maximum: 0, logSumExp: 0,
          members: ClassScores.MemberDoubt(
            predictiveEntropy: scores.predictiveEntropies[row],
            expectedEntropy: scores.expectedEntropies[row],
            mutualInformation: scores.mutualInformations[row],
            variationRatio: scores.variationRatios[row])))
    }
  }

  /// The functions that have no parameter, and those that do at their usual setting.
  public static let all: [Self] = [
    .msp, .marginProbability, .marginLogit, .negativeEntropy, .maxLogit, .energy(), .sumOfSquares,
    .maxLogitPNorm(4), .mutualInformation, .predictiveEntropy, .expectedEntropy, .variationRatio,
  ]

  /// The function of a name, which may end in a parameter: `energy_2`, `max_logit_pnorm_4`.
  ///
  /// - Parameter id: A name as `all` lists them.
  /// - Returns: `nil` where there is no such function.
  public static func named(_ id: String) -> Self? {
    if let exact = all.first(where: { $0.id == id }) { return exact }
    guard let underscore = id.lastIndex(of: "_"),
      let parameter = Double(id[id.index(after: underscore)...]),
      parameter.isFinite
    else { return nil }
    switch id[..<underscore] {
    case "energy" where parameter > 0: return .energy(temperature: parameter)
    case "max_logit_pnorm" where parameter == 0 || parameter >= 1: return .maxLogitPNorm(parameter)
    default: return nil
    }
  }

  /// The score by which samples are ranked: the confidence without the rounding of its last bits, 6·10⁻¹⁴ relative.
  ///
  /// Samples whose logits are the same numbers in another order have the same confidence, but sums in another order differ in the
  /// last bits: without this, rounding would break their tie.
  static func rankingScore(_ confidence: Double) -> Double {
    guard confidence.isFinite else { return confidence }
    return Double(bitPattern: (confidence.bitPattern &+ 0x80) & ~0xff)
  }

  /// The score by which samples are ranked by their largest probability: its log-odds, rounded to 6·10⁻¹¹.
  ///
  /// The probability itself is 1 for every sample that is sure enough; its log-odds never saturate.
  static func rankingScore(logOdds: Double) -> Double { (logOdds * 0x1p34).rounded() * 0x1p-34 }

  private static func shortest(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }
}
