public import CredenceTensor

/// Where batches of samples come from.
///
/// A source is used by one task at a time.
public protocol TrainingSource {
  /// The number of samples.
  var count: Int { get }

  /// Batches of the given samples, in that order.
  ///
  /// What a batch holds depends on the samples and, in training, on the generator's state when the batch is asked for, and on
  /// nothing before: an epoch can be continued from any of its batches.
  ///
  /// - Parameters:
  ///   - order: Rows of the source, 0..<count.
  ///   - size: Samples per batch; the last one may have fewer.
  ///   - purpose: Whether the network learns from them.
  /// - Returns: What gives them out.
  /// - Throws: What goes wrong when reading starts.
  func batches(_ order: ArraySlice<Int>, size: Int, for purpose: BatchPurpose) throws
    -> any BatchReader
}

/// What batches are for.
public enum BatchPurpose {
  /// To learn from: augmented, with randomness from the generator.
  case training(Generator)
  /// To be evaluated as they are.
  case evaluation
}

/// Gives out batches one after another.
public protocol BatchReader: AnyObject {
  /// The next batch; `nil` at the end.
  ///
  /// - Throws: What goes wrong when samples are read.
  func next() throws -> TrainingBatch?
}

/// Some samples on the device.
public struct TrainingBatch {
  /// `[batch, …]`, as the network takes it.
  public let inputs: Tensor
  /// Class numbers `[batch]`, int64; −1 for outliers.
  public let labels: Tensor
  /// The samples of the order that the batch covers; outliers that were added do not count.
  public let count: Int

  public init(inputs: Tensor, labels: Tensor, count: Int) {
    self.inputs = inputs
    self.labels = labels
    self.count = count
  }
}

/// Some samples of a source.
public struct SampleSet {
  public let source: any TrainingSource
  /// Rows of the source.
  public let indices: [Int]

  /// All samples, or those of the given rows.
  public init(_ source: any TrainingSource, indices: [Int]? = nil) {
    self.source = source
    self.indices = indices ?? Array(0..<source.count)
    precondition(self.indices.allSatisfy { 0..<source.count ~= $0 })
  }
}
