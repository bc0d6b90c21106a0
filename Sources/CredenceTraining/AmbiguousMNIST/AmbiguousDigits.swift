import CredenceData
import CredenceFiles
public import Foundation

/// Digits between classes, with drawn labels and how they were made.
public struct AmbiguousDigits: Sendable {
  /// Bytes, `[images, rows, columns]`: the first half for training, the other for testing.
  public let images: [UInt8]
  /// Digits, `[images, labels per image]`.
  public let labels: [UInt8]
  /// The ensemble's mean probabilities, `[images, 10]`.
  public let probabilities: [Float]
  public let imageSize: [Int]
  public let labelsPerImage: Int
  public let record: AmbiguousDigitRecord

  /// The number of images.
  public var count: Int { labels.count / labelsPerImage }

  /// The files that `write` makes.
  public static let recordName = "ambiguous-mnist.json"

  /// Writes the digits in the published form, `amnist_samples.pt` and `amnist_labels.pt`, and as IDX files with the probabilities; the
  /// record comes last.
  ///
  /// The folder is then one that is found as the data set `ambiguous_mnist`.
  ///
  /// - Parameter folder: Made where it is missing.
  /// - Returns: The files.
  /// - Throws: `FileError.unwritable`.
  @discardableResult
  public func write(to folder: URL) throws -> [URL] {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(file: folder.relativePath, reason: error.localizedDescription)
    }
    var files: [URL] = []
    var record = record
    func write(_ name: String, _ bytes: Data) throws {
      let url = folder.appendingPathComponent(name)
      let file = try AtomicFile(url)
      try file.write(bytes)
      try file.finish()
      files.append(url)
      record.filesSHA256[name] = Checksum.sha256("").hexadecimal(of: bytes)
    }
    let half = count / 2
    let area = imageSize[0] * imageSize[1]
    for (part, rows) in [("train", 0..<half), ("test", half..<count)] {
      func slice<Number>(_ numbers: [Number], _ width: Int) -> ArraySlice<Number> {
        numbers[rows.lowerBound * width..<rows.upperBound * width]
      }
      try write(
        "ambiguous-\(part)-images-idx3-ubyte",
        Self.idx([rows.count] + imageSize, slice(images, area)))
      try write(
        "ambiguous-\(part)-labels\(labelsPerImage)-idx2-ubyte",
        Self.idx([rows.count, labelsPerImage], slice(labels, labelsPerImage)))
      var array = NPY.headerBytes(shape: [rows.count, 10], element: .float32)
      for value in slice(probabilities, 10) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { array.append(contentsOf: $0) }
      }
      try write("ambiguous-\(part)-probabilities.npy", array)
    }
    func save(_ name: String, _ array: OutgoingArray) throws {
      let url = folder.appendingPathComponent(name)
      try StateDictionaryWriter.write(tensor: array, to: url)
      files.append(url)
      record.filesSHA256[name] = Checksum.sha256("").hexadecimal(of: try MappedFile.bytes(of: url))
    }
    try save(
      "amnist_samples.pt",
      OutgoingArray(
        "samples", images.map { (Float($0) / 255).bitPattern }, element: .float32,
        shape: [count, 1] + imageSize))
    try save(
      "amnist_labels.pt",
      OutgoingArray(
        "labels", labels.map { Int64($0) }, element: .int64, shape: [count, labelsPerImage]))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = try encoder.encode(record)
    let url = folder.appendingPathComponent(Self.recordName)
    let file = try AtomicFile(url)
    try file.write(text + Data("\n".utf8))
    try file.finish()
    return files + [url]
  }

  /// An IDX file of bytes.
  private static func idx(_ shape: [Int], _ bytes: ArraySlice<UInt8>) -> Data {
    var data = Data([0, 0, 8, UInt8(shape.count)])
    for length in shape {
      withUnsafeBytes(of: UInt32(length).bigEndian) { data.append(contentsOf: $0) }
    }
    return data + bytes
  }
}

/// How ambiguous digits were made, and what they are like.
public struct AmbiguousDigitRecord: Codable, Hashable, Sendable {
  public var schema = "credence.ambiguous-mnist/1"
  public let settings: AmbiguousDigitSettings
  public var ensembleSize = 0
  /// Of the ensemble on MNIST's test digits.
  public var ensembleAccuracy = 0.0
  /// The autoencoder's mean loss of each pass, in nats an image.
  public var autoencoderLosses: [Double] = []
  /// Mixtures that were decoded, and those that were kept to choose from.
  public var candidateCount = 0
  public var keptCount = 0
  public var imageCount = 0
  /// Of the chosen images: the predictive entropy in nats, its mean and quartiles.
  public var meanEntropy = 0.0
  public var entropyQuartiles: [Double] = []
  public var meanMutualInformation = 0.0
  /// The mean and deviation of the pixels from 0 to 1; MNIST has 0.1307 and 0.3081.
  public var pixelMean = 0.0
  public var pixelDeviation = 0.0
  /// How often the most frequent label of an image's draws is drawn: no classifier can be better on the drawn labels.
  public var bestAccuracy = 0.0
  /// How many labels each digit got.
  public var labelCounts: [Int] = []
  public var filesSHA256: [String: String] = [:]
  public var seconds = 0.0

  init(settings: AmbiguousDigitSettings) { self.settings = settings }

  /// The chosen images, side by side.
  struct Digits {
    var images: [UInt8] = []
    var labels: [UInt8] = []
    var probabilities: [Float] = []
    var entropies: [Double] = []
    var mutualInformations: [Double] = []
  }

  mutating func describe(_ digits: Digits) {
    let count = digits.entropies.count
    guard count > 0 else { return }
    imageCount = count
    let sorted = digits.entropies.sorted()
    meanEntropy = sorted.reduce(0, +) / Double(count)
    entropyQuartiles = [0.25, 0.5, 0.75].map { sorted[Int($0 * Double(count - 1))] }
    meanMutualInformation = digits.mutualInformations.reduce(0, +) / Double(count)
    var (sum, squares) = (0.0, 0.0)
    for byte in digits.images {
      let value = Double(byte) / 255
      sum += value
      squares += value * value
    }
    let pixelCount = Double(digits.images.count)
    pixelMean = sum / pixelCount
    pixelDeviation = max(0, squares / pixelCount - pixelMean * pixelMean).squareRoot()
    let width = digits.labels.count / count
    var best = 0
    labelCounts = [Int](repeating: 0, count: 10)
    for image in 0..<count {
      var votes = [Int](repeating: 0, count: 10)
      for label in digits.labels[image * width..<(image + 1) * width] {
        votes[Int(label)] += 1
        labelCounts[Int(label)] += 1
      }
      best += votes.max() ?? 0
    }
    bestAccuracy = Double(best) / Double(digits.labels.count)
  }
}
