import Foundation

/// How digits between classes are made; the defaults are those of the published recipe.
///
/// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582, appendix.
public struct AmbiguousDigitSettings: Codable, Hashable, Sendable {
  /// Images for training, and as many for testing.
  public var imageCount = 6000
  /// Labels drawn for each image.
  public var labelsPerImage = 10
  /// Of everything that is drawn.
  public var seed: UInt64 = 0
  /// Passes of the autoencoder over the training digits.
  public var epochs = 20
  /// Networks of the ensemble, where they are trained here.
  public var classifierCount = 5
  /// Their passes over the training digits.
  public var classifierEpochs = 6
  public var batchSize = 128
  /// Of Adam, for all networks.
  public var learningRate = 1e-3
  /// Of how many digits an image is mixed: each number is equally frequent.
  public var mixedDigits = [2, 3, 4]
  /// Images are kept up to this mutual information, in nats: more means that the networks do not know such images.
  public var greatestMutualInformation = 0.05
  /// Images are kept from this predictive entropy on, in nats.
  public var leastEntropy = 0.05
  /// Images are kept below this predictive entropy, in nats.
  public var entropyLimit = 1.6
  /// Equal intervals of entropy, from which images are taken more evenly than they come.
  public var binCount = 50
  /// The share of an interval is its number of images to this power; 0 makes all equal, 1 keeps them as they come.
  public var binPower = 0.2
  /// How many times as many images as are wanted are there to choose from.
  public var poolFactor = 10

  public init() {}

  /// Checks every setting.
  ///
  /// - Throws: `TrainingError.badSetting`, naming the setting.
  public func validate() throws(TrainingError) {
    func check(
      _ name: String, _ value: some CustomStringConvertible, _ isRight: Bool, _ allowed: String
    ) throws(TrainingError) {
      guard isRight else { throw .badSetting(name: name, value: "\(value)", allowed: allowed) }
    }
    let counts = [
      ("The number of images", imageCount, 1...1_000_000),
      ("The number of labels", labelsPerImage, 1...1000),
      ("The number of passes", epochs, 1...10_000),
      ("The number of networks", classifierCount, 2...100),
      ("The number of the networks' passes", classifierEpochs, 1...10_000),
      ("The batch size", batchSize, 1...100_000), ("The number of intervals", binCount, 1...10_000),
      ("The choice", poolFactor, 1...1000),
    ]
    for (name, value, range) in counts {
      try check(name, value, range ~= value, "from \(range.lowerBound) to \(range.upperBound)")
    }
    try check(
      "The learning rate", learningRate, learningRate > 0 && learningRate.isFinite, "above 0")
    try check(
      "The number of mixed digits", mixedDigits,
      !mixedDigits.isEmpty && mixedDigits.allSatisfy { 2...10 ~= $0 }, "from 2 to 10")
    try check(
      "The greatest mutual information", greatestMutualInformation, greatestMutualInformation > 0,
      "above 0")
    try check(
      "The range of entropies", "\(leastEntropy) to \(entropyLimit)",
      leastEntropy >= 0 && leastEntropy < entropyLimit && entropyLimit.isFinite,
      "from 0 or more to a larger number")
    try check("The power", binPower, 0...1 ~= binPower, "from 0 to 1")
  }
}
