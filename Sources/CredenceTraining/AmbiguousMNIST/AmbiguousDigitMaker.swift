public import CredenceData
import CredenceFiles
import CredenceTensor
public import Foundation

/// Makes digits between classes, after the recipe of Ambiguous-MNIST.
///
/// An autoencoder learns the digits. Codes of two to four digits of different classes are mixed with random weights and decoded. An
/// ensemble of classifiers keeps what its members agree to be ambiguous, and its probabilities draw the labels.
///
/// The same seed gives the same digits on the same machine; sums of another number of threads may round otherwise, and so keep others.
///
/// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582.
public struct AmbiguousDigitMaker {
  public let settings: AmbiguousDigitSettings
  /// Told what is being done, and the part of it that is done, from 0 to 1.
  public var progress: (String, Double) -> Void = { _, _ in }

  /// Where the classifiers come from.
  public enum Ensemble: Sendable {
    /// Trained on the same digits.
    case trained
    /// Files of weights of LeNet, at least two.
    case files([URL])
  }

  /// Mixtures that are decoded at once.
  private static let candidateCount = 2048
  /// So many candidates for each image that is wanted in the pool, before giving up.
  private static let greatestEffort = 400

  /// - Throws: `TrainingError.badSetting`.
  public init(_ settings: AmbiguousDigitSettings = AmbiguousDigitSettings()) throws {
    try settings.validate()
    self.settings = settings
  }

  /// Makes the digits.
  ///
  /// - Parameters:
  ///   - training: MNIST's training digits.
  ///   - test: MNIST's test digits, on which the ensemble's accuracy is measured.
  ///   - ensemble: The classifiers.
  /// - Returns: The digits, those for training first.
  /// - Throws: `TrainingError`, `DatasetError`, `ModelError`, `FileError`, `EngineError`.
  public func make(
    from training: any ImageDataset, test: any ImageDataset, ensemble: Ensemble = .trained
  ) throws -> AmbiguousDigits {
    let start = ContinuousClock.now
    progress("reading digits", 0)
    let images = try DigitImages(training)
    let classifiers: DigitEnsemble =
      switch ensemble {
      case .files(let files): try DigitEnsemble(files: files)
      case .trained:
        try DigitEnsemble(training: settings, on: images) { progress("training classifiers", $0) }
      }
    let accuracy = try accuracy(of: classifiers, on: DigitImages(test))
    let autoencoder = try DigitAutoencoder(
      pixelCount: images.pixels.shape[1], seed: settings.seed)
    let losses = try DigitLearning(
      batchSize: settings.batchSize, epochs: settings.epochs, learningRate: settings.learningRate,
      seed: settings.seed
    ).run(
      autoencoder.store, on: images, progress: { progress("training the autoencoder", $0) },
      // What is learned are the images themselves, so that the loss is all of the output.
      network: { pixels, _ in try autoencoder.loss(pixels) }, loss: { loss, _ in loss })
    var random = SplitMix64(seed: SplitMix64.mixed(settings.seed))
    var pool = try pool(images, autoencoder, classifiers, &random)
    let digits = choose(from: &pool, &random)
    var record = AmbiguousDigitRecord(settings: settings)
    record.ensembleSize = classifiers.count
    record.ensembleAccuracy = accuracy
    record.autoencoderLosses = losses
    record.candidateCount = pool.candidateCount
    record.keptCount = pool.entropies.count
    record.describe(digits)
    record.seconds = (ContinuousClock.now - start) / .seconds(1)
    return AmbiguousDigits(
      images: digits.images, labels: digits.labels, probabilities: digits.probabilities,
      imageSize: images.size, labelsPerImage: settings.labelsPerImage, record: record)
  }

  private func accuracy(of classifiers: DigitEnsemble, on images: DigitImages) throws -> Double {
    let labels: [Int64] = try images.labels.values()
    var right = 0
    for start in stride(from: 0, to: images.count, by: Self.candidateCount) {
      let end = min(start + Self.candidateCount, images.count)
      let values = try images.pixels.slice(0, from: start, to: end).to(.float32) / 255
      let outputs = try classifiers.outputs(images.normalized(values))
      for row in start..<end {
        let best = (0..<10).max {
          outputs.probabilities[10 * (row - start) + $0]
            < outputs.probabilities[10 * (row - start) + $1]
        }
        if best == Int(labels[row]) { right += 1 }
      }
    }
    return Double(right) / Double(images.count)
  }

  // MARK: Mixtures

  /// Images that were kept, to choose from.
  struct Pool {
    var images: [UInt8] = []
    var probabilities: [Float] = []
    var entropies: [Double] = []
    var mutualInformations: [Double] = []
    var candidateCount = 0
  }

  private func pool(
    _ images: DigitImages, _ autoencoder: DigitAutoencoder, _ classifiers: DigitEnsemble,
    _ random: inout SplitMix64
  ) throws -> Pool {
    let wanted = 2 * settings.imageCount * settings.poolFactor
    let area = images.pixels.shape[1]
    var pool = Pool()
    while pool.entropies.count < wanted {
      guard pool.candidateCount < Self.greatestEffort * wanted else {
        throw TrainingError.badSetting(
          name: "The range of entropies",
          value: "\(settings.leastEntropy) to \(settings.entropyLimit)",
          allowed: "wider, or the mutual information larger: of \(pool.candidateCount) mixtures "
            + "\(pool.entropies.count) were kept")
      }
      let pixels: [UInt8] = try withInference {
        let mixtures = mixtures(of: Self.candidateCount, images, &random)
        let sources = try Tensor(
          mixtures.sources, shape: [Self.candidateCount * mixtures.digitCount])
        let weights = try Tensor(
          mixtures.weights, shape: [Self.candidateCount, mixtures.digitCount, 1])
        let codes = try autoencoder.codes(images.values(sources))
          .reshaped([Self.candidateCount, mixtures.digitCount, DigitAutoencoder.codeWidth])
        let mixed = try (codes * weights).sum(over: [1])
        // Decoded images are paler than digits; this gives them MNIST's mean and deviation.
        let decoded = try (autoencoder.images(mixed) * 1.2 - 0.15).clamped(low: 0, high: 1)
        return try (decoded * 255 + 0.5).to(.uint8).values()
      }
      let values = try Tensor(pixels, shape: [Self.candidateCount, area]).to(.float32) / 255
      let outputs = try classifiers.outputs(images.normalized(values))
      for candidate in 0..<Self.candidateCount
      where outputs.mutualInformations[candidate] <= settings.greatestMutualInformation
        && outputs.entropies[candidate] >= settings.leastEntropy
        && outputs.entropies[candidate] < settings.entropyLimit && pool.entropies.count < wanted
      {
        pool.images += pixels[candidate * area..<(candidate + 1) * area]
        pool.probabilities += outputs.probabilities[10 * candidate..<10 * (candidate + 1)]
        pool.entropies.append(outputs.entropies[candidate])
        pool.mutualInformations.append(outputs.mutualInformations[candidate])
      }
      pool.candidateCount += Self.candidateCount
      progress("mixing digits", Double(pool.entropies.count) / Double(wanted))
    }
    return pool
  }

  /// Which digits are mixed, and with which weights; of all the same number, those that are left over with the weight 0.
  private func mixtures(
    of count: Int, _ images: DigitImages, _ random: inout SplitMix64
  ) -> (digitCount: Int, sources: [Int64], weights: [Float]) {
    let classes = images.byClass.indices.filter { !images.byClass[$0].isEmpty }
    let most = settings.mixedDigits.reduce(2, max)
    var sources: [Int64] = []
    var weights: [Float] = []
    sources.reserveCapacity(count * most)
    weights.reserveCapacity(count * most)
    for _ in 0..<count {
      let number = min(settings.mixedDigits.randomElement(using: &random) ?? 2, classes.count)
      let chosen = classes.shuffled(using: &random).prefix(number)
      // Exponential numbers over their sum are uniform on the simplex.
      var shares = chosen.map { _ in
        -log(Double.random(in: Double.leastNormalMagnitude..<1, using: &random))
      }
      let total = shares.reduce(0, +)
      shares = shares.map { $0 / total }
      for position in 0..<most {
        let digit = position < number ? chosen[chosen.startIndex + position] : chosen[0]
        sources.append(Int64(images.byClass[digit].randomElement(using: &random) ?? 0))
        weights.append(position < number ? Float(shares[position]) : 0)
      }
    }
    return (most, sources, weights)
  }

  // MARK: Choice

  private func choose(
    from pool: inout Pool, _ random: inout SplitMix64
  ) -> AmbiguousDigitRecord.Digits {
    let area = pool.images.count / max(1, pool.entropies.count)
    let thinning = EntropyThinning(
      range: settings.leastEntropy..<settings.entropyLimit, binCount: settings.binCount,
      power: settings.binPower)
    var digits = AmbiguousDigitRecord.Digits()
    for image in thinning.chosen(
      2 * settings.imageCount, from: pool.entropies, using: &random)
    {
      digits.images += pool.images[image * area..<(image + 1) * area]
      let probabilities = pool.probabilities[10 * image..<10 * (image + 1)]
      digits.probabilities += probabilities
      digits.entropies.append(pool.entropies[image])
      digits.mutualInformations.append(pool.mutualInformations[image])
      for _ in 0..<settings.labelsPerImage {
        digits.labels.append(UInt8(Self.drawn(from: probabilities, using: &random)))
      }
    }
    return digits
  }

  /// A class drawn by its probability.
  private static func drawn(
    from probabilities: ArraySlice<Float>, using random: inout SplitMix64
  ) -> Int {
    let total = probabilities.reduce(0) { $0 + Double($1) }
    var rest = Double.random(in: 0..<1, using: &random) * total
    for (digit, probability) in probabilities.enumerated() {
      rest -= Double(probability)
      if rest < 0 { return digit }
    }
    return probabilities.count - 1
  }
}
