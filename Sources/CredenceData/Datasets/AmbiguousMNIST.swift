import CredenceFiles
import Foundation

/// Ambiguous-MNIST: digits between classes, each with several plausible labels.
///
/// The published files hold single-precision pixels and are kept so here; as images of a data set they are rounded to bytes, by at
/// most 1/510.
///
/// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582.
public struct AmbiguousMNIST: Sendable {
  /// The number of images.
  public let imageCount: Int
  /// Rows and columns of an image.
  public let imageSize: [Int]
  /// The number of labels that each image has.
  public let labelsPerImage: Int
  /// Labels, `[images, labels per image]`.
  public let labels: [UInt8]
  private let file: String
  private let pixels: Pixels

  private enum Pixels: Sendable {
    /// From 0 to 1.
    case values([Float])
    case bytes(Data)
  }

  /// Reads the published files, of either format of `torch.save`.
  ///
  /// - Parameters:
  ///   - samples: `amnist_samples.pt`: pixels from 0 to 1, `[images, 1, rows, columns]`.
  ///   - labels: `amnist_labels.pt`: class numbers, `[images, labels per image]`.
  /// - Throws: `DatasetError`.
  public init(samples: String, labels: String) throws(DatasetError) {
    let images = try Self.tensor(samples)
    let shape = images.shape
    guard shape.count == 4 && shape[1] == 1 || shape.count == 3, let count = shape.first,
      count > 0, let rows = shape.dropFirst(shape.count - 2).first, let columns = shape.last,
      rows > 0, columns > 0
    else {
      throw Self.bad(samples, "images have the shape [count, 1, rows, columns], not \(shape)")
    }
    guard let type = images.element.scalarType else {
      throw Self.bad(samples, "its pixels are of type \(images.element), not numbers from 0 to 1")
    }
    let values = [Float](unsafeUninitializedCapacity: images.count) { output, filled in
      images.bytes.withUnsafeBytes { input in
        ScalarDecoder(type, images.isBigEndian).decode(
          from: input, first: 0, into: output, outputStride: 1, count: images.count)
      }
      filled = images.count
    }
    guard values.allSatisfy({ 0...1 ~= $0 }) else {
      throw Self.bad(samples, "it has pixels that are not from 0 to 1")
    }
    let table = try Self.tensor(labels)
    guard table.shape.count == 2, table.shape[0] == count, let numbers = table.integers() else {
      throw DatasetError.badLabels(
        file: labels,
        problem: "an array of shape \(table.shape) and type \(table.element) does not give "
          + "\(count) images several class numbers each")
    }
    try self.init(
      pixels: .values(values), imageCount: count, imageSize: [rows, columns], labels: numbers,
      file: samples, labelFile: labels)
  }

  /// Reads images of bytes with a list of labels for each.
  ///
  /// - Parameters:
  ///   - images: An IDX file of `[images, rows, columns]`, also compressed.
  ///   - labels: An IDX file of `[images, labels per image]`, also compressed.
  /// - Throws: `DatasetError`.
  public init(images: String, labels: String) throws(DatasetError) {
    let stored = try IDX(FileContent.bytes(of: images), file: images)
    let bytes = try stored.bytes(dimensions: 3)
    let table = try IDX(FileContent.bytes(of: labels), file: labels)
    let numbers = try table.bytes(dimensions: 2).map { Int($0) }
    guard table.shape[0] == stored.shape[0] else {
      throw .badLabels(
        file: labels, problem: "it has labels of \(table.shape[0]) images, not \(stored.shape[0])")
    }
    try self.init(
      pixels: .bytes(bytes), imageCount: stored.shape[0],
      imageSize: Array(stored.shape.dropFirst()),
      labels: numbers, file: images, labelFile: labels)
  }

  private init(
    pixels: Pixels, imageCount: Int, imageSize: [Int], labels: [Int], file: String,
    labelFile: String
  ) throws(DatasetError) {
    guard imageCount > 0, !labels.isEmpty else { throw .noImages(path: file) }
    if let wrong = labels.first(where: { !(0...9 ~= $0) }) {
      throw .badLabels(file: labelFile, problem: "\(wrong) is no digit")
    }
    self.pixels = pixels
    self.imageCount = imageCount
    self.imageSize = imageSize
    self.labels = labels.map { UInt8($0) }
    self.file = file
    labelsPerImage = labels.count / imageCount
  }

  /// The number of pairs of an image and one of its labels.
  public var pairCount: Int { imageCount * labelsPerImage }

  /// The pairs that training uses; the first half as published.
  public var trainingPairs: Range<Int> { 0..<pairCount / 2 }
  /// The pairs for testing.
  public var testPairs: Range<Int> { pairCount / 2..<pairCount }

  /// The pixels of an image from 0 to 1, row by row.
  public func pixels(at image: Int) -> [Float] {
    let size = imageSize[0] * imageSize[1]
    switch pixels {
    case .values(let values): return Array(values[image * size..<(image + 1) * size])
    case .bytes(let bytes):
      return bytes.dropFirst(image * size).prefix(size).map { Float($0) / 255 }
    }
  }

  /// Pairs as a data set: image by image, and for each its labels in order.
  ///
  /// - Parameter pairs: Which of the pairs; all by default.
  /// - Returns: Images of bytes, the copies of an image in one group.
  /// - Throws: `DatasetError.noImages` for no pairs.
  public func dataset(pairs: Range<Int>? = nil) throws(DatasetError) -> any ImageDataset {
    let data: Data
    switch pixels {
    case .bytes(let bytes): data = bytes
    case .values(let values):
      data = Data(
        [UInt8](unsafeUninitializedCapacity: values.count) { output, filled in
          for (index, value) in values.enumerated() {
            output[index] = UInt8((255 * value).rounded())
          }
          filled = values.count
        })
    }
    let images = try PixelArrayDataset(
      path: file,
      parts: [
        .init(
          data: data, recordSize: imageSize[0] * imageSize[1], offset: 0,
          labels: [Int?](repeating: nil, count: imageCount))
      ],
      layout: .gray, height: imageSize[0], width: imageSize[1], classNames: digitNames)
    return try RepeatedDataset(images, labels: labels, rows: pairs)
  }

  /// A saved tensor, the last dimension changing fastest.
  private static func tensor(_ path: String) throws(DatasetError) -> StoredArray {
    do {
      guard case .tensor(let tensor) = try Checkpoint(contentsOf: URL(fileURLWithPath: path)).root
      else { throw bad(path, "it holds something else than a single tensor") }
      return try tensor.array()
    } catch let error as DatasetError {
      throw error
    } catch {
      throw bad(path, error.localizedDescription)
    }
  }

  private static func bad(_ file: String, _ problem: String) -> DatasetError {
    .malformed(file: file, format: "saved tensor", problem: problem)
  }
}

/// The names of the ten digits.
let digitNames = (0...9).map(String.init)

extension DatasetDescriptor {
  /// Ambiguous-MNIST: the published files, or IDX files `ambiguous-PART-images-idx3-ubyte` and `ambiguous-PART-labels10-idx2-ubyte`.
  static let ambiguousMNIST = Self(
    id: "ambiguous-mnist",
    title: "Ambiguous-MNIST (amnist_samples.pt and amnist_labels.pt, or ambiguous-…-images-idx3)",
    recognizes: { location in
      location.isFolder
        && (location.files.contains("amnist_samples.pt")
          || location.files.contains { $0.hasPrefix("ambiguous-") && $0.contains("-images-idx3") })
    },
    open: { request throws(DatasetError) in
      let location = request.location
      let part = request.split ?? ""
      guard ["train", "test"].contains(part) else {
        throw .unsupported(
          path: location.path, what: "training and test images",
          instead: "Choose by --split train or --split test.")
      }
      if location.files.contains("amnist_samples.pt") {
        let digits = try AmbiguousMNIST(
          samples: "\(location.path)/amnist_samples.pt",
          labels: "\(location.path)/amnist_labels.pt")
        return try digits.dataset(
          pairs: part == "train" ? digits.trainingPairs : digits.testPairs)
      }
      func file(_ start: String) throws(DatasetError) -> String {
        guard let name = location.files.first(where: { $0.hasPrefix(start) }) else {
          throw .noSuchPath(path: "\(location.path)/\(start)…", nearest: nil)
        }
        return "\(location.path)/\(name)"
      }
      return try AmbiguousMNIST(
        images: file("ambiguous-\(part)-images-idx3"), labels: file("ambiguous-\(part)-labels")
      ).dataset()
    })
}
