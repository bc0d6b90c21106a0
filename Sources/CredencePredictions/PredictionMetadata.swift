/// Where a set of predictions comes from.
public struct PredictionMetadata: Codable, Hashable, Sendable {
  public var model = ""
  public var dataset = ""
  public var split = ""
  /// The image preprocessing, as JSON.
  public var preprocessing = ""
  /// The classes' names in order of their index; empty where unknown.
  public var classNames: [String] = []
  /// The program that made the predictions.
  public var producer = ""
  /// The SHA-256 of the weights, in hexadecimal digits.
  public var weightsSHA256 = ""
  /// Anything else the file says about itself.
  public var other: [String: String] = [:]

  public init() {}
}
