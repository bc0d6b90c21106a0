/// A way to tell samples of a known distribution from outliers by what a classifier says of them.
///
/// The uncertainties of every method grow with doubt; published scores of the other direction are negated.
public protocol DetectionMethod: Sendable {
  /// Learns what the method needs from the training set.
  ///
  /// - Parameter training: The training predictions and what other methods have learned of them.
  /// - Returns: A detector for blocks of samples of the same classifier.
  /// - Throws: `DetectionError` where the method can't be had; `PredictionFileError`, `EngineError`.
  func fitted(to training: DetectionTraining) throws -> any Detector
}

/// A method that has seen its training set.
public protocol Detector {
  /// The uncertainties of a block's samples, one each; they grow with doubt.
  ///
  /// - Parameter block: Consecutive samples, and what other detectors have computed of them.
  /// - Returns: One number per sample, in order.
  /// - Throws: `DetectionError`, `PredictionFileError`, `EngineError`.
  func uncertainties(of block: DetectionBlock) throws -> [Double]
}

/// What a method is computed from.
public enum DetectionRequirement: String, Codable, Hashable, Sendable, CaseIterable {
  /// Logits or probabilities of every class.
  case probabilities
  /// Logits of every class, whose scale and offset are lost in probabilities.
  case logits
  /// The features before the last layer.
  case embeddings
  /// The weights of the last layer.
  case head
  case trainProbabilities = "train-probabilities"
  case trainEmbeddings = "train-embeddings"
  case trainLabels = "train-labels"
  /// The logits of an ensemble's members or of Monte-Carlo passes.
  case members
  /// The network itself and the images.
  case network
}

/// A number that shapes a method, and the values among which a validation set chooses.
public struct DetectionParameter: Codable, Hashable, Sendable {
  public let name: String
  /// What it is, in a few words.
  public let title: String
  public let defaultValue: Double
  /// The values that are tried; only the default where there is nothing to choose.
  public let candidates: [Double]
  public let allowed: ClosedRange<Double>
  public let isInteger: Bool

  public init(
    _ name: String, title: String, default defaultValue: Double, candidates: [Double] = [],
    allowed: ClosedRange<Double>, isInteger: Bool = false
  ) {
    self.name = name
    self.title = title
    self.defaultValue = defaultValue
    self.candidates = candidates.isEmpty ? [defaultValue] : candidates
    self.allowed = allowed
    self.isInteger = isInteger
  }

  /// Whether a value can be taken.
  public func accepts(_ value: Double) -> Bool {
    allowed.contains(value) && (!isInteger || value == value.rounded())
  }

  /// The allowed values in words.
  public var allowedText: String {
    func text(_ value: Double) -> String {
      value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }
    let range =
      allowed.upperBound >= 1e9
      ? "\(text(allowed.lowerBound)) or more"
      : "from \(text(allowed.lowerBound)) to \(text(allowed.upperBound))"
    return (isInteger ? "a whole number, " : "") + range
  }
}

/// What the rest of the system needs to know of a detection method.
public struct DetectionDescriptor: Identifiable, Sendable {
  /// The command-line name and the report's row, such as `knn`.
  public let id: String
  public let title: String
  /// The paper.
  public let source: String
  public let requirements: [DetectionRequirement]
  public let parameters: [DetectionParameter]
  /// Makes the method of checked parameters.
  let make: @Sendable (DetectionSettings) -> any DetectionMethod

  init(
    id: String, title: String, source: String, requirements: [DetectionRequirement],
    parameters: [DetectionParameter] = [],
    make: @escaping @Sendable (DetectionSettings) -> any DetectionMethod
  ) {
    self.id = id
    self.title = title
    self.source = source
    self.requirements = requirements
    self.parameters = parameters
    self.make = make
  }

  /// The method with some of its parameters set and the others at their defaults.
  ///
  /// - Parameter settings: Values by the parameters' names.
  /// - Returns: A method to be fitted.
  /// - Throws: `DetectionError.unknownParameter` or `badParameter`.
  public func method(_ settings: DetectionSettings = [:]) throws -> any DetectionMethod {
    make(try completed(settings))
  }

  /// The settings with defaults for what they leave out.
  ///
  /// - Parameter settings: Values by the parameters' names.
  /// - Returns: One value per parameter.
  /// - Throws: `DetectionError.unknownParameter` or `badParameter`.
  public func completed(_ settings: DetectionSettings) throws -> DetectionSettings {
    var result: DetectionSettings = [:]
    for parameter in parameters { result[parameter.name] = parameter.defaultValue }
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      guard let parameter = parameters.first(where: { $0.name == name }) else {
        throw DetectionError.unknownParameter(
          method: id, name: name, known: parameters.map(\.name))
      }
      guard parameter.accepts(value) else {
        throw DetectionError.badParameter(
          method: id, name: name, value: value, allowed: parameter.allowedText)
      }
      result[name] = value
    }
    return result
  }

  /// Every combination of the parameters' candidates; the first parameter changes fastest.
  ///
  /// - Parameter fixed: Values that are not to be chosen.
  /// - Returns: One setting or more, each complete.
  public func grid(fixed: DetectionSettings = [:]) -> [DetectionSettings] {
    var grid: [DetectionSettings] = [[:]]
    for parameter in parameters {
      let values = fixed[parameter.name].map { [$0] } ?? parameter.candidates
      grid = values.flatMap { value in
        grid.map { $0.merging([parameter.name: value]) { $1 } }
      }
    }
    return grid
  }
}

/// The values of a method's parameters by name.
public typealias DetectionSettings = [String: Double]
