import CredenceData
import CredenceTraining
import FileSupport
import Foundation
import Testing

/// Bars of three widths at changing places: digits that a network learns at once.
private struct Bars: ImageDataset {
  let path = "bars"
  let classNames = (0..<3).map(String.init)
  let count: Int
  func id(at index: Int) -> String { "\(index)" }
  func label(at index: Int) -> Int? { index % 3 }
  func content(at index: Int) -> ImageContent {
    var pixels = [UInt8](repeating: 0, count: 3 * 784)
    let (width, start) = (3 + 5 * (index % 3), 2 + index * 7 % 9)
    for row in 4..<24 {
      for column in start..<start + width {
        for channel in 0..<3 { pixels[3 * (28 * row + column) + channel] = 230 }
      }
    }
    return .pixels(PixelImage(width: 28, height: 28, pixels: pixels))
  }
}

@Suite struct AmbiguousDigitMakerTests {
  private var settings: AmbiguousDigitSettings {
    var settings = AmbiguousDigitSettings()
    (settings.imageCount, settings.labelsPerImage, settings.seed) = (15, 4, 3)
    (settings.epochs, settings.classifierEpochs, settings.classifierCount) = (2, 1, 2)
    (settings.batchSize, settings.poolFactor, settings.binCount) = (30, 2, 5)
    // Networks that have hardly learned agree on little.
    (settings.greatestMutualInformation, settings.leastEntropy, settings.entropyLimit) =
      (2, 0.01, 2.4)
    return settings
  }

  @Test func `digits, labels and record are whole, and follow from the seed`() throws {
    var stages: Set<String> = []
    var maker = try AmbiguousDigitMaker(settings)
    maker.progress = { stage, part in
      #expect(0...1 ~= part)
      stages.insert(stage)
    }
    let digits = try maker.make(from: Bars(count: 300), test: Bars(count: 30))
    #expect(digits.count == 30 && digits.images.count == 30 * 784)
    #expect(digits.labels.count == 120 && digits.labels.allSatisfy { $0 < 10 })
    #expect(digits.probabilities.count == 300)
    for image in 0..<30 {
      let sum = digits.probabilities[10 * image..<10 * (image + 1)].reduce(0, +)
      #expect(abs(sum - 1) < 1e-4)
    }
    #expect(stages.contains("training the autoencoder") && stages.contains("mixing digits"))
    let record = digits.record
    #expect(record.imageCount == 30 && record.keptCount == 60 && record.ensembleSize == 2)
    #expect(record.autoencoderLosses.count == 2)
    #expect(record.autoencoderLosses[1] < record.autoencoderLosses[0])
    #expect(record.labelCounts.reduce(0, +) == 120)
    let again = try AmbiguousDigitMaker(settings)
      .make(from: Bars(count: 300), test: Bars(count: 30))
    #expect(again.images == digits.images && again.labels == digits.labels)
  }

  @Test func `what is written is found as the data set`() throws {
    let folder = try TemporaryFolder()
    let digits = try AmbiguousDigitMaker(settings)
      .make(from: Bars(count: 300), test: Bars(count: 30))
    let place = folder.url.appendingPathComponent("ambiguous-mnist")
    let files = try digits.write(to: place)
    #expect(files.count == 9)
    let entry = try DatasetRegistry.named("ambiguous_mnist")
    for (part, first) in [(DatasetEntry.Part.train, 0), (.test, 15)] {
      let images = try entry.open(part: part, in: folder.url.path)
      #expect(images.count == 60)
      #expect(
        (0..<60).map { images.label(at: $0) }
          == digits.labels[4 * first..<4 * first + 60].map { Int($0) })
      let pixels = try images.image(at: 4).pixels
      #expect(
        (0..<784).allSatisfy { pixels[3 * $0] == digits.images[784 * (first + 1) + $0] })
    }
    let both = try AmbiguousMNIST(
      images: place.appendingPathComponent("ambiguous-test-images-idx3-ubyte").path,
      labels: place.appendingPathComponent("ambiguous-test-labels4-idx2-ubyte").path)
    #expect(both.imageCount == 15 && both.labels == Array(digits.labels[60...]))
    let record = try JSONDecoder().decode(
      AmbiguousDigitRecord.self,
      from: Data(contentsOf: place.appendingPathComponent(AmbiguousDigits.recordName)))
    #expect(record.settings == settings && record.filesSHA256.count == 8)
  }

  @Test func `impossible settings are refused`() {
    var settings = AmbiguousDigitSettings()
    settings.entropyLimit = 0.01
    #expect(
      throws: TrainingError.badSetting(
        name: "The range of entropies", value: "0.05 to 0.01",
        allowed: "from 0 or more to a larger number")
    ) { try AmbiguousDigitMaker(settings) }
    settings = AmbiguousDigitSettings()
    settings.imageCount = 0
    #expect(throws: TrainingError.self) { try AmbiguousDigitMaker(settings) }
  }
}
