public import CredencePredictions
import Foundation

/// A fitted rescaling, threshold or prediction-set rule, as one portable file.
///
/// ```swift
/// let policy = try Policy.fit(.named("threshold"), on: calibrationSet)
/// try policy.json().write(to: file)
/// let decision = try Policy(contentsOf: file).decision(forLogits: logits)
/// ```
public struct Policy: Codable, Sendable {
  public static let schema = "credence.policy/1"

  /// The kind's id, such as `temperature`.
  public let kind: String
  /// The fitted numbers.
  public let parameters: any FittedPolicy
  /// What it does, with its formula.
  public let definition: String
  /// The output it was fitted on.
  public let input: InputKind
  /// Classes of the fit samples; 0 where unknown.
  public let classCount: Int
  /// Labeled samples that were used.
  public let fitSize: Int
  public let guarantee: Guarantee
  public let fingerprint: Fingerprint
  /// The settings it was fitted with.
  public let settings: [String: SettingValue]

  /// Fits a policy on labeled predictions.
  ///
  /// - Throws: `CalibrationError` for a setting out of range, too few samples, or what the predictions lack.
  public static func fit(
    _ kind: PolicyKind, on set: PredictionSet, settings: PolicySettings = PolicySettings()
  ) throws -> Self {
    let result = try kind.fit(set, settings)
    return Self(
      kind: kind.id, parameters: result.parameters, definition: result.parameters.definition,
      input: InputKind(set.output), classCount: set.classCount ?? 0, fitSize: result.fitSize,
      guarantee: result.guarantee, fingerprint: try Fingerprint(set),
      settings: kind.settings(settings))
  }

  private init(
    kind: String, parameters: any FittedPolicy, definition: String, input: InputKind,
    classCount: Int, fitSize: Int, guarantee: Guarantee, fingerprint: Fingerprint,
    settings: [String: SettingValue]
  ) {
    self.kind = kind
    self.parameters = parameters
    self.definition = definition
    self.input = input
    self.classCount = classCount
    self.fitSize = fitSize
    self.guarantee = guarantee
    self.fingerprint = fingerprint
    self.settings = settings
  }

  /// Acts on a set of predictions of the same model.
  ///
  /// - Parameters:
  ///   - set: Of the same kind and number of classes as the fit samples.
  ///   - uniforms: One number in [0, 1) per sample, for randomized prediction sets; drawn from the policy's seed without
  ///     them.
  ///   - checksModel: Whether a set that names another model is refused.
  /// - Returns: The changed set, and what the policy decided.
  /// - Throws: `CalibrationError.mismatch` where the set does not fit, `unavailable` for what it lacks.
  public func apply(
    to set: PredictionSet, uniforms: [Double]? = nil, checksModel: Bool = true
  ) throws -> AppliedPolicy {
    try check(set, checksModel: checksModel)
    if let uniforms, uniforms.count != set.sampleCount {
      throw PredictionError.countMismatch(
        what: "uniform numbers", count: uniforms.count, other: "samples",
        otherCount: set.sampleCount)
    }
    return try parameters.applied(to: set, name: kind, uniforms: uniforms)
  }

  /// Decides about one sample.
  ///
  /// - Parameters:
  ///   - logits: The scores of all classes before the softmax.
  ///   - uniform: A number in [0, 1), for randomized prediction sets; the policy's first draw without it.
  /// - Returns: The class, its confidence and the verdict.
  /// - Throws: `CalibrationError.mismatch` for another number of classes, `PredictionError.notFinite`.
  public func decision(forLogits logits: [Float], uniform: Double? = nil) throws -> Decision {
    try decision(.logits(Matrix(logits, columnCount: logits.count)), uniform: uniform)
  }

  /// Decides about one sample.
  ///
  /// - Parameters:
  ///   - probabilities: Of all classes, summing to 1.
  ///   - uniform: A number in [0, 1), for randomized prediction sets; the policy's first draw without it.
  /// - Returns: The class, its confidence and the verdict.
  /// - Throws: `CalibrationError.mismatch` for another number of classes, `PredictionError.notAProbability`.
  public func decision(forProbabilities probabilities: [Float], uniform: Double? = nil) throws
    -> Decision
  {
    try decision(
      .probabilities(Matrix(probabilities, columnCount: probabilities.count)), uniform: uniform)
  }

  /// Decides about one sample of which the top class and its confidence are known.
  ///
  /// - Throws: `CalibrationError.unavailable` for a policy that needs all classes.
  public func decision(forLabel label: Int, confidence: Double) throws -> Decision {
    try decision(
      .decisions(Decisions(predictions: [Int32(clamping: label)], confidences: [confidence])))
  }

  /// Runs the same code as for a whole set, so a device and a server agree.
  private func decision(_ output: PredictionSet.Output, uniform: Double? = nil) throws -> Decision {
    let applied = try apply(to: PredictionSet(output), uniforms: uniform.map { [$0] })
    let top = try TopLabels(
      applied.set, temperature: (parameters as? any Tempered)?.temperature ?? 1)
    return Decision(
      label: Int(top.labels[0]), confidence: top.confidences[0],
      isAccepted: applied.accepted?.first,
      predictionSet: applied.predictionSets.map { $0[0].map(Int.init) })
  }

  private func check(_ set: PredictionSet, checksModel: Bool) throws(CalibrationError) {
    if classCount > 0, let found = set.classCount, found != classCount {
      throw .mismatch(
        what: "The number of classes", expected: "\(classCount)", found: "\(found)")
    }
    let found = InputKind(set.output)
    let isStrict = try PolicyKind.named(kind).dependsOnKind || input == .scores || found == .scores
    if isStrict, found != input {
      throw .mismatch(
        what: "The kind of the predictions", expected: input.rawValue, found: found.rawValue)
    }
    guard checksModel else { return }
    for (what, fitted, given) in [
      ("The model", fingerprint.model, set.metadata.model),
      ("The SHA-256 of the weights", fingerprint.weightsSHA256, set.metadata.weightsSHA256),
    ] where !fitted.isEmpty && !given.isEmpty && fitted != given {
      throw .mismatch(what: what, expected: "‘\(fitted)’", found: "‘\(given)’")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case schema
    case kind
    case definition
    case parameters
    case input
    case classCount
    case fitSize
    case guarantee
    case fingerprint
    case settings
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try container.decode(String.self, forKey: .schema)
    guard schema == Self.schema else {
      throw CalibrationError.unsupportedSchema(found: schema, expected: Self.schema)
    }
    kind = try container.decode(String.self, forKey: .kind)
    parameters = try PolicyKind.named(kind).decode(container.superDecoder(forKey: .parameters))
    definition = try container.decode(String.self, forKey: .definition)
    input = try container.decode(InputKind.self, forKey: .input)
    classCount = try container.decode(Int.self, forKey: .classCount)
    fitSize = try container.decode(Int.self, forKey: .fitSize)
    guarantee = try container.decode(Guarantee.self, forKey: .guarantee)
    fingerprint = try container.decode(Fingerprint.self, forKey: .fingerprint)
    settings = try container.decode([String: SettingValue].self, forKey: .settings)
    guard classCount >= 0, classCount <= Int(Int32.max), fitSize > 0 else {
      throw CalibrationError.malformedPolicy(
        key: fitSize > 0 ? "classCount" : "fitSize", reason: "is out of range")
    }
    try parameters.validate(classCount: classCount)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.schema, forKey: .schema)
    try container.encode(kind, forKey: .kind)
    try parameters.encode(to: container.superEncoder(forKey: .parameters))
    try container.encode(definition, forKey: .definition)
    try container.encode(input, forKey: .input)
    try container.encode(classCount, forKey: .classCount)
    try container.encode(fitSize, forKey: .fitSize)
    try container.encode(guarantee, forKey: .guarantee)
    try container.encode(fingerprint, forKey: .fingerprint)
    try container.encode(settings, forKey: .settings)
  }
}

/// A policy that divides logits by a temperature before it decides, and leaves them as they are in its set.
protocol Tempered: FittedPolicy {
  var temperature: Double { get }
}
