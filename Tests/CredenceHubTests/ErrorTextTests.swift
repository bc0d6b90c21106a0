import CredenceHub
import Foundation
import Testing

@Suite struct ErrorTextTests {
  @Test(
    arguments: [
      .badName(text: "x", problem: "p"), .badSetting(name: "n", value: "v", problem: "p"),
      .unreachable(url: "u", reason: "r"), .refused(url: "u", status: 500),
      .unauthorized(what: "w", endpoint: "e", hasToken: true),
      .noSuchModel(name: "n", endpoint: "e"), .noSuchRevision(name: "n", revision: "r"),
      .noSuchFile(name: "n", file: "f"), .notCached(name: "n", file: "f", folder: "d"),
      .checksumMismatch(url: "u", expected: "e", found: "f"),
      .sizeMismatch(url: "u", expected: 1, found: 2), .tooLarge(url: "u", size: 2, limit: 1),
      .noSpace(folder: "f", needed: 2, available: 1), .invalidResponse(url: "u", problem: "p"),
      .unwritable(path: "p", reason: "r"), .badConfiguration(file: "f", problem: "p"),
    ] as [HubError])
  func `says what, why and what to do`(_ error: HubError) throws {
    for text in [error.errorDescription, error.failureReason, error.recoverySuggestion] {
      let text = try #require(text)
      #expect(!text.isEmpty && !text.contains("Optional"))
    }
  }
}
