import Foundation
import GoldenSupport
import Testing

/// The last part of `make golden`: it reads the ledger that the golden tests wrote.
@Suite struct GoldenAccountTests {
  @Test(.enabled(if: !GoldenLedger.sets.isEmpty, "only ‘make golden’ asks for it"))
  func `names failures and what no test covers`() throws {
    let environment = ProcessInfo.processInfo.environment
    let root = try #require(environment["CREDENCE_GOLDEN"])
    let ledger = try GoldenLedger.entries(of: #require(GoldenLedger.url))
    let account = try GoldenCoverage(
      root: URL(fileURLWithPath: root),
      sets: GoldenLedger.sets, ledger: ledger)
    for line in account.uncovered { print("golden: not covered: \(line)") }
    for line in account.failures { print("golden: FAILED: \(line)") }
    let groups = ledger.filter { $0.group != nil }
    print(
      "golden: \(groups.count) groups, \(groups.reduce(0) { $0 + ($1.values ?? 0) }) values, "
        + "\(account.failures.count) failed; \(account.uncovered.count) entries not covered")
    #expect(!groups.isEmpty, "no golden test ran")
    #expect(account.failures.isEmpty)
  }
}
