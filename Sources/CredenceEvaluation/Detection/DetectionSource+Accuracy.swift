import CredencePredictions
import CredenceUncertainty

extension DetectionSource {
  /// The share of labeled samples whose prediction is right; `nil` without labels or class scores.
  func accuracy() throws -> Double? {
    guard let labels = set.labels, classCount > 0 else { return nil }
    var (right, known) = (0, 0)
    for (row, prediction) in try predictions().enumerated() where labels[row] >= 0 {
      known += 1
      right += Int(labels[row]) == prediction ? 1 : 0
    }
    return known == 0 ? nil : Double(right) / Double(known)
  }
}
