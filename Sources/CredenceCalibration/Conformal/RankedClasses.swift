/// The classes of one sample by falling probability, sorted only as far as somebody walks.
///
/// Equal probabilities stand in order of the class. Sums run in rank order, so a class has the same score, to the last bit,
/// in calibration and in prediction.
struct RankedClasses {
  private let probabilities: UnsafeBufferPointer<Double>
  private var classes: [Int32] = []
  private var cutoff = Double.infinity

  init(_ probabilities: UnsafeBufferPointer<Double>) {
    self.probabilities = probabilities
  }

  /// The rank of a class from 1, its cumulative probability, and the largest probability.
  static func place(of target: Int, in probabilities: UnsafeBufferPointer<Double>)
    -> (rank: Int, cumulative: Double, largest: Double)
  {
    let own = probabilities[target]
    var before: [Double] = []
    for (index, probability) in probabilities.enumerated()
    where probability > own || (probability == own && index < target) {
      before.append(probability)
    }
    before.sort(by: >)
    var sum = 0.0
    for probability in before { sum += probability }
    return (before.count + 1, sum + own, before.first ?? own)
  }

  /// Walks the classes in rank order until the closure returns false.
  ///
  /// - Parameter visit: Receives the class, its rank from 1, its probability, the cumulative and the largest probability.
  mutating func walk(_ visit: (Int, Int, Double, Double, Double) -> Bool) {
    var cumulative = 0.0
    var largest = 0.0
    var rank = 0
    while rank < probabilities.count {
      if rank == classes.count { sortMore() }
      let index = Int(classes[rank])
      let probability = probabilities[index]
      rank += 1
      cumulative += probability
      if rank == 1 { largest = probability }
      guard visit(index, rank, probability, cumulative, largest) else { return }
    }
  }

  /// Appends the classes above the next cutoff; most walks end among the first few.
  private mutating func sortMore() {
    let previous = cutoff
    cutoff = previous == .infinity ? 0.01 : previous > 1e-4 ? 1e-4 : -1
    var next: [Int32] = []
    for (index, probability) in probabilities.enumerated()
    where probability < previous && probability >= cutoff {
      next.append(Int32(index))
    }
    // Classes are gathered in order, so comparing them too keeps the sort stable.
    next.sort { a, b in
      let (first, second) = (probabilities[Int(a)], probabilities[Int(b)])
      return first == second ? a < b : first > second
    }
    classes += next
    if next.isEmpty, cutoff > -1 { sortMore() }
  }
}
