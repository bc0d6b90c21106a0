public import CredencePredictions

/// The fitted numbers of one kind of policy, and how they act on predictions.
public protocol FittedPolicy: Codable, Hashable, Sendable {
  /// What the policy does, in one or two lines, with its formula and settings.
  var definition: String { get }

  /// Whether the policy fitted on logits would do something else on the logarithms of probabilities.
  static var dependsOnKind: Bool { get }

  /// Checks sizes and ranges after loading.
  ///
  /// - Parameter classCount: Of the fit samples; 0 where unknown.
  /// - Throws: `CalibrationError.malformedPolicy` naming the parameter.
  func validate(classCount: Int) throws(CalibrationError)

  /// Acts on every sample of a set.
  ///
  /// - Parameters:
  ///   - set: Checked against the policy by the caller.
  ///   - name: The policy's kind, by which added uncertainties are called.
  ///   - uniforms: One number in [0, 1) per sample, for randomized policies; drawn from the policy's seed without them.
  /// - Returns: The changed set, and what the policy decided.
  /// - Throws: `CalibrationError.unavailable` for what the set lacks, `PredictionError` for numbers that make no sense.
  func applied(to set: PredictionSet, name: String, uniforms: [Double]?) throws -> AppliedPolicy
}

/// What a policy promises, in words and numbers.
public struct Guarantee: Codable, Hashable, Sendable {
  public var text: String
  /// The numbers of the text, and the certificate of the fit.
  public var numbers: [String: Double]

  public init(_ text: String, numbers: [String: Double] = [:]) {
    self.text = text
    self.numbers = numbers
  }
}

/// A fitted policy, with what the fit found out.
public struct PolicyFit<Parameters: FittedPolicy>: Sendable {
  public var parameters: Parameters
  /// Labeled samples that were used.
  public var fitSize: Int
  public var guarantee: Guarantee
}

extension CalibrationError {
  /// Checks a number of a loaded policy.
  static func check(_ isValid: Bool, _ key: String, _ reason: @autoclosure () -> String)
    throws(CalibrationError)
  {
    if !isValid { throw .malformedPolicy(key: "parameters." + key, reason: reason()) }
  }

  /// Makes sure that sets of other sizes are refused where a parameter belongs to a class.
  static func checkClassCount(_ count: Int) throws(CalibrationError) {
    if count < 1 { throw .malformedPolicy(key: "classCount", reason: "is missing or too small") }
  }
}
