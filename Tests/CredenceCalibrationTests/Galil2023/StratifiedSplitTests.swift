import CredenceCalibration
import CredenceFiles
import GoldenSupport
import Testing

@Suite struct StratifiedSplitTests {
  /// The number behind a letter in a name such as `stratified_K10_per20_valid50_seed1`.
  private func number(_ prefix: String, in name: String) throws -> Int {
    let part = name.split(separator: "_").first {
      $0.hasPrefix(prefix) && $0.dropFirst(prefix.count).allSatisfy(\.isNumber)
    }
    return try #require(part.flatMap { Int($0.dropFirst(prefix.count)) })
  }

  @Test func `shuffles and splits agree with NumPy and scikit-learn`() throws {
    let file = "splits.json"
    var group = GoldenGroup(set: "selective", name: "splits", file: file)
    for (name, value) in try GoldenSet("selective").json(file).members {
      var random = NumPyRandom(seed: UInt32(try number("seed", in: name)))
      func check(_ path: String, _ expected: GoldenJSON?, _ actual: [Int]) {
        group.check(
          path: path, expected: (expected?.array ?? []).map { Int($0.number ?? -1) },
          actual: actual)
      }
      if name.hasPrefix("list_shuffle") {
        var values = Array(0..<(try number("n", in: name)))
        random.shuffle(&values)
        check(name, value, values)
        continue
      }
      let perClass = try number("per", in: name)
      let labels = (0..<(try number("K", in: name))).flatMap { label in
        [Int32](repeating: Int32(label), count: perClass)
      }
      let count = try number("valid", in: name)
      let first = try StratifiedSplit(labels: labels, validationCount: count, using: &random)
      let second = try StratifiedSplit(labels: labels, validationCount: count, using: &random)
      for (key, expected) in value.members {
        let path = "\(name).\(key)"
        switch key {
        case "test": check(path, expected, first.evaluation)
        case "valid": check(path, expected, first.validation)
        case "valid_of_second_call_without_reseeding": check(path, expected, second.validation)
        default: group.fail(path: path, "no such value")
        }
      }
    }
    group.finish()
    #expect(group.failures.isEmpty)
  }

  @Test func `parts are disjoint, complete and stratified`() throws {
    var random = NumPyRandom(seed: 7)
    let labels = (0..<1_003).map { Int32($0 % 9) }
    let split = try StratifiedSplit(labels: labels, validationCount: 200, using: &random)
    #expect((split.evaluation + split.validation).sorted() == Array(0..<1_003))
    for label in 0..<9 as Range<Int32> {
      let count = split.validation.count { labels[$0] == label }
      #expect(abs(Double(count) - 200.0 / 9) < 2)
    }
  }

  @Test func `refuses parts that can't hold every class`() {
    var random = NumPyRandom(seed: 7)
    #expect(
      throws: CalibrationError.tooFewSamples(
        needed: 3, found: 2, purpose: "Each part of a split with 3 classes")
    ) {
      try StratifiedSplit(labels: [0, 1, 2, 0, 1, 2], validationCount: 2, using: &random)
    }
    #expect(throws: CalibrationError.self) {
      try StratifiedSplit(labels: [0, 0], validationCount: 2, using: &random)
    }
  }

  @Test func `bits are those of the Mersenne Twister`() {
    // numpy.random.RandomState(5489).randint(0, 2**32, dtype=numpy.uint32)
    var random = NumPyRandom(seed: 5_489)
    #expect((0..<3).map { _ in random.next() } == [3_499_211_612, 581_869_302, 3_890_346_734])
  }
}
