/// What one classifier said about the samples of one data set, and what is known of them.
///
/// Everything Credence measures starts here. A set is read from a file (`PredictionReader`) or built from arrays:
///
/// ```swift
/// let set = try PredictionSet(
///   .logits(Matrix(rows: [[2, -1], [0.5, 0.7]])), labels: [0, 1])
/// ```
public struct PredictionSet: Sendable {
  /// The classifier's output, in the most complete form there is.
  public enum Output: Sendable {
    /// Scores before the softmax, `[samples, classes]`.
    case logits(Matrix)
    /// Probabilities, `[samples, classes]`, each row summing to 1.
    case probabilities(Matrix)
    /// Numbers of another kind, `[samples, classes]`, the largest one decides; good for ranking metrics only.
    case scores(Matrix)
    /// The largest probabilities alone.
    case topK(TopK)
    /// The decision alone.
    case decisions(Decisions)
  }

  public var output: Output
  /// The true class of each sample, from 0; −1 where unknown, `nil` where none is known.
  public var labels: [Int32]?
  /// The features before the last layer, `[samples, features]`.
  public var embeddings: Matrix?
  /// The last linear layer.
  public var head: LinearHead?
  /// Stored uncertainties by name, `[samples]` each, any number: grows with doubt.
  public var uncertainties: [String: [Double]]
  /// The logits of an ensemble's members or of Monte-Carlo passes, each `[samples, classes]`.
  public var memberLogits: [Matrix]
  /// How people labeled each sample, `[samples, classes]`.
  public var softLabels: Matrix?
  /// All correct classes of each sample.
  public var multiLabels: RaggedLabels?
  /// The samples' names, unique.
  public var sampleIDs: SampleIDs?
  public var metadata: PredictionMetadata

  /// A set from its parts; sizes, label range and names are checked, the matrix entries are checked where they are used.
  ///
  /// - Throws: `PredictionError` naming the part, the row and the allowed range.
  public init(
    _ output: Output, labels: [Int32]? = nil, embeddings: Matrix? = nil, head: LinearHead? = nil,
    uncertainties: [String: [Double]] = [:], memberLogits: [Matrix] = [],
    softLabels: Matrix? = nil, multiLabels: RaggedLabels? = nil, sampleIDs: SampleIDs? = nil,
    metadata: PredictionMetadata = PredictionMetadata()
  ) throws(PredictionError) {
    self.output = output
    self.labels = labels
    self.embeddings = embeddings
    self.head = head
    self.uncertainties = uncertainties
    self.memberLogits = memberLogits
    self.softLabels = softLabels
    self.multiLabels = multiLabels
    self.sampleIDs = sampleIDs
    self.metadata = metadata
    try checkParts()
  }

  /// The number of samples.
  public var sampleCount: Int { output.sampleCount }

  /// The number of classes where the set says it: by its matrix, its head or its class names.
  public var classCount: Int? {
    if let matrix = scoreMatrix { return matrix.columnCount }
    return head?.weight.rowCount ?? (metadata.classNames.isEmpty ? nil : metadata.classNames.count)
  }

  /// The full `[samples, classes]` matrix where there is one, of whatever kind.
  public var scoreMatrix: Matrix? { output.matrix }
}

extension PredictionSet.Output {
  /// The number of samples.
  public var sampleCount: Int {
    switch self {
    case .logits(let matrix), .probabilities(let matrix), .scores(let matrix): matrix.rowCount
    case .topK(let top): top.values.rowCount
    case .decisions(let decisions): decisions.predictions.count
    }
  }

  /// The full `[samples, classes]` matrix where there is one, of whatever kind.
  public var matrix: Matrix? {
    switch self {
    case .logits(let matrix), .probabilities(let matrix), .scores(let matrix): matrix
    case .topK, .decisions: nil
    }
  }
}

/// The last linear layer of a classifier: logits = weight · embedding + bias.
public struct LinearHead: Sendable {
  /// The weights, `[classes, features]`.
  public let weight: Matrix
  /// The biases, `[classes]`; zeros where the layer has none.
  public let bias: [Double]

  public init(weight: Matrix, bias: [Double]) {
    self.weight = weight
    self.bias = bias
  }
}

/// The K largest probabilities of each sample, in any order.
public struct TopK: Sendable {
  /// The classes, `[samples, k]`, row after row.
  public let indices: [Int32]
  /// Their probabilities, `[samples, k]`.
  public let values: Matrix

  public init(indices: [Int32], values: Matrix) {
    self.indices = indices
    self.values = values
  }

  /// K, the number of classes kept per sample.
  public var count: Int { values.columnCount }
}

/// The decision for each sample, and how sure the classifier was.
public struct Decisions: Sendable {
  /// The predicted class of each sample.
  public let predictions: [Int32]
  /// In [0, 1] a probability, otherwise a score: higher means surer.
  public let confidences: [Double]

  public init(predictions: [Int32], confidences: [Double]) {
    self.predictions = predictions
    self.confidences = confidences
  }
}

/// A list of classes for each sample.
public struct RaggedLabels: Sendable {
  /// The classes of all samples, one sample after the other.
  public let values: [Int32]
  /// Where each sample's classes start; one more entry than samples.
  public let offsets: [Int]

  /// Lists from all values and where each sample's list starts.
  ///
  /// - Throws: `PredictionError.sizeMismatch` unless the offsets start at 0, never fall and end at the number of values.
  public init(values: [Int32], offsets: [Int]) throws(PredictionError) {
    let rises = zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
    guard offsets.first == 0, offsets.last == values.count, rises else {
      throw .sizeMismatch(
        what: "The offsets of multi-labels", expected: values.count, found: offsets.last ?? -1)
    }
    self.values = values
    self.offsets = offsets
  }

  /// The number of samples.
  public var count: Int { offsets.count - 1 }

  /// The classes of one sample.
  public subscript(sample: Int) -> ArraySlice<Int32> {
    values[offsets[sample]..<offsets[sample + 1]]
  }
}
