public import CredenceData
public import CredenceTensor

/// Images that are read and decoded anew in every epoch, ahead of training, for data sets that do not fit into memory.
public final class StreamedSource: TrainingSource {
  private let dataset: any ImageDataset
  private let preprocessing: Preprocessing
  private let labels: [Int64]
  private let transform: ImageTransform
  private let device: Device

  /// - Parameters:
  ///   - dataset: Images with class numbers.
  ///   - preprocessing: How images get the input's size, and their normalization.
  ///   - classCount: Class numbers are below it; `nil` for outliers, whose class numbers are not used.
  ///   - augmentation: What changes images of that size in training.
  ///   - memoryFormat: The order of batches in memory.
  ///   - device: Where batches go.
  /// - Throws: `TrainingError.badLabel`; `DatasetError.badPreprocessing`; `EngineError`.
  public init(
    _ dataset: any ImageDataset, _ preprocessing: Preprocessing, classCount: Int?,
    augmentation: ImageTransform.Augmentation = .none, memoryFormat: MemoryFormat = .channelsLast,
    device: Device = .cpu
  ) throws {
    try preprocessing.validate()
    self.dataset = dataset
    self.preprocessing = preprocessing
    labels = try dataset.classNumbers(0..<dataset.count, below: classCount)
    transform = try ImageTransform(
      mean: preprocessing.mean, deviation: preprocessing.std, augmentation: augmentation,
      memoryFormat: memoryFormat, device: device)
    self.device = device
  }

  public var count: Int { dataset.count }

  public func batches(_ order: ArraySlice<Int>, size: Int, for purpose: BatchPurpose) throws
    -> any BatchReader
  {
    var settings = LoaderSettings()
    settings.batchSize = size
    settings.format = .uint8
    let rows = Array(order)
    return Reader(
      source: self,
      loader: try Loader(OrderedImages(dataset, rows: rows), preprocessing, settings), rows: rows,
      purpose: purpose)
  }

  private final class Reader: BatchReader {
    private let source: StreamedSource
    private let loader: Loader
    private let rows: [Int]
    private let purpose: BatchPurpose

    init(source: StreamedSource, loader: Loader, rows: [Int], purpose: BatchPurpose) {
      self.source = source
      self.loader = loader
      self.rows = rows
      self.purpose = purpose
    }

    func next() throws -> TrainingBatch? {
      guard let batch = try loader.next() else { return nil }
      let images = try Tensor(copying: batch.bytes, shape: batch.shape, elementType: .uint8)
        .to(source.device)
      let labels = batch.indices.map { source.labels[rows[$0]] }
      return TrainingBatch(
        inputs: try source.transform(images, for: purpose),
        labels: try Tensor(labels, shape: [batch.count]).to(source.device), count: batch.count)
    }
  }
}

/// Some images of a data set in an order of their own, each as often as it is listed.
private struct OrderedImages: ImageDataset {
  private let dataset: any ImageDataset
  private let rows: [Int]

  init(_ dataset: any ImageDataset, rows: [Int]) {
    self.dataset = dataset
    self.rows = rows
  }

  var path: String { dataset.path }
  var count: Int { rows.count }
  var classNames: [String] { dataset.classNames }
  func id(at index: Int) -> String { dataset.id(at: rows[index]) }
  func label(at index: Int) -> Int? { dataset.label(at: rows[index]) }
  func content(at index: Int) throws(DatasetError) -> ImageContent {
    try dataset.content(at: rows[index])
  }
}
