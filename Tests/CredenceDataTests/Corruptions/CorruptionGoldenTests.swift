import CredenceData
import GoldenSupport
import Testing

@Suite struct CorruptionGoldenTests {
  /// One level where rounding differs, and hardly anywhere: OpenCV and SciPy add in other orders.
  @Test func `pixels agree with the published generators for the same draws`() throws {
    var group = GoldenGroup(set: "corruptions", name: "pixels", file: "corruptions.json")
    var deviations: [String: Deviation] = [:]
    for example in try CorruptionCase.all() {
      for key in example.inputs { group.skip(path: "\(example.name).\(key)", reason: "an input") }
      let deviation = Deviation(try example.corrupted(), example.expected)
      deviations[example.corruption, default: Deviation()].add(deviation)
      group.check(
        path: "\(example.name).expected", expected: 0, actual: Double(deviation.largest),
        tolerance: 1)
    }
    group.finish()
    #expect(group.failures == [])
    for (corruption, deviation) in deviations {
      #expect(deviation.mean < 0.02, "\(corruption)")
    }
  }
}

/// How far apart the values of two images are, in levels of 0...255.
struct Deviation {
  var largest = 0
  private var sum = 0
  private var count = 0

  init() {}

  init(_ first: PixelImage, _ second: PixelImage) {
    for (a, b) in zip(first.pixels, second.pixels) {
      let difference = abs(Int(a) - Int(b))
      largest = max(largest, difference)
      sum += difference
    }
    count = first.pixels.count
  }

  var mean: Double { Double(sum) / Double(max(count, 1)) }

  mutating func add(_ other: Deviation) {
    largest = max(largest, other.largest)
    sum += other.sum
    count += other.count
  }
}
