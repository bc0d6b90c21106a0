import CredenceCalibration
import Testing

@Suite struct ErrorTextTests {
  static let errors: [CalibrationError] = [
    .invalidSetting(name: "alpha", value: 2, allowed: "between 0 and 1"),
    .tooFewSamples(needed: 2, found: 1, purpose: "The split"),
    .tooManyClasses(found: 3_000, allowed: 2_000, method: "Matrix scaling"),
    .unavailable("A threshold needs labels; the predictions have none."),
    .mismatch(what: "The model", expected: "‘a’", found: "‘b’"),
    .unattainable(target: "an accuracy of 0.9", best: "the best is 0.5"),
    .unknownKind(name: "temprature", known: ["temperature", "vector"]),
    .unsupportedSchema(found: "x", expected: Policy.schema), .unknownKey("parameters.x"),
    .malformedPolicy(key: "fitSize", reason: "is missing"),
    .malformedPolicy(key: "", reason: "it is not valid JSON"),
    .headerMismatch(file: "results.csv", expected: "a,b", found: "a"),
  ]

  @Test(arguments: errors) func `every error says what, why and what to do`(
    error: CalibrationError
  ) throws {
    for text in [error.errorDescription, error.failureReason, error.recoverySuggestion] {
      let sentence = try #require(text)
      #expect(sentence.hasSuffix(".") && sentence.count > 15)
    }
  }

  @Test func `the offender is named`() {
    #expect(Self.errors[0].errorDescription == "alpha is 2.0; it must be between 0 and 1.")
    #expect(
      Self.errors[4].errorDescription
        == "The model is ‘b’, but the policy was fitted for ‘a’.")
    #expect(Self.errors[10].errorDescription == "The policy can't be read: it is not valid JSON.")
  }
}
