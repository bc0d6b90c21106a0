import CredenceData
import Foundation
import Testing

@Suite struct LoaderTests {
  /// Images numbered by their pixels, some of them damaged.
  private struct Numbers: ImageDataset {
    let path = "numbers"
    let count: Int
    var damaged: Set<Int> = []
    let classNames: [String] = []
    func id(at index: Int) -> String { "image \(index)" }
    func label(at index: Int) -> Int? { index % 7 == 0 ? nil : index % 7 }
    func content(at index: Int) throws(DatasetError) -> ImageContent {
      if damaged.contains(index) { return .encoded(Data("nothing".utf8)) }
      // Later images are often ready first.
      if index % 5 == 0 { Thread.sleep(forTimeInterval: 0.0005) }
      return .pixels(
        PixelImage(width: 2, height: 2, pixels: [UInt8](repeating: UInt8(index % 251), count: 12)))
    }
  }

  private let preprocessing = Preprocessing(inputSize: [3, 2, 2], cropMode: .none)

  private func all(_ loader: Loader) throws -> [(indices: [Int], values: [UInt8])] {
    var batches: [(indices: [Int], values: [UInt8])] = []
    while let batch = try loader.next() {
      #expect(batch.shape == [batch.indices.count, 2, 2, 3])
      #expect(batch.ids == batch.indices.map { "image \($0)" })
      #expect(batch.labels == batch.indices.map { $0 % 7 == 0 ? nil : $0 % 7 })
      #expect(batch.bytes.count == batch.count * 12)
      batches.append(
        (batch.indices, stride(from: 0, to: batch.bytes.count, by: 12).map { batch.bytes[$0] }))
    }
    return batches
  }

  @Test(arguments: [1, 2, 5], [1, 7, 64])
  func `gives every image once, in order, with any number of threads`(
    _ workers: Int, _ batchSize: Int
  ) throws {
    var settings = LoaderSettings()
    settings.workerCount = workers
    settings.batchSize = batchSize
    settings.format = .uint8
    let batches = try all(Loader(Numbers(count: 150), preprocessing, settings))
    #expect(batches.flatMap(\.indices) == Array(0..<150))
    #expect(batches.flatMap(\.values) == (0..<150).map { UInt8($0) })
    #expect(batches.dropLast().allSatisfy { $0.indices.count == batchSize })
  }

  @Test func `leaves out what can't be read and says so`() throws {
    var settings = LoaderSettings()
    settings.batchSize = 4
    settings.format = .uint8
    settings.unreadableImages = .skip
    let dataset = Numbers(count: 20, damaged: [1, 4, 5, 6, 7, 19])
    let loader = try Loader(dataset, preprocessing, settings)
    let first = try #require(try loader.next())
    #expect(first.indices == [0, 2, 3] && first.skipped.map(\.index) == [1])
    #expect([0, 12, 24].map { first.bytes[$0] } == [0, 2, 3])
    let second = try #require(try loader.next())
    #expect(second.indices == [8, 9, 10, 11] && second.skipped.map(\.index) == [4, 5, 6, 7])
    let rest = try all(loader)
    #expect(rest.flatMap(\.indices) == Array(12..<19))
    #expect(loader.skippedAtEnd.isEmpty)
  }

  @Test func `names images left out after the last batch`() throws {
    var settings = LoaderSettings()
    settings.batchSize = 2
    settings.unreadableImages = .skip
    let loader = try Loader(Numbers(count: 4, damaged: [2, 3]), preprocessing, settings)
    #expect(try loader.next()?.indices == [0, 1])
    #expect(try loader.next() == nil)
    #expect(loader.skippedAtEnd.map(\.id) == ["image 2", "image 3"])
  }

  @Test func `throws the first error in order, when it is reached`() throws {
    var settings = LoaderSettings()
    settings.batchSize = 4
    let loader = try Loader(Numbers(count: 40, damaged: [9, 11, 30]), preprocessing, settings)
    #expect(try loader.next()?.count == 4)
    #expect(try loader.next()?.count == 4)
    #expect(
      throws: DatasetError.unreadableImage(
        image: "numbers/image 9",
        reason: "its format is not known; JPEG, PNG, WebP and BMP are read")
    ) { try loader.next() }
    #expect(try loader.next() == nil)
  }

  @Test func `stops at once and lets its threads go`() throws {
    weak var data: Watched?
    do {
      let watched = Watched()
      data = watched
      let loader = try Loader(Endless(watched: watched), preprocessing)
      _ = try loader.next()
      loader.cancel()
      #expect(try loader.next() == nil)
    }
    #expect(data == nil)
  }

  @Test func `a batch stays as it is while it is held`() throws {
    var settings = LoaderSettings()
    settings.batchSize = 8
    settings.format = .uint8
    let loader = try Loader(Numbers(count: 160), preprocessing, settings)
    var held: [ImageBatch] = []
    while let batch = try loader.next() { held.append(batch) }
    for (number, batch) in held.enumerated() {
      #expect((0..<8).map { batch.bytes[12 * $0] } == (0..<8).map { UInt8(8 * number + $0) })
    }
  }

  @Test func `shards part the rows without gap or overlap`() throws {
    var rows: [Int] = []
    for index in 0..<3 {
      var settings = LoaderSettings()
      settings.batchSize = 3
      settings.format = .uint8
      settings.shard = try Shard(index: index, count: 3)
      let loader = try Loader(Numbers(count: 40), preprocessing, settings, rows: 5..<25)
      rows += try all(loader).flatMap(\.indices)
    }
    #expect(rows == Array(5..<25))
    #expect(try Shard(argument: "2/4").range(of: 10) == 6..<8)
    for text in ["4/4", "-1/4", "1", "1/0", "a/b", ""] {
      #expect(throws: DatasetError.self) { try Shard(argument: text) }
    }
  }

  @Test func `settings out of range are refused by name`() throws {
    var settings = LoaderSettings()
    settings.batchSize = 0
    #expect(throws: DatasetError.self) { try Loader(Numbers(count: 1), preprocessing, settings) }
    settings.batchSize = 1 << 60
    #expect(throws: DatasetError.self) { try Loader(Numbers(count: 1), preprocessing, settings) }
    settings.batchSize = 1
    settings.workerCount = 0
    #expect(
      throws: DatasetError.badSetting(name: "--workers", value: "0", allowed: "from 1 to 1024")
    ) { try Loader(Numbers(count: 1), preprocessing, settings) }
    #expect(throws: DatasetError.self) {
      try Loader(Numbers(count: 1), Preprocessing(inputSize: [2, 4, 4]))
    }
    #expect(throws: DatasetError.self) {
      try Loader(Numbers(count: 1), preprocessing, rows: 0..<2)
    }
  }

  @Test func `an image of another size than the network's is refused where nothing is resized`()
    throws
  {
    let loader = try Loader(
      Numbers(count: 1), Preprocessing(inputSize: [3, 4, 4], cropMode: .none))
    #expect(throws: DatasetError.self) { try loader.next() }
  }
}

/// An object that is held by those who still read.
private final class Watched: Sendable {}

/// Images without end that hold an object.
private struct Endless: ImageDataset {
  let watched: Watched
  let path = "endless"
  let count = 1_000_000
  let classNames: [String] = []
  func id(at index: Int) -> String { "\(index)" }
  func label(at index: Int) -> Int? { nil }
  func content(at index: Int) -> ImageContent {
    .pixels(PixelImage(width: 2, height: 2, pixels: [UInt8](repeating: 0, count: 12)))
  }
}
