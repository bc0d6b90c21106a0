import Foundation

/// The cumulative probabilities of a Poisson distribution, to draw from by inversion.
struct PoissonTable {
  /// The probability of at most this many events.
  private let cumulative: [Double]

  /// - Parameter rate: The mean number of events, from 0 to 700.
  init(rate: Double) {
    precondition((0...700).contains(rate))
    var term = exp(-rate)
    var sum = term
    var cumulative = [sum]
    var count = 0.0
    // Beyond the mean, terms below the spacing of numbers near 1 add nothing.
    while term > 1e-17 || count < rate {
      count += 1
      term *= rate / count
      sum += term
      cumulative.append(sum)
    }
    self.cumulative = cumulative
  }

  /// The smallest count whose cumulative probability exceeds a number from 0 up to 1.
  func count(at uniform: Double) -> Int {
    var low = 0
    var high = cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > uniform { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
