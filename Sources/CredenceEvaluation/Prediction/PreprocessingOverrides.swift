public import CredenceData
public import CredenceModels

/// What the user chooses of preprocessing, and of the network where its file leaves it open; what is `nil` stays as it comes with the weights.
public struct PreprocessingOverrides: Hashable, Sendable {
  /// Height and width.
  public var imageSize: [Int]?
  public var cropFraction: Double?
  public var cropMode: Preprocessing.CropMode?
  public var interpolation: Interpolation?
  public var mean: [Double]?
  public var std: [Double]?
  public var network = NetworkOverrides()

  public init() {}

  /// Everything as given.
  public init(_ preprocessing: Preprocessing) {
    imageSize = [preprocessing.height, preprocessing.width]
    cropFraction = preprocessing.cropFraction
    cropMode = preprocessing.cropMode
    interpolation = preprocessing.interpolation
    mean = preprocessing.mean
    std = preprocessing.std
  }

  /// The names that `set` understands, which are those of the command line's options.
  public static let keys = [
    "img-size", "crop-pct", "crop-mode", "interpolation", "mean", "std", "sn", "mod",
    "dropout-rate",
  ]

  /// Understands a choice as text.
  ///
  /// - Parameters:
  ///   - key: One of `keys`.
  ///   - text: `224` or `224x320`; a fraction; a name; numbers with commas between them; `true` or `false`.
  /// - Throws: `EvaluationError.invalidSetting`.
  public mutating func set(_ key: String, _ text: String) throws {
    func invalid(_ allowed: String) -> EvaluationError {
      .invalidSetting(name: "--\(key)", value: "‘\(text)’", allowed: allowed)
    }
    func numbers() throws -> [Double] {
      let numbers = text.split(whereSeparator: { ", ".contains($0) }).map { Double($0) }
      let values = numbers.compactMap { $0 }
      guard values.count == numbers.count, [1, 3].contains(values.count),
        values.allSatisfy(\.isFinite)
      else { throw invalid("three numbers such as 0.485,0.456,0.406, or one for gray images") }
      return values
    }
    switch key {
    case "img-size":
      let sides = text.split(separator: "x").map { Int($0) }
      let values = sides.compactMap { $0 }
      guard values.count == sides.count, (1...2).contains(values.count),
        values.allSatisfy({ (1...16_384).contains($0) })
      else { throw invalid("a number of pixels such as 224, or HEIGHTxWIDTH") }
      imageSize = values.count == 1 ? [values[0], values[0]] : values
    case "crop-pct":
      guard let fraction = Double(text), fraction > 0, fraction <= 16 else {
        throw invalid("a fraction above 0, such as 0.875")
      }
      cropFraction = fraction
    case "crop-mode":
      guard let mode = Preprocessing.CropMode(rawValue: text) else {
        throw invalid(
          "one of \(Preprocessing.CropMode.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      cropMode = mode
    case "interpolation":
      guard let value = Interpolation(rawValue: text) else {
        throw invalid("one of \(Interpolation.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      interpolation = value
    case "mean": mean = try numbers()
    case "std": std = try numbers()
    case "sn":
      guard let coefficient = Double(text), coefficient > 0, coefficient.isFinite else {
        throw invalid("a number above 0, such as 3.0")
      }
      network.normCoefficient = coefficient
    case "mod":
      guard let isModified = Bool(text) else { throw invalid("true or false") }
      network.usesModifiedBlocks = isModified
    case "dropout-rate":
      guard let rate = Double(text), (0..<1).contains(rate) else {
        throw invalid("a number from 0 to below 1, such as 0.3")
      }
      network.dropoutRate = rate
    default:
      throw EvaluationError.invalidSetting(
        name: "A choice", value: "‘\(key)’", allowed: Self.keys.joined(separator: ", "))
    }
  }

  /// These choices, and where they leave something open those of others.
  public func over(_ other: Self) -> Self {
    var result = self
    result.imageSize = imageSize ?? other.imageSize
    result.cropFraction = cropFraction ?? other.cropFraction
    result.cropMode = cropMode ?? other.cropMode
    result.interpolation = interpolation ?? other.interpolation
    result.mean = mean ?? other.mean
    result.std = std ?? other.std
    result.network = network.over(other.network)
    return result
  }

  /// The settings with the user's choices laid over them.
  public func applied(to preprocessing: Preprocessing) -> Preprocessing {
    var result = preprocessing
    if let mean { result.mean = mean }
    if let std { result.std = std }
    if let imageSize { result.inputSize = [result.mean.count] + imageSize }
    result.inputSize[0] = result.mean.count
    if let cropFraction { result.cropFraction = cropFraction }
    if let cropMode { result.cropMode = cropMode }
    if let interpolation { result.interpolation = interpolation }
    return result
  }
}
