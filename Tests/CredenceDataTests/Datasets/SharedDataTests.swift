import CredenceData
import CredenceFiles
import FileSupport
import Foundation
import Testing

/// Needs data that may not be distributed, in the folder that `CREDENCE_DATA` names.
@Suite(.enabled(if: folder != nil, "CREDENCE_DATA is not set")) struct SharedDataTests {
  private func open(
    _ name: String, split: String? = nil, labels: String? = nil
  ) throws -> any ImageDataset {
    try DatasetCatalog.open(
      path: "\(folder ?? "")/\(name)", split: split, labels: labels)
  }

  @Test func `every data set of the folder opens`() throws {
    #expect(try open("mnist", split: "test").count == 10_000)
    #expect(try open("fashion-mnist", split: "train").count == 10_000)
    #expect(try open("dirty-mnist-standin/ambiguous-test-images-idx3-ubyte.gz").count == 6000)
    let cifar = try open("cifar10", split: "test")
    #expect(cifar.count == 1000 && cifar.classNames[cifar.label(at: 0) ?? 0] == "cat")
    #expect(try open("ood/tiny-imagenet-val-0000-0999-32x32.bin.gz").count == 1000)
    let tiny = try open("tiny-imagenet-20", split: "val")
    #expect(tiny.count == 500 && tiny.classNames.count == 20)
    let samples = try open("imagenet-samples")
    #expect(samples.count == 199 && samples.label(at: 1) == 5)
    #expect(samples.classNames[10] == "n01530575")
  }

  @Test func `the crops of the reference are those of the loader`() throws {
    let crops = try NPY.read(
      contentsOf: URL(fileURLWithPath: "\(folder ?? "")/reference/crops224-first32-uint8.npy"))
    var settings = LoaderSettings()
    settings.batchSize = 32
    settings.format = .uint8
    let loader = try Loader(
      open("imagenet-samples"), Preprocessing(interpolation: .bilinear), settings, rows: 0..<32)
    let batch = try #require(try loader.next())
    let expected = try #require(crops.integers())
    #expect(batch.bytes.count == expected.count)
    let largest = zip(batch.bytes, expected).reduce(0) { max($0, abs(Int($1.0) - $1.1)) }
    #expect(largest <= 1)
  }
}

private let folder = UndistributedData.folder?.path
