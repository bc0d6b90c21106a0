import CredenceMetrics
import Foundation
import Testing

@Suite struct ErrorTextTests {
  @Test(
    arguments: [
      (.noSamples, "there are no samples"), (.noErrors, "there are no wrong predictions"),
      (.noCorrectPredictions, "there are no correct predictions"),
      (.notProbabilities(1.5), "the confidences are not probabilities (one is 1.5)"),
      (.notFinite(row: 7), "the confidence of row 7 is not a finite number"),
      (.tooFewSamples(needed: 2, found: 1), "it needs 2 samples, there are 1"),
      (
        .invalidSetting(name: "bins", value: 0, allowed: "at least 1"),
        "bins is 0; it must be at least 1"
      ),
      (.unavailable("the file holds no labels"), "the file holds no labels"),
    ] as [(MetricError, String)])
  func `each error says what, why and what to do`(error: MetricError, text: String) {
    #expect(error.localizedDescription == text)
    #expect(error.failureReason?.isEmpty == false && error.recoverySuggestion?.isEmpty == false)
  }
}
