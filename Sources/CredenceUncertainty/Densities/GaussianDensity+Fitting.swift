public import CredenceCalibration
public import CredencePredictions
public import CredenceTensor
import Foundation

extension GaussianDensity {
  /// How a fit is computed; the numbers do not depend on it beyond rounding.
  public struct FitOptions: Sendable {
    /// Where products of matrices are computed; it must know float64.
    public var device = Device.cpu
    /// How the factors are kept; `float32` halves the file.
    public var storage = ScalarType.float64

    public init(device: Device = .cpu, storage: ScalarType = .float64) {
      self.device = device
      self.storage = storage
    }
  }

  /// Fits Gaussians to stored embeddings, one class after another, so that memory holds one covariance at a time.
  ///
  /// - Parameters:
  ///   - embeddings: `[samples, features]`, mapped or in memory.
  ///   - labels: The class of each; −1 for samples to leave out.
  ///   - classCount: One more than the greatest label where `nil`.
  ///   - configuration: What to fit.
  ///   - options: Device and storage.
  /// - Returns: A density whose factors are in a temporary file where they would fill the memory.
  /// - Throws: `PredictionError` naming the row of a bad number or label, `UncertaintyError.degenerate` naming a class that
  ///   the asked regularization can't treat, `EngineError`, `FileError`.
  public static func fit(
    _ embeddings: Matrix, labels: [Int32], classCount: Int? = nil,
    configuration: Configuration = Configuration(), options: FitOptions = FitOptions()
  ) throws -> FittedDensity {
    let classCount = classCount ?? Int(labels.max() ?? -1) + 1
    try EmbeddingBlocks.check(
      embeddings, labels: labels, classCount: max(classCount, 0),
      dimension: embeddings.columnCount)
    let samples = LabeledEmbeddings(
      embeddings, labels: labels, classCount: classCount, device: options.device)
    return try withInference {
      switch configuration.covariance {
      case .perClass:
        var fit = try DensityFit(samples.counts, embeddings.columnCount, configuration, options)
        return try fit.perClass(
          meanVariance: { try samples.meanVariance() }, moments: { try samples.moments(of: $0) })
      case .lowRank:
        var fit = try DensityFit(samples.counts, embeddings.columnCount, configuration, options)
        return try fit.lowRank(samples)
      case .tied, .diagonal:
        var moments = try ClassMoments(
          classCount: classCount, dimension: embeddings.columnCount,
          scatter: configuration.covariance == .tied ? .tied : .diagonal, device: options.device)
        try moments.update(embeddings, labels: labels)
        let needsQuartic =
          configuration.covariance == .tied && configuration.regularization == .ledoitWolf
        return try fit(
          moments, configuration: configuration, options: options,
          quartic: needsQuartic ? try samples.quartic(around: moments.means) : nil)
      }
    }
  }

  /// Fits Gaussians to moments that were collected as embeddings came by.
  ///
  /// - Parameters:
  ///   - moments: With the scatter that the covariance needs.
  ///   - configuration: What to fit; `lowRank`, and Ledoit–Wolf shrinkage of a tied covariance, need stored embeddings.
  ///   - storage: How the factors are kept.
  /// - Returns: As that of stored embeddings.
  /// - Throws: `UncertaintyError.badSetting` where the moments do not hold what the configuration needs, and as
  ///   `fit(_:labels:classCount:configuration:options:)`.
  public static func fit(
    _ moments: ClassMoments, configuration: Configuration = Configuration(),
    storage: ScalarType = .float64
  ) throws -> FittedDensity {
    try withInference {
      try fit(
        moments, configuration: configuration,
        options: FitOptions(device: moments.device, storage: storage), quartic: nil)
    }
  }

  private static func fit(
    _ moments: ClassMoments, configuration: Configuration, options: FitOptions, quartic: Double?
  ) throws -> FittedDensity {
    var fit = try DensityFit(moments.counts, moments.dimension, configuration, options)
    switch (configuration.covariance, moments.scatter) {
    case (.perClass, .perClass):
      return try fit.perClass(
        meanVariance: { try moments.meanVariance() },
        moments: { label in
          GroupMoments(
            count: moments.counts[label], mean: moments.mean(of: label), sum: moments.sums[label],
            quartic: moments.quartics[label])
        })
    case (.tied, .tied): return try fit.tied(moments, quartic: quartic)
    case (.diagonal, .diagonal): return try fit.diagonal(moments)
    default:
      throw UncertaintyError.badSetting(
        name: "The covariance", value: configuration.covariance.rawValue,
        allowed: "the one whose scatter the moments keep")
    }
  }
}

/// The moments of samples that share a covariance.
struct GroupMoments {
  var count: Int
  var mean: [Double]
  /// Σ x xᵀ around the mean.
  var sum: SymmetricSum
  /// Σ‖x‖⁴; `nil` where unknown.
  var quartic: Double?
}

extension ClassMoments {
  /// The mean over all samples and features of the squared distance to the class's mean.
  func meanVariance() throws -> Double {
    let total =
      scatter == .diagonal
      ? squares.reduce(0, +) : try sums.reduce(0) { try $0 + $1.diagonal().reduce(0, +) }
    return total / Double(max(sampleCount, 1)) / Double(dimension)
  }
}

/// Stored embeddings with the rows of each class.
struct LabeledEmbeddings {
  let embeddings: Matrix
  let labels: [Int32]
  /// The rows of all classes, class after class, rising within each.
  private let rows: [Int]
  private let starts: [Int]
  let device: Device

  /// Sorts the rows by class.
  init(_ embeddings: Matrix, labels: [Int32], classCount: Int, device: Device) {
    self.embeddings = embeddings
    self.labels = labels
    self.device = device
    var starts = [Int](repeating: 0, count: classCount + 1)
    for label in labels where label >= 0 { starts[Int(label) + 1] += 1 }
    for label in 0..<classCount { starts[label + 1] += starts[label] }
    var next = starts
    var rows = [Int](repeating: 0, count: starts[classCount])
    for (row, label) in labels.enumerated() where label >= 0 {
      rows[next[Int(label)]] = row
      next[Int(label)] += 1
    }
    self.rows = rows
    self.starts = starts
  }

  var classCount: Int { starts.count - 1 }
  var counts: [Int] { (0..<classCount).map { starts[$0 + 1] - starts[$0] } }

  /// The rows of one class.
  func rows(of label: Int) -> ArraySlice<Int> { rows[starts[label]..<starts[label + 1]] }

  /// Copies rows in float64 and checks them.
  ///
  /// - Throws: `PredictionError.notFinite` naming the row.
  func values(_ rows: ArraySlice<Int>) throws -> [Double] {
    let width = embeddings.columnCount
    var scratch: [Double] = []
    let values = [Double](unsafeUninitializedCapacity: rows.count * width) { target, filled in
      for row in rows {
        embeddings.withRows(row..<row + 1, scratch: &scratch) { source in
          if let base = source.baseAddress, let goal = target.baseAddress {
            (goal + filled).initialize(from: base, count: width)
          }
          filled += width
        }
      }
    }
    try values.withUnsafeBufferPointer {
      try EmbeddingBlocks.checkFinite($0, columnCount: width) { rows[rows.startIndex + $0] }
    }
    return values
  }

  /// The moments of one class, taken in blocks; a first pass finds the mean.
  func moments(of label: Int) throws -> GroupMoments {
    let width = embeddings.columnCount
    let rows = rows(of: label)
    let step = 2 * EmbeddingBlocks.height(dimension: width)
    let starts = stride(from: rows.startIndex, to: rows.endIndex, by: step)
    func block(_ start: Int) throws -> Tensor {
      try EmbeddingBlocks.tensor(embeddings, rows: rows[start..<min(start + step, rows.endIndex)])
    }
    // Most classes fit into one block, which is read once.
    let only = rows.count <= step ? try block(rows.startIndex) : nil
    let zeros = try Tensor.zeros([width], elementType: .float64)
    var sum = zeros
    for start in starts {
      sum = try sum + Operator.columnSums(.tensor(only ?? block(start)), .tensor(zeros))
    }
    let mean = try sum / Double(rows.count)
    var scatter = SymmetricSum(dimension: width, device: device)
    var quartic = 0.0
    for start in starts {
      let block = try only ?? block(start)
      let squares = try Operator.rowSquares(.tensor(block), .tensor(mean))
      quartic += try (squares * squares).sum().item()
      try scatter.add(block.to(device), around: mean.to(device))
    }
    return GroupMoments(
      count: rows.count, mean: try mean.values(), sum: scatter, quartic: quartic)
  }

  /// As that of the moments.
  func meanVariance() throws -> Double {
    var moments = try ClassMoments(
      classCount: classCount, dimension: embeddings.columnCount, scatter: .diagonal,
      device: device)
    try moments.update(embeddings, labels: labels)
    return try moments.meanVariance()
  }

  /// Σ‖x‖⁴ over all samples around the means of their classes.
  func quartic(around means: [Double]) throws -> Double {
    let width = embeddings.columnCount
    var scratch: [Double] = []
    var total = 0.0
    for block in EmbeddingBlocks.ranges(embeddings) {
      embeddings.withRows(block, scratch: &scratch) { values in
        for row in block where labels[row] >= 0 {
          let start = (row - block.lowerBound) * width
          let mean = Int(labels[row]) * width
          var sum = 0.0
          for index in 0..<width {
            let x = values[start + index] - means[mean + index]
            sum += x * x
          }
          total += sum * sum
        }
      }
    }
    return total
  }
}
