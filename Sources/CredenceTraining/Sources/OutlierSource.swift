import CredenceTensor

/// Samples of one source with as many drawn from another, whose label is −1, in every training batch.
public final class OutlierSource: TrainingSource {
  private let inliers: any TrainingSource
  private let outliers: any TrainingSource

  /// - Parameters:
  ///   - inliers: The samples that training counts.
  ///   - outliers: Samples of other classes, at least one; their labels are not used.
  /// - Throws: `TrainingError.noSamples`.
  public init(_ inliers: any TrainingSource, outliers: any TrainingSource) throws {
    guard outliers.count > 0 else { throw TrainingError.noSamples(what: "outlier") }
    self.inliers = inliers
    self.outliers = outliers
  }

  public var count: Int { inliers.count }

  public func batches(_ order: ArraySlice<Int>, size: Int, for purpose: BatchPurpose) throws
    -> any BatchReader
  {
    let reader = try inliers.batches(order, size: size, for: purpose)
    guard case .training = purpose else { return reader }
    return Reader(reader, outliers, purpose)
  }

  private final class Reader: BatchReader {
    private let inliers: any BatchReader
    private let outliers: any TrainingSource
    private let purpose: BatchPurpose

    init(_ inliers: any BatchReader, _ outliers: any TrainingSource, _ purpose: BatchPurpose) {
      self.inliers = inliers
      self.outliers = outliers
      self.purpose = purpose
    }

    func next() throws -> TrainingBatch? {
      guard case .training(let generator) = purpose, let batch = try inliers.next() else {
        return nil
      }
      let draws: [Double] = try Tensor.uniform(
        [batch.count], high: Double(outliers.count), elementType: .float32, using: generator
      ).values()
      let rows = draws.map { min(Int($0), outliers.count - 1) }
      guard
        let others = try outliers.batches(rows[...], size: rows.count, for: purpose).next()
      else { return batch }
      return TrainingBatch(
        inputs: try .concatenated([batch.inputs, others.inputs]),
        labels: try .concatenated([
          batch.labels,
          .full(-1, shape: [others.count], elementType: .int64, device: batch.labels.device),
        ]), count: batch.count)
    }
  }
}
