import CredenceData
import CredenceEvaluation
import CredenceModels
import FileSupport
import Foundation
import Testing

@Suite struct ImageSourceTests {
  private let folder: TemporaryFolder
  private let architecture: ModelDescriptor

  init() throws {
    folder = try TemporaryFolder()
    architecture = try #require(ModelCatalog["resnet18_32x32"])
  }

  /// Writes two images of each of two classes.
  private func write(
    _ name: String, width: Int = 20, height: Int = 24, isGray: Bool = false
  ) throws {
    for label in ["a", "b"] {
      let target = folder.url.appending(path: "\(name)/\(label)")
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      for number in 0..<2 {
        let pixels = (0..<width * height * 3).map {
          UInt8(truncatingIfNeeded: isGray ? $0 / 3 + number : $0 * 7 + number)
        }
        try ImageEncoder.png(PixelImage(width: width, height: height, pixels: pixels))
          .write(to: target.appending(path: "\(number).png"))
      }
    }
  }

  private func source(_ name: String) throws -> ImageSource {
    try ImageSource(folder.url.appending(path: name).path)
  }

  @Test func `a folder's parts are found by their names`() throws {
    try write("birds/train")
    try write("birds/val", width: 22)
    let source = try source("birds")
    #expect(source.name == "birds" && source.entry == nil)
    #expect(try source.open(part: .train).image(at: 0).width == 20)
    #expect(try source.open(part: .test, orWhole: false).image(at: 0).width == 22)
    #expect(try self.source("birds/val").name == "birds")
  }

  @Test func `a folder without parts stands for each where that is wanted`() throws {
    try write("birds")
    let source = try source("birds")
    #expect(try source.open(part: .train).count == 4)
    #expect(try source.open(part: .test).count == 4)
    #expect(throws: DatasetError.self) { try source.open(part: .test, orWhole: false) }
  }

  @Test func `a name comes before a folder of the name, and a wrong one is told`() throws {
    #expect(try ImageSource("dirty-mnist").name == "dirty_mnist")
    #expect(try ImageSource("cifar10").entry?.id == "cifar10")
    #expect(throws: DatasetError.self) { try ImageSource("no such thing") }
  }

  @Test func `images tell their size and whether they are gray`() throws {
    try write("gray", isGray: true)
    let gray = try ImageTask(source("gray").open(part: .train), .init(), for: architecture)
    #expect(gray.classCount == 2 && gray.preprocessing.inputSize == [1, 24, 20])
    #expect(gray.preprocessing.mean == [0.1307] && gray.augmentation.cropPadding == 2)
    try write("colors")
    let colors = try ImageTask(source("colors").open(part: .train), .init(), for: architecture)
    #expect(colors.preprocessing.inputSize == [3, 24, 20])
    #expect(colors.preprocessing.mean.count == 3)
    let said = try ImageTask(
      source("colors").open(part: .train), .init(channels: 1, size: [16, 16]), for: architecture)
    #expect(said.preprocessing.inputSize == [1, 16, 16])
    // Sizes differ: the network's.
    try write("mixed/train")
    try write("mixed/train/more", width: 30)
    let mixed = try ImageTask(source("mixed").open(part: .train), .init(), for: architecture)
    #expect(mixed.preprocessing.inputSize == [3, 32, 32])
    try write("large", width: 200, height: 200)
    let large = try ImageTask(source("large").open(part: .train), .init(), for: architecture)
    #expect(large.preprocessing.inputSize == [3, 32, 32])
  }

  @Test func `images of one class, or of none, can't be learned from`() throws {
    try write("lonely")
    try FileManager.default.removeItem(at: folder.url.appending(path: "lonely/b"))
    for name in ["lonely", "lonely/a"] {
      let images = try source(name).open(part: .train)
      #expect(throws: DatasetError.self) { try ImageTask(images, .init(), for: architecture) }
    }
  }
}
