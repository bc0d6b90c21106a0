import CredenceFiles
import Foundation
import Testing

@Suite struct ErrorTextTests {
  private static let errors: [FileError] = [
    .unreadable(file: "f", reason: "r"), .unknownFormat(file: "f", known: "k"),
    .malformed(file: "f", format: "CSV", problem: "p"),
    .truncated(file: "f", what: "the header", expected: 2, found: 1),
    .unsupported(file: "f", what: "w", instead: "Do i."),
    .unsafeArchive(file: "f", member: "m", problem: "p"),
    .checksumMismatch(file: "f", member: "m"),
    .badField(file: "f", line: 1, column: 2, text: "x", expected: "a number"),
    .fieldCount(file: "f", line: 1, expected: 2, found: 1),
    .refusedName(file: "f", name: "posix.system"), .unwritable(file: "f", reason: "r"),
  ]

  @Test(arguments: errors)
  func `says what, why and what to do`(_ error: FileError) throws {
    for text in [error.errorDescription, error.failureReason, error.recoverySuggestion] {
      let text = try #require(text)
      #expect(!text.isEmpty && !text.contains("Optional"))
    }
  }

  @Test func `can't be used to write to a terminal`() throws {
    let hostile = "\u{1b}[2J\u{7}" + String(repeating: "x", count: 100_000)
    let text = try #require(
      FileError.checksumMismatch(file: "f", member: hostile).errorDescription)
    #expect(text.hasPrefix("The part ‘\u{FFFD}[2J\u{FFFD}xxx"))
    #expect(text.count == 2000)
  }
}
