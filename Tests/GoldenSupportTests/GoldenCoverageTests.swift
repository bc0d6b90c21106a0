import Foundation
import GoldenSupport
import Testing

@Suite struct GoldenCoverageTests {
  private func coverage(
    _ files: [String: String], _ ledger: [GoldenLedger.Entry]
  ) throws -> GoldenCoverage {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    for (name, text) in files {
      let file = root.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return try GoldenCoverage(root: root, sets: ["known"], ledger: ledger)
  }

  @Test func `every leaf that was compared is covered`() throws {
    let result = try coverage(
      ["known/a.json": #"{"case": {"0.5": 1, "list": [1, 2]}}"#],
      [
        .init(set: "known", opened: "a.json"),
        .init(set: "known", covered: ["a.json:case.0.5", "a.json:case.list.0"]),
        .init(set: "known", covered: ["a.json:case.list.1"]),
      ])
    #expect(result.uncovered.isEmpty)
  }

  @Test func `a value that is compared as a whole covers what it holds`() throws {
    let result = try coverage(
      ["known/a.json": #"{"case": {"list": [1, 2]}}"#],
      [
        .init(set: "known", opened: "a.json"),
        .init(set: "known", covered: ["a.json:case.list"]),
      ])
    #expect(result.uncovered.isEmpty)
  }

  @Test func `a leaf that no test compares is named, and a branch of them once`() throws {
    let result = try coverage(
      ["known/a.json": #"{"one": {"x": 1, "y": 2}, "two": {"x": 1, "y": [2, 3]}}"#],
      [
        .init(set: "known", opened: "a.json"),
        .init(set: "known", covered: ["a.json:one.x"]),
      ])
    #expect(result.uncovered == ["known/a.json: one.y", "known/a.json: two (3 values)"])
  }

  @Test func `the same path of another file or set covers nothing`() throws {
    let result = try coverage(
      ["known/a.json": #"{"x": 1}"#],
      [
        .init(set: "known", opened: "a.json"), .init(set: "other", covered: ["a.json:x"]),
        .init(set: "known", covered: ["b.json:x"]),
      ])
    #expect(result.uncovered == ["known/a.json: "])
  }

  @Test func `files that no test opens are named, except texts for readers`() throws {
    let result = try coverage(
      ["known/README.md": "", "known/deep/b.npz": "", "known/c.safetensors": ""],
      [.init(set: "known", opened: "c.safetensors")])
    #expect(result.uncovered == ["known/deep/b.npz"])
  }

  @Test func `a folder without tests is named with its size`() throws {
    let result = try coverage(["later/a.json": "1", "later/b.json": "2"], [])
    #expect(result.uncovered == ["later (no set of this name has tests; 2 files)"])
  }

  @Test func `failures carry their group`() throws {
    let result = try coverage(
      ["known/README.md": ""],
      [.init(set: "known", group: "metrics", failures: ["a.x: expected 1.0, found 2.0"])])
    #expect(result.failures == ["known/metrics: a.x: expected 1.0, found 2.0"])
  }
}
