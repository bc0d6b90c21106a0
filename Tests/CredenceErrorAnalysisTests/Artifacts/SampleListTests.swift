import CredenceErrorAnalysis
import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct SampleListTests {
  private func error(_ body: () throws -> Void) -> ArtifactError? {
    do {
      try body()
      return nil
    } catch { return error as? ArtifactError }
  }

  @Test func `names and labels are checked`() {
    #expect(
      error { _ = try SampleList(files: ["a/1", "a/1"], targets: [0, 0], file: "f") }
        == .duplicateSample(file: "f", name: "a/1", row: 1, earlierRow: 0))
    for name in ["1", "", "/1", "a/"] {
      #expect(
        error { _ = try SampleList(files: ["a/1", name], targets: [0, 0], file: "f") }
          == .badSampleName(file: "f", name: name, row: 1))
    }
    #expect(
      error { _ = try SampleList(files: ["a/1"], targets: [1000], file: "f") }
        == .classOutOfRange(file: "f", array: "targets", row: 0, value: 1000, classCount: 1000))
    #expect(error { _ = try SampleList(files: ["a/1"], targets: [], file: "f") } != nil)
  }

  @Test func `a list that is not there says what to do`() {
    let url = URL(fileURLWithPath: "/nonexistent/samples_info.npz")
    let found = error { _ = try SampleList(contentsOf: url) }
    #expect(found == .missingSamples(file: url.relativePath))
    #expect(found?.recoverySuggestion?.contains("credence errors collect") == true)
  }

  @Test func `other samples are named by row`() throws {
    let list = try SampleList(files: ["a/1", "b/2"], targets: [0, 1], file: "f")
    try list.check(files: ["a/1", "b/2"], targets: [0, 1])
    #expect(
      error { try list.check(files: ["a/1", "b/3"], targets: [0, 1]) }
        == .otherSamples(
          file: "f", row: 1, found: "‘b/3’ of class 1", expected: "‘b/2’ of class 1"))
    #expect(error { try list.check(files: ["a/1"], targets: [0]) } != nil)
    #expect(
      error { try list.check(files: ["a/1", "b/2", "b/3"], targets: [0, 1, 1]) } != nil)
  }

  @Test func `texts of any length survive an archive`() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "samples_info.npz")
    let names = [
      "n01440764/é𝄞.JPEG", "n01443537/a", "n01443537/" + String(repeating: "b", count: 99),
    ]
    try NPZWriter.write(
      [
        OutgoingArray("sample_files", texts: names),
        OutgoingArray("targets", [Int64(0), 1, 1], element: .int64),
      ], to: url)
    let list = try SampleList(contentsOf: url)
    #expect(list.files == names)
    #expect(list.targets == [0, 1, 1])
    #expect(list.folder(at: 1) == "n01443537")
    #expect(list.name(at: 1) == "a")
    #expect(list.row(of: names[2]) == 2)
  }
}
