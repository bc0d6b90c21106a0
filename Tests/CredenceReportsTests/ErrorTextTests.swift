import CredenceReports
import Testing

@Suite struct ErrorTextTests {
  @Test(arguments: [
    ReportError.unwritable(path: "out", reason: "‘out’ is a file, not a folder."),
    .chartRenderer("no python3 was found."), .unreadable("it is not JSON"),
  ])
  func `every error says what, why and what to do`(_ error: ReportError) {
    for text in [error.errorDescription, error.failureReason, error.recoverySuggestion] {
      #expect(text?.hasSuffix(".") == true)
    }
  }
}
