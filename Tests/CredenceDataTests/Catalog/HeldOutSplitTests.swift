import CredenceData
import GoldenSupport
import Testing

@Suite struct HeldOutSplitTests {
  @Test func `the order is that of NumPy's legacy shuffle`() throws {
    for (name, value) in try GoldenSet("selective").json("splits.json").members
    where name.hasPrefix("list_shuffle") {
      let parts = name.split(separator: "_")
      let count = try #require(parts.first { $0.hasPrefix("n") }.flatMap { Int($0.dropFirst()) })
      let seed = try #require(
        parts.first { $0.hasPrefix("seed") }.flatMap { UInt32($0.dropFirst(4)) })
      let order = (value.array ?? []).map { Int($0.number ?? -1) }
      for fraction in [0, 0.1, 0.25, 0.999] {
        let split = try HeldOutSplit(count: count, fraction: fraction, seed: seed)
        let heldOut = Int(fraction * Double(count))
        #expect(split.validation == Array(order.prefix(heldOut)))
        #expect(split.training == Array(order.dropFirst(heldOut)))
      }
    }
  }

  @Test(arguments: [1, 2, 10]) func `groups stay together, and nothing is lost`(_ size: Int) throws
  {
    let split = try HeldOutSplit(count: 1000, fraction: 0.13, seed: 5, groupSize: size)
    #expect((split.training + split.validation).sorted() == Array(0..<1000))
    #expect(split.validation.count == 130)
    let groups = Set(split.validation.map { $0 / size })
    #expect(groups.isDisjoint(with: split.training.map { $0 / size }))
  }

  /// Twenty images of their own, then ten images five times each.
  private struct Copies: ImageDataset {
    let path = "copies"
    let count = 70
    let classNames: [String] = []
    func id(at index: Int) -> String { "\(index)" }
    func label(at index: Int) -> Int? { 0 }
    func content(at index: Int) -> ImageContent {
      .pixels(PixelImage(width: 1, height: 1, pixels: [0, 0, 0]))
    }
    func group(at index: Int) -> Int { index < 20 ? index : 20 + (index - 20) / 5 }
  }

  @Test func `copies of an image are on one side, unless as published`() throws {
    let copies = Copies()
    let split = try HeldOutSplit(copies, fraction: 0.2, seed: 3)
    #expect((split.training + split.validation).sorted() == Array(0..<70))
    #expect(split.validation.count == 14)
    let groups = Set(split.validation.map(copies.group))
    #expect(groups.isDisjoint(with: split.training.map(copies.group)))
    let published = try HeldOutSplit(copies, fraction: 0.2, seed: 3, keeping: .none)
    #expect(published == (try HeldOutSplit(count: 70, fraction: 0.2, seed: 3)))
    #expect(
      !Set(published.validation.map(copies.group)).isDisjoint(
        with: published.training.map(copies.group)))
  }

  @Test func `impossible settings are refused`() {
    #expect(
      throws: DatasetError.badSetting(
        name: "The fraction held out", value: "1.0", allowed: "from 0 to below 1")
    ) { try HeldOutSplit(count: 10, fraction: 1, seed: 0) }
    #expect(
      throws: DatasetError.badSetting(
        name: "The size of a group", value: "3",
        allowed: "1 or more, and a divisor of the 10 samples")
    ) { try HeldOutSplit(count: 10, fraction: 0.1, seed: 0, groupSize: 3) }
  }
}
