import CredenceData
import CredenceTensor
import CredenceTraining
import Foundation
import Testing

/// Images of one size that are made up from their row.
struct MadeUpImages: ImageDataset {
  var path: String { "made-up" }
  let count: Int
  var classNames: [String] { [] }
  let side: Int
  /// Rows whose label is not known.
  var unlabeled: Set<Int> = []

  func id(at index: Int) -> String { "\(index)" }
  func label(at index: Int) -> Int? { unlabeled.contains(index) ? nil : index % 3 }
  func content(at index: Int) throws(DatasetError) -> ImageContent {
    .pixels(
      PixelImage(
        width: side, height: side,
        pixels: (0..<3 * side * side).map { UInt8(truncatingIfNeeded: 1 + index * 31 + $0 * 7) }))
  }

  /// As the network takes it, `[channels, rows, columns]`.
  func normalized(_ index: Int, _ preprocessing: Preprocessing) -> [Float] {
    (0..<3).flatMap { channel in
      (0..<side * side).map { pixel in
        let value = Double(UInt8(truncatingIfNeeded: 1 + index * 31 + (3 * pixel + channel) * 7))
        return Float((value / 255 - preprocessing.mean[channel]) / preprocessing.std[channel])
      }
    }
  }
}

@Suite struct SourceTests {
  private let images = MadeUpImages(count: 10, side: 6)
  private let preprocessing = Preprocessing(
    inputSize: [3, 6, 6], cropFraction: 1, cropMode: .none, mean: [0.4, 0.5, 0.6],
    std: [0.2, 0.3, 0.4])

  private func resident(_ augmentation: ImageTransform.Augmentation = .none) throws
    -> ResidentSource
  {
    try ResidentSource(images, preprocessing, classCount: 3, augmentation: augmentation)
  }

  private func streamed(_ augmentation: ImageTransform.Augmentation = .none) throws
    -> StreamedSource
  {
    try StreamedSource(images, preprocessing, classCount: 3, augmentation: augmentation)
  }

  private func all(_ reader: any BatchReader) throws -> [(values: [Float], labels: [Int64])] {
    var batches: [(values: [Float], labels: [Int64])] = []
    while let batch = try reader.next() {
      #expect(batch.inputs.shape[0] == batch.count)
      batches.append((try batch.inputs.values(), try batch.labels.values()))
    }
    return batches
  }

  @Test func `both kinds give the normalized images in the order asked for`() throws {
    let order = [7, 2, 2, 9, 0]
    for source in [try resident() as any TrainingSource, try streamed()] {
      let batches = try all(source.batches(order[...], size: 2, for: .evaluation))
      #expect(batches.map(\.labels.count) == [2, 2, 1])
      #expect(batches.flatMap(\.labels) == order.map { Int64($0 % 3) })
      let expected = order.flatMap { images.normalized($0, preprocessing) }
      for (a, b) in zip(batches.flatMap(\.values), expected) { #expect(abs(a - b) < 1e-5) }
    }
  }

  @Test func `kinds agree on augmentation, and a generator's state repeats it`() throws {
    let augmentation = ImageTransform.Augmentation(cropPadding: 2, flips: true, noise: 0.1)
    func batches(_ source: any TrainingSource) throws -> [[Float]] {
      try all(
        source.batches([3, 1, 4, 1, 5], size: 2, for: .training(Generator(seed: 5)))
      ).map(\.values)
    }
    let first = try batches(resident(augmentation))
    #expect(try first == batches(resident(augmentation)))
    #expect(try first == batches(streamed(augmentation)))
    #expect(try first != batches(resident()))
  }

  /// Every augmented image is one of the crops and mirrors that there are, and all of them occur.
  @Test func `crops are parts of the image with its black border`() throws {
    let source = try ResidentSource(
      images, preprocessing, classCount: 3,
      augmentation: ImageTransform.Augmentation(cropPadding: 1, flips: true))
    let black = (0..<3).map {
      Float(-preprocessing.mean[$0] / preprocessing.std[$0])
    }
    let plain = images.normalized(4, preprocessing)
    var crops: [[Float]] = []
    for mirrored in [false, true] {
      for top in -1...1 {
        for left in -1...1 {
          crops.append(
            (0..<3).flatMap { channel in
              (0..<36).map { pixel -> Float in
                let column = mirrored ? 5 - pixel % 6 : pixel % 6
                let (row, source) = (pixel / 6 + top, column + left)
                return 0..<6 ~= row && 0..<6 ~= source
                  ? plain[channel * 36 + row * 6 + source] : black[channel]
              }
            })
        }
      }
    }
    let order = [Int](repeating: 4, count: 400)
    let batch = try #require(
      try source.batches(order[...], size: 400, for: .training(Generator(seed: 1))).next())
    let values: [Float] = try batch.inputs.values()
    var counts = [Int](repeating: 0, count: crops.count)
    for image in 0..<400 {
      let part = values[image * 108..<(image + 1) * 108]
      let found = crops.indices.first { crop in
        zip(part, crops[crop]).allSatisfy { abs($0 - $1) < 1e-5 }
      }
      counts[try #require(found)] += 1
    }
    // 400 / 18 = 22 each, with a deviation below 5.
    #expect(counts.allSatisfy { $0 > 5 && $0 < 45 }, "\(counts)")
  }

  @Test func `noise has the asked deviation, and evaluation none`() throws {
    let source = try resident(ImageTransform.Augmentation(noise: 0.5))
    let order = [Int](repeating: 0, count: 200)
    let plain = try #require(try source.batches(order[...], size: 200, for: .evaluation).next())
    let noisy = try #require(
      try source.batches(order[...], size: 200, for: .training(Generator(seed: 2))).next())
    let difference = try noisy.inputs - plain.inputs
    let variance = try difference.flattened().variance(over: [0]).item()
    #expect(abs(variance - 0.25) < 0.01)
  }

  @Test func `the order of memory is the asked one, with the same values`() throws {
    func batch(_ format: MemoryFormat) throws -> Tensor {
      let source = try ResidentSource(
        images, preprocessing, classCount: 3, memoryFormat: format)
      return try #require(try source.batches([1, 2], size: 2, for: .evaluation).next()).inputs
    }
    let last = try batch(.channelsLast)
    let contiguous = try batch(.contiguous)
    #expect(last.strides == [108, 1, 18, 3] && contiguous.strides == [108, 36, 6, 1])
    #expect(try last.values(as: Float.self) == contiguous.values())
  }

  @Test func `outliers come beside every batch with the label −1`() throws {
    let outliers = try ResidentSource(
      MadeUpImages(count: 4, side: 6, unlabeled: [0, 1, 2, 3]), preprocessing, classCount: nil)
    let source = try OutlierSource(resident(), outliers: outliers)
    let reader = try source.batches([0, 1, 2], size: 2, for: .training(Generator(seed: 1)))
    let first = try #require(try reader.next())
    #expect(first.count == 2 && first.inputs.shape[0] == 4)
    #expect(try first.labels.values(as: Int64.self) == [0, 1, -1, -1])
    #expect(try #require(try reader.next()).labels.values(as: Int64.self) == [2, -1])
    #expect(try reader.next() == nil)
    let plain = try source.batches([0, 1], size: 2, for: .evaluation)
    #expect(try #require(try plain.next()).inputs.shape[0] == 2)
  }

  @Test func `refuses labels that are missing or too large`() {
    #expect(throws: TrainingError.badLabel(sample: "2", label: "2", classCount: 2)) {
      try ResidentSource(images, preprocessing, classCount: 2)
    }
    #expect(throws: TrainingError.badLabel(sample: "5", label: "unknown", classCount: 3)) {
      try StreamedSource(
        MadeUpImages(count: 10, side: 6, unlabeled: [5]), preprocessing, classCount: 3)
    }
  }
}
