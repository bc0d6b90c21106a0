/// Golden comparisons that belong together, and the account of them.
///
/// ```swift
/// var group = GoldenGroup(set: "selective", name: "metric_cases original", file: "metric_cases.json")
/// group.check(path: "random_1000.original.auroc", expected: 0.87, actual: value, tolerance: 1e-12)
/// group.finish()
/// #expect(group.failures.isEmpty)
/// ```
public struct GoldenGroup {
  public let set: String
  public let name: String
  /// The JSON file whose leaves the paths name.
  public let file: String
  /// What went wrong, one sentence each.
  public private(set) var failures: [String] = []

  private var cases: Set<String> = []
  private var values = 0
  private var covered: [String] = []
  private var worst = (deviation: 0.0, tolerance: 0.0, share: -1.0)

  public init(set: String, name: String, file: String) {
    self.set = set
    self.name = name
    self.file = file
  }

  /// Compares two numbers; NaN equals NaN and infinities equal themselves.
  ///
  /// - Parameters:
  ///   - path: The leaf's keys from the top of the file, joined by dots; the first one names the case.
  ///   - expected: The golden value.
  ///   - actual: What Credence computes.
  ///   - tolerance: The largest absolute deviation allowed; 0 asks for equality.
  public mutating func check(path: String, expected: Double, actual: Double, tolerance: Double) {
    count(path)
    let deviation =
      expected == actual || (expected.isNaN && actual.isNaN) ? 0 : abs(expected - actual)
    let share = deviation == 0 ? 0 : deviation / tolerance
    if share > worst.share || worst.share.isNaN {
      worst = (deviation, tolerance, share)
    }
    if !(deviation <= tolerance) {
      failures.append(
        "\(path): expected \(expected), found \(actual), off by \(deviation) (tolerance \(tolerance))"
      )
    }
  }

  /// Compares anything exactly.
  public mutating func check<Value: Equatable>(path: String, expected: Value, actual: Value) {
    count(path)
    if expected != actual { failures.append("\(path): expected \(expected), found \(actual)") }
  }

  /// Notes that a leaf cannot be compared, such as a failed computation.
  public mutating func fail(path: String, _ reason: String) {
    count(path)
    failures.append("\(path): \(reason)")
  }

  /// Marks a leaf that informs only.
  public mutating func skip(path: String, reason: String) {
    covered.append("\(file):\(path)")
  }

  /// Prints the account in one line and appends it to the ledger that `CREDENCE_GOLDEN_LEDGER` names.
  public func finish() {
    let deviation = worst.share < 0 ? 0 : worst.deviation
    let tolerance = worst.share < 0 ? 0 : worst.tolerance
    print(
      "golden: \(set)/\(name): \(cases.count) cases, \(values) values, largest deviation "
        + "\(deviation) of tolerance \(tolerance)"
        + (failures.isEmpty ? "" : ", \(failures.count) FAILED"))
    GoldenLedger.append(
      GoldenLedger.Entry(
        set: set, group: name, cases: cases.count, values: values, failures: failures,
        covered: covered))
  }

  private mutating func count(_ path: String) {
    cases.insert(String(path.prefix { $0 != "." }))
    values += 1
    covered.append("\(file):\(path)")
  }
}
