import CredencePredictions

/// How strange a class is as the answer for a sample; small for the likely ones.
public enum ConformalScore: String, Codable, Hashable, Sendable, CaseIterable {
  /// One minus the probability: least ambiguous classifiers (Sadinle, Lei & Wasserman, JASA 2019).
  case lac
  /// The probability of all classes down to this one: adaptive sets (Romano, Sesia & Candès, NeurIPS 2020).
  case aps
  /// APS with a penalty on late ranks (Angelopoulos, Bates, Jordan & Malik, ICLR 2021).
  case raps
  /// The largest probability and the rank alone (Huang, Xi, Zhang, Yao, Qiu & Wei, ICML 2024).
  case saps
}

/// A conformal score with its settings.
public struct ConformalMethod: Codable, Hashable, Sendable {
  public var score: ConformalScore
  /// The weight of the rank in RAPS and SAPS, λ.
  public var rankWeight: Double
  /// The number of ranks that RAPS leaves without a penalty.
  public var freeRanks: Int
  /// Whether a uniform number per sample smooths the score, so that coverage is exact; LAC uses none.
  public var isRandomized: Bool

  public init(
    _ score: ConformalScore, rankWeight: Double = 0.1, freeRanks: Int = 2,
    isRandomized: Bool = false
  ) {
    self.score = score
    self.rankWeight = rankWeight
    self.freeRanks = freeRanks
    self.isRandomized = isRandomized
  }

  /// Checks the settings.
  ///
  /// - Throws: `CalibrationError.invalidSetting`.
  public func validate() throws(CalibrationError) {
    guard rankWeight >= 0, rankWeight.isFinite else {
      throw .invalidSetting(name: "lambda", value: rankWeight, allowed: "a finite number from 0")
    }
    guard freeRanks >= 0 else {
      throw .invalidSetting(name: "k_reg", value: Double(freeRanks), allowed: "0 or more")
    }
  }

  /// The formula in one line.
  public var definition: String {
    let formula =
      switch score {
      case .lac: "s = 1 − p"
      case .aps: "s = (sum of p over ranks ≤ o) − u p"
      case .raps: "s = (sum of p over ranks ≤ o) − u p + \(rankWeight) max(0, o − \(freeRanks))"
      case .saps: "s = u p_max if o = 1, else p_max + (o − 2 + u) \(rankWeight)"
      }
    if score == .lac { return formula }
    return formula + "; o is the rank of the class by falling p, "
      + (isRandomized ? "u uniform on [0, 1), one per sample" : "u = \(plainUniform)")
  }

  /// The value of u in the deterministic form, in which sets are never smaller than in the randomized one.
  var plainUniform: Double { score == .saps ? 1 : 0 }

  /// The score of a class; never falls with the rank.
  ///
  /// Ranks count from 1, `cumulative` is the probability of all classes up to this rank, `largest` that of the first class.
  @inline(__always)
  func value(
    probability: Double, rank: Int, cumulative: Double, largest: Double, uniform: Double
  ) -> Double {
    switch score {
    case .lac: 1 - probability
    case .aps: cumulative - uniform * probability
    case .raps:
      cumulative - uniform * probability + rankWeight * Double(max(0, rank - freeRanks))
    case .saps:
      rank == 1 ? uniform * largest : largest + (Double(rank - 2) + uniform) * rankWeight
    }
  }
}

/// One number per sample, uniform on [0, 1), that depends on the seed and the row alone.
struct RowUniforms: Hashable, Sendable {
  /// Which of the streams of a seed is meant.
  enum Stream: UInt64 {
    case calibration = 1
    case application = 2
    case temperature = 3
  }

  private let key: UInt64

  init(seed: Int, stream: Stream) {
    key = SplitMix64.mixed(
      UInt64(bitPattern: Int64(seed)) &+ stream.rawValue &* 0xd1b5_4a32_d192_ed03)
  }

  subscript(row: Int) -> Double {
    let bits = SplitMix64.mixed(key &+ UInt64(row) &* SplitMix64.increment)
    return Double(bits >> 11) * 0x1p-53
  }
}
