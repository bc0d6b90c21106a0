/// What a threshold is chosen for.
public enum ThresholdTarget: Codable, Hashable, Sendable {
  /// This accuracy of accepted predictions, on the fit samples.
  case accuracy(Double)
  /// At most this risk of accepted predictions, except with probability delta over the choice of the fit samples.
  case risk(Double, delta: Double, procedure: GuaranteeProcedure)
}

/// How confidences are divided into bins.
public enum Binning: String, Codable, Hashable, Sendable, CaseIterable {
  case equalWidth = "equal-width"
  case equalMass = "equal-mass"
}

/// The settings of every kind of policy; each kind reads its own.
public struct PolicySettings: Codable, Hashable, Sendable {
  /// For `threshold`.
  public var target = ThresholdTarget.accuracy(0.99)
  /// For `conformal`: the share of samples whose true class may be missed.
  public var alpha = 0.1
  /// For `conformal`.
  public var conformal = ConformalMethod(.lac)
  /// For `conformal`: a quantile for each true class.
  public var isClassConditional = false
  /// For `conformal`: whether sets may be empty.
  public var allowsEmpty = true
  /// For `threshold` and `conformal`: whether a temperature is fitted first.
  ///
  /// A policy with a guarantee fits it on a fifth of the samples, drawn by the seed, and itself on the rest; otherwise the
  /// guarantee would not hold.
  public var fitsTemperature = false
  /// For everything drawn at random.
  public var seed = 1
  /// For `histogram`.
  public var binCount = 15
  /// For `histogram`.
  public var binning = Binning.equalWidth
  /// For `matrix` and `dirichlet`: the weight λ of the squares off the diagonal.
  public var offDiagonalWeight = 0.01
  /// For `matrix` and `dirichlet`: the weight μ of the squared intercepts.
  public var interceptWeight = 0.01
  /// For `vector`, `matrix` and `dirichlet`: most steps of the optimizer.
  public var maximumIterations = 100

  public init() {}
}

/// A setting as a policy file shows it.
public enum SettingValue: Codable, Hashable, Sendable {
  case number(Double)
  case text(String)
  case flag(Bool)

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    }
  }
}
