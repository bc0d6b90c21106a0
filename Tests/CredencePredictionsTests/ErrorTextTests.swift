import CredencePredictions
import Foundation
import Testing

@Suite struct ErrorTextTests {
  private static let files: [PredictionFileError] = [
    .noOutput(file: "f", found: ["a"], suggestion: "Do s."),
    .undeclaredKind(file: "f", array: "a"),
    .ambiguousRole(file: "f", role: "labels", arrays: ["a", "b"]),
    .incomplete(file: "f", role: "a", missing: "b"),
    .wrongShape(file: "f", array: "a", role: "labels", expected: "e"),
    .noSuchArray(file: "f", name: "n", found: []), .unknownRole(role: "r", known: ["labels"]),
    .badSource(text: "t", problem: "p"), .unlabeledSample(file: "f", id: "i", row: 1),
    .invalid(file: "f", error: .noSamples),
  ]
  private static let sets: [PredictionError] = [
    .sizeMismatch(what: "w", expected: 2, found: 1), .raggedRow(row: 1, expected: 2, found: 1),
    .countMismatch(what: "w", count: 1, other: "o", otherCount: 2), .noSamples,
    .labelOutOfRange(role: "labels", row: 1, label: 5, classes: 3),
    .notAClass(role: "labels", row: 1, value: 0.5),
    .duplicateClass(role: "top_k.indices", row: 1, label: 2),
    .notFinite(role: "logits", row: 1, column: 2),
    .notAProbability(role: "probabilities", row: 1, column: 2, value: 1.5),
    .probabilitySum(row: 1, sum: 2, tolerance: 1e-3),
    .duplicateSampleID(id: "i", row: 2, earlierRow: 1), .missing(what: "labels", reason: "r"),
  ]

  @Test(arguments: files.map { $0 as any LocalizedError } + sets.map { $0 as any LocalizedError })
  func `says what, why and what to do`(_ error: any LocalizedError) throws {
    for text in [error.errorDescription, error.failureReason, error.recoverySuggestion] {
      let text = try #require(text)
      #expect(!text.isEmpty && !text.contains("Optional"))
    }
  }

  @Test func `can't be used to write to a terminal`() throws {
    let hostile = "\u{1b}[2J\u{7}" + String(repeating: "x", count: 100_000)
    let text = try #require(
      PredictionFileError.noSuchArray(file: "f", name: hostile, found: []).errorDescription)
    #expect(text.hasPrefix("‘f’ has no ‘\u{FFFD}[2J\u{FFFD}xxx"))
    #expect(text.count == 2000)
  }
}
