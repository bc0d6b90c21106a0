import CredenceData
import Foundation
import Testing

@Suite struct ArrayDatasetTests {
  private let image = noise(width: 4, height: 3, seed: 5)

  /// The image's channels one after another.
  private var planar: [UInt8] {
    (0..<3).flatMap { channel in (0..<12).map { image.pixels[3 * $0 + channel] } }
  }

  @Test func `NumPy arrays of every layout give the same image`() throws {
    let folder = try TemporaryFolder()
    let zeros = [UInt8](repeating: 0, count: 36)
    try folder.write("a.npy", npy([2, 3, 4, 3], zeros + image.pixels))
    try folder.write("b.npy", npy([2, 3, 3, 4], zeros + planar))
    for name in ["a.npy", "b.npy"] {
      let dataset = try DatasetCatalog.open(path: "\(folder.path)/\(name)")
      #expect(dataset.count == 2)
      #expect(dataset.id(at: 1) == "1")
      #expect(try dataset.image(at: 1) == image)
    }
    let gray = try folder.write("c.npy", npy([1, 3, 4], Array(planar.prefix(12))))
    let pixels = try DatasetCatalog.open(path: gray).image(at: 0).pixels
    #expect(pixels == planar.prefix(12).flatMap { [$0, $0, $0] })
  }

  @Test func `labels are repeated over severities`() throws {
    let folder = try TemporaryFolder()
    for name in ["fog", "blur"] {
      let pixels = (0..<10 * 12).map { UInt8($0) }
      try folder.write("\(name).npy", npy([10, 2, 2, 3], pixels))
    }
    try folder.write("labels.npy", npy([2], [7, 4]))
    let whole = try DatasetCatalog.open(path: folder.path + "/fog.npy")
    #expect((0..<4).map(whole.label) == [7, 4, 7, 4])
    let tree = try CorruptionTree(path: folder.path)
    #expect(tree.corruptions == ["blur", "fog"])
    #expect(tree.entries.map(\.severity) == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5])
    let third = try tree.dataset(tree.entries[7])
    #expect(third.count == 2)
    #expect((0..<2).map(third.label) == [7, 4])
    #expect(try third.image(at: 1).pixels == (60..<72).map { UInt8($0) })
  }

  @Test func `folders of corruptions are listed by name and severity`() throws {
    let folder = try TemporaryFolder()
    for severity in [1, 2, 10] { try folder.writeImage("noise/shot/\(severity)/dog/a.png") }
    try folder.writeImage("fog/3/cat/a.png")
    let tree = try CorruptionTree(path: folder.path)
    #expect(
      tree.entries.map { "\($0.corruption) \($0.severity)" } == [
        "fog 3", "shot 1", "shot 2", "shot 10",
      ])
    #expect(try tree.dataset(tree.entries[0]).classNames == ["cat"])
  }

  @Test func `IDX files find their labels`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "t10k-images-idx3-ubyte",
      Data([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2])
        + Data([1, 2, 3, 4, 5, 6, 7, 8]))
    try folder.write("t10k-labels-idx1-ubyte", Data([0, 0, 8, 1, 0, 0, 0, 2, 9, 3]))
    try #require(try folder.run("/bin/gzip", ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]))
    for dataset in [
      try DatasetCatalog.open(path: folder.path, split: "test"),
      try DatasetCatalog.open(path: folder.path + "/t10k-images-idx3-ubyte.gz"),
    ] {
      #expect((0..<2).map(dataset.label) == [9, 3])
      #expect(try dataset.image(at: 1).pixels == [5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8])
    }
    #expect(throws: DatasetError.self) {
      try DatasetCatalog.open(path: folder.path, split: "train")
    }
  }

  @Test(arguments: [1, 2]) func `CIFAR binary files give labels and planes`(_ labelCount: Int)
    throws
  {
    let folder = try TemporaryFolder()
    let picture = noise(width: 32, height: 32, seed: 9)
    let planes = (0..<3).flatMap { c in (0..<1024).map { picture.pixels[3 * $0 + c] } }
    let record = [UInt8](repeating: 11, count: labelCount - 1) + [4] + planes
    try folder.write("data_batch_1.bin", Data(record + record))
    try folder.write("data_batch_2.bin", Data(record))
    try folder.write("test_batch.bin", Data(record))
    let names = (0..<10).map { "class \($0)" }.joined(separator: "\n")
    try folder.write(labelCount == 1 ? "batches.meta.txt" : "fine_label_names.txt", names)
    let train = try DatasetCatalog.open(path: folder.path, split: "train")
    #expect(
      (0..<3).map(train.id) == [
        "data_batch_1.bin/0", "data_batch_1.bin/1", "data_batch_2.bin/0",
      ])
    #expect(try train.image(at: 2) == picture)
    #expect(train.label(at: 1) == 4 && train.classNames[4] == "class 4")
    #expect(try DatasetCatalog.open(path: folder.path, split: "test").id(at: 0) == "0")
    #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: folder.path) }
  }

  @Test func `arrays that are no images are refused`() throws {
    let folder = try TemporaryFolder()
    let floats = try folder.write(
      "f.npy", npy([1, 1, 1, 3], [UInt8](repeating: 0, count: 12), type: "<f4"))
    #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: floats) }
    let short = try folder.write("short-images-idx3-ubyte", Data([0, 0, 8, 3, 0, 0, 0, 2]))
    #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: short) }
    let odd = try folder.write("odd.bin", Data(count: 3072))
    #expect(
      throws: DatasetError.malformed(
        file: odd, format: "CIFAR binary",
        problem: "3072 bytes are no multiple of 3073 or 3074")
    ) { try DatasetCatalog.open(path: odd) }
  }
}
