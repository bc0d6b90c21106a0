import CredenceData
import Foundation
import GoldenSupport
import Testing

@Suite struct AmbiguousMNISTTests {
  private let golden = GoldenSet("ddu")

  private func digits() throws -> AmbiguousMNIST {
    try AmbiguousMNIST(
      samples: golden.url("tiny_amnist/amnist_samples.pt").path,
      labels: golden.url("tiny_amnist/amnist_labels.pt").path)
  }

  @Test func `pairs, labels and normalized pixels are those of the published loader`() throws {
    let digits = try digits()
    let expected = try golden.tensors("tiny_amnist/expected.safetensors")
    let labels = try expected.int64s("labels")
    #expect(digits.pairCount == labels.count)
    let all = try digits.dataset()
    #expect((0..<all.count).map { Int64(all.label(at: $0) ?? -1) } == labels)
    let sums = try expected.doubles("sums")
    let firstPixels = try expected.floats("images_first_pixels")
    for pair in labels.indices {
      let image = pair / digits.labelsPerImage
      let pixels = digits.pixels(at: image).map { ($0 - 0.1307) / 0.3081 }
      let sum = pixels.reduce(0) { $0 + Double($1) }
      // Sums of 784 numbers in single precision.
      #expect(abs(sum - sums[pair]) < 1e-3)
      for index in 0..<8 { #expect(abs(pixels[index] - firstPixels[8 * pair + index]) < 2e-6) }
    }
  }

  @Test func `the old form of saved tensors is read, too`() throws {
    let folder = try TemporaryFolder()
    // torch.save(torch.tensor([[3, 5, 3]]), …, _use_new_zipfile_serialization=False)
    let bytes = try #require(Data(base64Encoded: oldLabels))
    let labels = try folder.write("labels.pt", bytes)
    let old = try AmbiguousMNIST(
      samples: golden.url("tiny_amnist/legacy_format_samples.pt").path,
      labels: labels)
    #expect(old.imageCount == 1 && old.labels == [3, 5, 3])
    #expect(old.pixels(at: 0) == (try digits().pixels(at: 0)))
  }

  @Test func `halves are of pairs, and copies are one group`() throws {
    let digits = try digits()
    #expect(digits.trainingPairs == 0..<6 && digits.testPairs == 6..<12)
    let test = try digits.dataset(pairs: digits.testPairs)
    #expect(test.count == 6)
    #expect((0..<6).map(test.group) == [2, 2, 2, 3, 3, 3])
    #expect(test.id(at: 0) == "2-0" && test.id(at: 5) == "3-2")
    #expect(test.classNames.count == 10)
    // Bytes are the nearest to the published numbers.
    let bytes = try test.image(at: 0).pixels
    for (index, value) in digits.pixels(at: 2).enumerated() {
      #expect(abs(Float(bytes[3 * index]) - 255 * value) <= 0.5)
    }
  }

  @Test func `the published files are found by name, and joined with MNIST`() throws {
    let folder = try TemporaryFolder()
    for name in ["amnist_samples.pt", "amnist_labels.pt"] {
      try folder.write("data/\(name)", golden.data("tiny_amnist/\(name)"))
    }
    try folder.write(
      "data/mnist/train-images-idx3-ubyte", idx([3, 28, 28], [UInt8](repeating: 7, count: 3 * 784)))
    try folder.write("data/mnist/train-labels-idx1-ubyte", idx([3], [4, 5, 6]))
    let dirty = try DatasetRegistry.named("dirty-mnist")
      .open(part: .train, in: folder.path + "/data")
    #expect(dirty.count == 9)
    #expect((0..<9).map(dirty.label) == [4, 5, 6, 0, 1, 2, 3, 4, 5])
    #expect((0..<9).map(dirty.group) == [0, 1, 2, 3, 3, 3, 4, 4, 4])
    #expect(
      dirty.subsets == [
        DatasetSubset(name: "clean", samples: 0..<3),
        DatasetSubset(name: "ambiguous", samples: 3..<9),
      ])
    #expect(dirty.id(at: 0) == "clean/0" && dirty.id(at: 8) == "ambiguous/1-2")
    #expect(Set((0..<9).map(dirty.id)).count == 9)
    #expect(try dirty.image(at: 2).pixels.allSatisfy { $0 == 7 })
    let split = try HeldOutSplit(dirty, fraction: 0.4, seed: 1)
    #expect(
      Set(split.validation.map(dirty.group)).isDisjoint(with: split.training.map(dirty.group)))
  }

  @Test func `IDX files with several labels are read`() throws {
    let folder = try TemporaryFolder()
    try folder.write("a/ambiguous-test-images-idx3-ubyte", idx([2, 1, 2], [1, 2, 3, 4]))
    try folder.write("a/ambiguous-test-labels10-idx2-ubyte", idx([2, 3], [1, 1, 7, 0, 6, 0]))
    let path = folder.path + "/a"
    let test = try DatasetCatalog.open(path: path, split: "test")
    #expect((0..<6).map(test.label) == [1, 1, 7, 0, 6, 0])
    #expect(try test.image(at: 4).pixels == [3, 3, 3, 4, 4, 4])
    #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: path) }
    #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: path, split: "train") }
  }

  @Test func `files that are no digits are refused`() throws {
    let folder = try TemporaryFolder()
    let samples = golden.url("tiny_amnist/amnist_samples.pt").path
    let labels = golden.url("tiny_amnist/amnist_labels.pt").path
    #expect(throws: DatasetError.self) { try AmbiguousMNIST(samples: labels, labels: labels) }
    #expect(throws: DatasetError.self) { try AmbiguousMNIST(samples: samples, labels: samples) }
    let text = try folder.write("text.pt", "no tensor")
    #expect(throws: DatasetError.self) { try AmbiguousMNIST(samples: text, labels: labels) }
    let images = try folder.write("images", idx([2, 1, 2], [1, 2, 3, 4]))
    let wrong = try folder.write("wrong", idx([2, 2], [1, 10, 7, 0]))
    #expect(throws: DatasetError.badLabels(file: wrong, problem: "10 is no digit")) {
      try AmbiguousMNIST(images: images, labels: wrong)
    }
    let short = try folder.write("short", idx([1, 2], [1, 1]))
    #expect(
      throws: DatasetError.badLabels(file: short, problem: "it has labels of 1 images, not 2")
    ) { try AmbiguousMNIST(images: images, labels: short) }
  }
}

private let oldLabels =
  "gAKKCmz8nEb5IGqoUBkugAJN6QMugAJ9cQAoWBAAAABwcm90b2NvbF92ZXJzaW9ucQFN6QNYDQAAAGxpdHRs"
  + "ZV9lbmRpYW5xAohYCgAAAHR5cGVfc2l6ZXNxA31xBChYBQAAAHNob3J0cQVLAlgDAAAAaW50cQZLBFgEAAAA"
  + "bG9uZ3EHSwR1dS6AAmN0b3JjaC5fdXRpbHMKX3JlYnVpbGRfdGVuc29yX3YyCnEAKChYBwAAAHN0b3JhZ2Vx"
  + "AWN0b3JjaApMb25nU3RvcmFnZQpxAlgOAAAAOTQ4Nzk1NDQ0ODA3ODRxA1gDAAAAY3B1cQRLA050cQVRSwBL"
  + "AUsDhnEGSwNLAYZxB4ljY29sbGVjdGlvbnMKT3JkZXJlZERpY3QKcQgpUnEJdHEKUnELLoACXXEAWA4AAAA5"
  + "NDg3OTU0NDQ4MDc4NHEBYS4DAAAAAAAAAAMAAAAAAAAABQAAAAAAAAADAAAAAAAAAA=="
