public import CredenceTensor

/// Samples that are all on the device: images as bytes, features as numbers.
public final class ResidentSource: TrainingSource {
  /// `[samples, …]`.
  public let inputs: Tensor
  /// Class numbers `[samples]`, int64.
  public let labels: Tensor
  private let transform: ImageTransform?

  /// Takes samples on a device.
  ///
  /// - Parameters:
  ///   - inputs: `[samples, height, width, channels]` for images, anything else without a transform.
  ///   - labels: Class numbers `[samples]`, int64, on the same device.
  ///   - transform: What makes images a network's input; `nil` for samples that are it already.
  public init(inputs: Tensor, labels: Tensor, transform: ImageTransform? = nil) {
    precondition(inputs.shape.first == labels.shape.first && labels.rank == 1)
    self.inputs = inputs
    self.labels = labels
    self.transform = transform
  }

  public var count: Int { labels.shape[0] }

  public func batches(_ order: ArraySlice<Int>, size: Int, for purpose: BatchPurpose) throws
    -> any BatchReader
  {
    let rows = try Tensor(order.map(Int64.init), shape: [order.count]).to(inputs.device)
    return Reader(source: self, rows: rows, count: order.count, size: size, purpose: purpose)
  }

  private final class Reader: BatchReader {
    private let source: ResidentSource
    private let rows: Tensor
    private let count: Int
    private let size: Int
    private let purpose: BatchPurpose
    private var position = 0

    init(source: ResidentSource, rows: Tensor, count: Int, size: Int, purpose: BatchPurpose) {
      self.source = source
      self.rows = rows
      self.count = count
      self.size = size
      self.purpose = purpose
    }

    func next() throws -> TrainingBatch? {
      guard position < count else { return nil }
      let end = min(position + size, count)
      let chosen = try rows.slice(0, from: position, to: end)
      defer { position = end }
      let inputs = try source.inputs.selecting(chosen, along: 0)
      return TrainingBatch(
        inputs: try source.transform?(inputs, for: purpose) ?? inputs,
        labels: try source.labels.selecting(chosen, along: 0), count: end - position)
    }
  }
}
