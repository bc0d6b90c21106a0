public import CredencePredictions
public import CredenceTensor
import Foundation

/// Counts, means and scatters of the features of each class, from embeddings that come in any number of blocks.
///
/// Everything is summed in double precision around the current means, which move as blocks come in, so nothing is lost to
/// cancellation and no embedding need be kept. Blocks in another order give the same numbers up to rounding.
///
/// - Note: Chan, Golub & LeVeque, The American Statistician 1983.
public struct ClassMoments: Sendable {
  /// Which second moments are kept.
  public enum Scatter: Sendable {
    /// A matrix for each class.
    case perClass
    /// One matrix, the sum over the classes of what lies around each one's mean.
    case tied
    /// A number for each class and feature.
    case diagonal
  }

  public let classCount: Int
  /// Features per sample.
  public let dimension: Int
  public let scatter: Scatter
  /// The samples of each class.
  public private(set) var counts: [Int]
  /// `[classes, features]`, row after row; zeros for a class without samples.
  public private(set) var means: [Double]
  /// One per class, or a single one for `tied`.
  private(set) var sums: [SymmetricSum]
  /// Sums of squares around the mean, `[classes, features]`.
  private(set) var squares: [Double]
  /// Per class, Σ‖x‖² x and Σ‖x‖⁴ around the mean, which shrinkage needs; kept for `perClass`.
  private var cubes: [Double]
  private(set) var quartics: [Double]
  let device: Device

  /// Moments of no samples.
  ///
  /// - Parameters:
  ///   - classCount: At least 1.
  ///   - dimension: Features per sample, at least 1.
  ///   - scatter: Which second moments are kept.
  ///   - device: Where products of matrices are computed; it must know float64.
  /// - Throws: `UncertaintyError.badSetting`; `UncertaintyError.tooLarge` where a matrix per class exceeds the memory.
  public init(
    classCount: Int, dimension: Int, scatter: Scatter = .perClass, device: Device = .cpu
  ) throws(UncertaintyError) {
    guard classCount >= 1 else {
      throw .badSetting(
        name: "The number of classes", value: "\(classCount)", allowed: "at least 1")
    }
    guard dimension >= 1 else {
      throw .badSetting(
        name: "The number of features", value: "\(dimension)", allowed: "at least 1")
    }
    if scatter == .perClass {
      let bytes = Double(classCount) * Double(dimension) * Double(dimension) * 8
      let available = Double(ProcessInfo.processInfo.physicalMemory) / 2
      guard bytes <= available else {
        throw .tooLarge(
          what: "A covariance for each of \(classCount) classes and \(dimension) features",
          bytes: Int(bytes), available: Int(available))
      }
    }
    self.classCount = classCount
    self.dimension = dimension
    self.scatter = scatter
    self.device = device
    counts = Array(repeating: 0, count: classCount)
    means = Array(repeating: 0, count: classCount * dimension)
    let sum = SymmetricSum(dimension: dimension, device: device)
    switch scatter {
    case .perClass: sums = Array(repeating: sum, count: classCount)
    case .tied: sums = [sum]
    case .diagonal: sums = []
    }
    squares = Array(repeating: 0, count: scatter == .diagonal ? classCount * dimension : 0)
    cubes = Array(repeating: 0, count: scatter == .perClass ? classCount * dimension : 0)
    quartics = Array(repeating: 0, count: scatter == .perClass ? classCount : 0)
  }

  /// All samples that were taken in.
  public var sampleCount: Int { counts.reduce(0, +) }

  /// Takes in embeddings of any size, in blocks.
  ///
  /// - Parameters:
  ///   - embeddings: `[samples, features]`.
  ///   - labels: The class of each; −1 for samples to leave out.
  /// - Throws: `PredictionError` naming the row of a number that is not finite or of a label that is no class; `EngineError`.
  public mutating func update(_ embeddings: Matrix, labels: [Int32]) throws {
    try EmbeddingBlocks.check(
      embeddings, labels: labels, classCount: classCount, dimension: dimension)
    var scratch: [Double] = []
    for block in EmbeddingBlocks.ranges(embeddings) {
      try embeddings.withRows(block, scratch: &scratch) { values in
        try EmbeddingBlocks.checkFinite(values, columnCount: dimension) { block.lowerBound + $0 }
        try add(values, labels: labels[block])
      }
    }
  }

  /// Takes in what other moments, of the same form, have taken in.
  ///
  /// - Throws: `EngineError`.
  public mutating func merge(_ other: ClassMoments) throws {
    precondition(
      other.classCount == classCount && other.dimension == dimension && other.scatter == scatter)
    var other = other
    var rows = CenteredRows(dimension: dimension)
    for label in 0..<classCount where other.counts[label] > 0 {
      let mean = joinedMean(
        label, other.mean(of: label), count: other.counts[label])
      try move(label, to: mean, &rows)
      try flush(&rows, label: label)
      try other.move(label, to: mean, &rows)
      try flush(&rows, label: label)
      counts[label] += other.counts[label]
      if scatter == .perClass {
        try sums[label].add(other.sums[label])
        quartics[label] += other.quartics[label]
        add(other.cubes, of: label, to: \.cubes)
      } else if scatter == .diagonal {
        add(other.squares, of: label, to: \.squares)
      }
    }
    if scatter == .tied { try sums[0].add(other.sums[0]) }
  }

  /// The mean of one class, `[features]`.
  public func mean(of label: Int) -> [Double] {
    Array(means[label * dimension..<(label + 1) * dimension])
  }

  // MARK: One block

  /// Takes in one block of checked rows.
  mutating func add(_ values: UnsafeBufferPointer<Double>, labels: ArraySlice<Int32>) throws {
    var members = [[Int]](repeating: [], count: classCount)
    for (row, label) in labels.enumerated() where label >= 0 { members[Int(label)].append(row) }
    var rows = CenteredRows(dimension: dimension)
    for label in 0..<classCount where !members[label].isEmpty {
      var mean = [Double](repeating: 0, count: dimension)
      for row in members[label] {
        for index in 0..<dimension { mean[index] += values[row * dimension + index] }
      }
      let count = Double(members[label].count)
      for index in 0..<dimension { mean[index] /= count }
      mean = joinedMean(label, mean, count: members[label].count)
      try move(label, to: mean, &rows)
      for row in members[label] {
        let start = row * dimension
        let squaredNorm = rows.append(
          UnsafeBufferPointer(rebasing: values[start..<start + dimension]), minus: mean)
        if scatter == .perClass {
          quartics[label] += squaredNorm * squaredNorm
          rows.addLast(to: &cubes, at: label * dimension, times: squaredNorm)
        }
      }
      counts[label] += members[label].count
      if scatter != .tied { try flush(&rows, label: label) }
    }
    if scatter == .tied { try flush(&rows, label: 0) }
  }

  /// The mean of a class after samples with another mean have joined.
  private func joinedMean(_ label: Int, _ other: [Double], count: Int) -> [Double] {
    let share = Double(count) / Double(count + counts[label])
    let start = label * dimension
    return (0..<dimension).map { means[start + $0] + share * (other[$0] - means[start + $0]) }
  }

  /// Sets the mean of a class and restates its sums around it.
  private mutating func move(_ label: Int, to mean: [Double], _ rows: inout CenteredRows) throws {
    let start = label * dimension
    let count = Double(counts[label])
    if count > 0 {
      let step = (0..<dimension).map { mean[$0] - means[start + $0] }
      if scatter == .perClass { try moveHigherMoments(label, by: step) }
      // Σ (x − δ)(x − δ)ᵀ = Σ x xᵀ + n δ δᵀ, as Σ x = 0.
      rows.append(step.map { $0 * count.squareRoot() })
    }
    means.replaceSubrange(start..<start + dimension, with: mean)
  }

  /// Restates Σ‖x‖⁴ and Σ‖x‖² x for x − δ.
  private mutating func moveHigherMoments(_ label: Int, by step: [Double]) throws {
    let start = label * dimension
    let count = Double(counts[label])
    let trace = try sums[label].diagonal().reduce(0, +)
    let product = try sums[label].times(step)
    var squaredStep = 0.0
    var alongCubes = 0.0
    var alongProduct = 0.0
    for index in 0..<dimension {
      squaredStep += step[index] * step[index]
      alongCubes += step[index] * cubes[start + index]
      alongProduct += step[index] * product[index]
    }
    quartics[label] +=
      4 * alongProduct + count * squaredStep * squaredStep - 4 * alongCubes
      + 2 * squaredStep * trace
    for index in 0..<dimension {
      cubes[start + index] -=
        2 * product[index] + step[index] * (trace + count * squaredStep)
    }
  }

  /// Adds the products of the collected rows to the scatter.
  private mutating func flush(_ rows: inout CenteredRows, label: Int) throws {
    guard rows.count > 0 else { return }
    switch scatter {
    case .perClass: try sums[label].add(rows.tensor(on: device))
    case .tied: try sums[0].add(rows.tensor(on: device))
    case .diagonal: rows.addSquares(to: &squares, at: label * dimension)
    }
    rows.removeAll()
  }

  private mutating func add(
    _ values: [Double], of label: Int, to path: WritableKeyPath<ClassMoments, [Double]>
  ) {
    for index in label * dimension..<(label + 1) * dimension {
      self[keyPath: path][index] += values[index]
    }
  }
}

/// Rows around their means, on their way to a product of matrices.
private struct CenteredRows {
  let dimension: Int
  private(set) var values: [Double] = []
  var count: Int { values.count / dimension }

  init(dimension: Int) { self.dimension = dimension }

  mutating func append(_ row: [Double]) { values += row }

  /// Adds a row minus a mean.
  ///
  /// - Returns: The sum of its squares.
  mutating func append(_ row: UnsafeBufferPointer<Double>, minus mean: [Double]) -> Double {
    var sum = 0.0
    let start = values.count
    values.append(contentsOf: row)
    values.withUnsafeMutableBufferPointer { values in
      for index in 0..<dimension {
        let x = row[index] - mean[index]
        values[start + index] = x
        sum += x * x
      }
    }
    return sum
  }

  /// Adds the last row times a factor.
  func addLast(to target: inout [Double], at start: Int, times factor: Double) {
    let last = values.count - dimension
    for index in 0..<dimension { target[start + index] += factor * values[last + index] }
  }

  func addSquares(to target: inout [Double], at start: Int) {
    for row in 0..<count {
      for index in 0..<dimension {
        let x = values[row * dimension + index]
        target[start + index] += x * x
      }
    }
  }

  func tensor(on device: Device) throws -> Tensor {
    try Tensor(values, shape: [count, dimension]).to(device)
  }

  mutating func removeAll() { values.removeAll(keepingCapacity: true) }
}
