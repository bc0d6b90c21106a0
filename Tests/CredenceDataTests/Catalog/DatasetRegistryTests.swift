import CredenceData
import CredenceFiles
import Foundation
import Testing

@Suite struct DatasetRegistryTests {
  @Test(arguments: DatasetRegistry.all.map(\.id))
  func `every entry is whole`(_ id: String) throws {
    let entry = try DatasetRegistry.named(id)
    #expect(entry.classCount >= 2 && entry.imageSize.count == 2 && !entry.parts.isEmpty)
    #expect(entry.classNames.isEmpty || entry.classNames.count == entry.classCount)
    #expect(Set(entry.classNames).count == entry.classNames.count)
    #expect(entry.normalization.mean.count == entry.channelCount)
    #expect(entry.normalization.std.count == entry.channelCount)
    #expect(entry.ownNormalization.mean.count == entry.channelCount)
    #expect(!entry.title.isEmpty && !entry.license.isEmpty && !entry.source.isEmpty)
    #expect(URL(string: entry.page)?.host() != nil)
    #expect(throws: Never.self) { try entry.preprocessing.validate() }
    #expect(!entry.sources.flatMap(\.files).isEmpty)
    for file in entry.files {
      #expect(!file.urls.isEmpty && !file.name.hasPrefix("/"))
      #expect([0, 32, 64].contains(file.checksum.expected.count))
      #expect(file.checksum.expected.allSatisfy { $0.isHexDigit })
    }
    #expect(entry.location(in: "/nowhere") == nil)
  }

  @Test func `names and aliases are unique`() {
    let names = DatasetRegistry.all.flatMap { [$0.id] + $0.aliases }
    #expect(Set(names).count == names.count)
  }

  @Test func `spellings of a name are one`() {
    for name in ["dirty-mnist", "Dirty_MNIST", "dmnist"] {
      #expect(DatasetRegistry[name]?.id == "dirty_mnist")
    }
    #expect(
      throws: DatasetError.unknownName(
        name: "mnst", nearest: "mnist", known: DatasetRegistry.all.map(\.id))
    ) { try DatasetRegistry.named("mnst") }
    #expect(DatasetRegistry["imagenet"] == nil)
  }

  @Test func `a set is found in its usual places, or where it was looked for is said`() throws {
    let folder = try TemporaryFolder()
    let images = idx([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])
    try folder.write("MNIST/raw/t10k-images-idx3-ubyte", images)
    try folder.write("MNIST/raw/t10k-images-idx3-ubyte.gz", Data())
    try folder.write("MNIST/raw/t10k-labels-idx1-ubyte", idx([2], [9, 3]))
    for place in [folder.path, folder.path + "/MNIST/raw"] {
      let test = try #require(DatasetRegistry["mnist"]).open(part: .test, in: place)
      #expect(test.count == 2 && test.label(at: 1) == 3)
      #expect(test.classNames == (0...9).map(String.init))
    }
    let named = try DatasetCatalog.open(path: "mnist", split: "test", in: folder.path)
    #expect(named.count == 2)
    #expect(try DatasetCatalog.open(path: "mnist/test", in: folder.path).count == 2)
    #expect(throws: DatasetError.self) {
      try DatasetCatalog.open(path: "mnist/train", in: folder.path)
    }
    let error = #expect(throws: DatasetError.self) {
      try DatasetCatalog.open(path: "kmnist", in: folder.path)
    }
    guard case .datasetNotThere("kmnist", folder.path, let places, let how)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(places.contains("KMNIST/raw") && how.contains("credence datasets download kmnist"))
  }

  @Test func `parts that a set lacks are refused`() {
    #expect(
      throws: DatasetError.badSetting(
        name: "--split", value: "‘extra’", allowed: "one of train, test for cifar10")
    ) { try DatasetCatalog.open(path: "cifar10", split: "extra") }
  }

  @Test func `a file or folder of the name comes first`() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("svhn/cat/a.png")
    let path = "\(folder.path)/svhn"
    #expect(try DatasetCatalog.registered(path) == nil)
    #expect(try DatasetCatalog.open(path: path).classNames == ["cat"])
  }

  @Test func `a mistyped name is helped`() {
    #expect(throws: DatasetError.noSuchPath(path: "cifar1O", nearest: "cifar10")) {
      try DatasetCatalog.open(path: "cifar1O")
    }
  }
}

/// An IDX file of bytes.
func idx(_ shape: [Int], _ bytes: [UInt8]) -> Data {
  Data([0, 0, 8, UInt8(shape.count)])
    + shape.flatMap { length in withUnsafeBytes(of: UInt32(length).bigEndian) { Array($0) } }
    + Data(bytes)
}
