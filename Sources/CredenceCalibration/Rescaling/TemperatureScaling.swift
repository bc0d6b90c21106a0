public import CredencePredictions
import Foundation

/// A temperature and the certificate of its optimality.
public struct TemperatureFit: Codable, Hashable, Sendable {
  public var temperature: Double
  /// The inverse temperatures that enclose the optimum.
  public var bracket: [Double]
  /// The derivative of the mean negative log-likelihood by the inverse temperature.
  public var gradient: Double
  public var iterations: Int
  public var isAtBound: Bool
  public var nll: Double
}

/// The temperature that minimizes the negative log-likelihood.
public enum TemperatureScaling {
  /// Fits the temperature on the labeled samples.
  public static func fit(_ set: PredictionSet, rows: [Int]? = nil) throws -> TemperatureFit {
    let scores = try ScoreRows(set, purpose: "Temperature scaling")
    let labeled = try LabeledRows(set, among: rows, purpose: "Temperature scaling")
    let count = scores.classCount
    func moments(_ beta: Double) throws -> (nll: Double, gradient: Double) {
      let sums = try scores.parallelMap(labeled.rows) { block, values in
        var nll = 0.0
        var gradient = 0.0
        for (index, sample) in block.enumerated() {
          let row = UnsafeBufferPointer(rebasing: values[index * count..<(index + 1) * count])
          let largest = row[Softmax.indexOfMaximum(row)]
          let truth = row[Int(labeled.labels[sample])]
          var sum = 0.0
          var first = 0.0
          for value in row {
            let weight = exp((value - largest) * beta)
            sum += weight
            first += weight * value
          }
          nll += log(sum) + (largest - truth) * beta
          gradient += first / sum - truth
        }
        return (nll, gradient)
      }
      let n = Double(labeled.rows.count)
      return (sums.reduce(0) { $0 + $1.0 } / n, sums.reduce(0) { $0 + $1.1 } / n)
    }
    var low = log(0.01)
    var high = log(100.0)
    var iterations = 0
    while high - low > 1e-12 {
      iterations += 1
      let middle = (low + high) / 2
      if try moments(exp(middle)).gradient > 0 { high = middle } else { low = middle }
    }
    let beta = exp((low + high) / 2)
    let final = try moments(beta)
    return TemperatureFit(
      temperature: 1 / beta, bracket: [exp(low), exp(high)], gradient: final.gradient,
      iterations: iterations, isAtBound: beta > 99.99 || beta < 0.010_001, nll: final.nll)
  }
}
