import CredenceReports
import Foundation
import Testing

@Suite struct AtomicOutputTests {
  /// A fresh folder that is removed after a body.
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("credence-output-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func `files appear with their folders, and replace what was there`() throws {
    try withFolder { folder in
      let target = folder.appendingPathComponent("a/b")
      let output = try AtomicOutput(folder: target)
      #expect(try names(folder) == [])
      try output.write(["results.csv": Data("1".utf8), "charts/roc.svg": Data("2".utf8)])
      try output.write(["results.csv": Data("3".utf8)])
      #expect(try names(target) == ["charts", "charts/roc.svg", "results.csv"])
      #expect(try Data(contentsOf: target.appendingPathComponent("results.csv")) == Data("3".utf8))
    }
  }

  @Test func `a folder that can't be made is refused before any work`() throws {
    try withFolder { folder in
      let file = folder.appendingPathComponent("file")
      try Data().write(to: file)
      let target = file.appendingPathComponent("out")
      #expect(
        throws: ReportError.unwritable(
          path: target.path, reason: "‘\(file.path)’ is a file, not a folder.")
      ) {
        try AtomicOutput(folder: target)
      }
    }
  }

  @Test func `a failure leaves everything as it was`() throws {
    try withFolder { folder in
      let target = folder.appendingPathComponent("out")
      let output = try AtomicOutput(folder: target)
      // A file stands where a folder is needed: found only while writing.
      #expect(throws: ReportError.self) {
        try output.write(["a": Data("1".utf8), "a/b": Data("2".utf8)])
      }
      #expect(try names(folder) == [])

      try output.write(["a": Data("old".utf8)])
      #expect(throws: ReportError.self) {
        try output.write(["a": Data("new".utf8), "a/b": Data("2".utf8)])
      }
      #expect(try names(target) == ["a"])
      #expect(try Data(contentsOf: target.appendingPathComponent("a")) == Data("old".utf8))
    }
  }

  @Test func `a folder in the place of a file is not replaced`() throws {
    try withFolder { folder in
      let taken = folder.appendingPathComponent("results.csv")
      try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: true)
      let output = try AtomicOutput(folder: folder)
      #expect(
        throws: ReportError.unwritable(path: taken.path, reason: "A folder has that name.")
      ) {
        try output.write(["a": Data(), "results.csv": Data()])
      }
      #expect(try names(folder) == ["results.csv"])
    }
  }
}
