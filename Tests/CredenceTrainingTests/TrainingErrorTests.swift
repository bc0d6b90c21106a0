import CredenceTraining
import Foundation
import Testing

@Suite struct TrainingErrorTests {
  @Test func `says what, why and what to do`() {
    let error = TrainingError.badSetting(name: "rate", value: "-1", allowed: "above 0")
    #expect(error.errorDescription == "rate is -1.")
    #expect(error.failureReason == "rate must be above 0.")
    #expect(error.recoverySuggestion == "Choose another value.")
  }
}
