public import CredenceData
public import CredenceTensor

extension ResidentSource {
  /// Reads all images of a data set once, as bytes, to a device.
  ///
  /// - Parameters:
  ///   - dataset: Images with class numbers.
  ///   - preprocessing: Size and normalization of the network's input; images of that size are taken as they are.
  ///   - classCount: Class numbers are below it; `nil` for outliers, whose class numbers are not used.
  ///   - augmentation: What changes images in training.
  ///   - memoryFormat: The order of batches in memory.
  ///   - device: Where the images are kept.
  ///   - report: Told how many images are read.
  /// - Throws: `TrainingError.badLabel`; `DatasetError`; `EngineError`.
  public convenience init(
    _ dataset: any ImageDataset, _ preprocessing: Preprocessing, classCount: Int?,
    augmentation: ImageTransform.Augmentation = .none, memoryFormat: MemoryFormat = .channelsLast,
    device: Device = .cpu,
    report: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    let count = dataset.count
    let labels = try dataset.classNumbers(0..<count, below: classCount)
    let shape = [preprocessing.height, preprocessing.width, preprocessing.channels]
    var settings = LoaderSettings()
    settings.batchSize = 256
    settings.format = .uint8
    let loader = try Loader(dataset, preprocessing, settings, rows: 0..<count)
    let size = shape.reduce(1, *)
    let pixels = try [UInt8](unsafeUninitializedCapacity: count * size) { output, filled in
      while let batch = try loader.next() {
        let bytes = batch.bytes
        UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(output)[filled...])
          .copyMemory(from: bytes)
        filled += bytes.count
        try report(filled / max(size, 1), count)
      }
    }
    self.init(
      inputs: try Tensor(pixels, shape: [count] + shape).to(device),
      labels: try Tensor(labels, shape: [count]).to(device),
      transform: try ImageTransform(
        mean: preprocessing.mean, deviation: preprocessing.std, augmentation: augmentation,
        memoryFormat: memoryFormat, device: device))
  }
}

extension ImageDataset {
  /// The class numbers of some rows, each checked.
  ///
  /// - Parameters:
  ///   - rows: Rows of the data set.
  ///   - classCount: Numbers are below it; `nil` gives every row −1.
  /// - Returns: A number for each row.
  /// - Throws: `TrainingError.badLabel` for the first that is not known or too large.
  func classNumbers(_ rows: Range<Int>, below classCount: Int?) throws -> [Int64] {
    guard let classCount else { return [Int64](repeating: -1, count: rows.count) }
    return try rows.map { row in
      guard let label = label(at: row), 0..<classCount ~= label else {
        throw TrainingError.badLabel(
          sample: id(at: row), label: label(at: row).map(String.init) ?? "unknown",
          classCount: classCount)
      }
      return Int64(label)
    }
  }
}
