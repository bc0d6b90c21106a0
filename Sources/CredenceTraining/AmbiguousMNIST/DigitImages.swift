import CredenceData
import CredenceTensor

/// Gray images of one size as one tensor of bytes, with their labels.
struct DigitImages {
  /// `[images, rows · columns]`, uint8.
  let pixels: Tensor
  /// `[images]`, int64.
  let labels: Tensor
  /// The numbers of the images of each class.
  let byClass: [[Int]]
  let size: [Int]

  var count: Int { pixels.shape[0] }

  /// Takes the images of a data set that have a label.
  ///
  /// - Throws: `DatasetError`; `TrainingError.badSetting` for images of another size; `EngineError`.
  init(_ dataset: any ImageDataset, size: [Int] = [28, 28]) throws {
    let area = size[0] * size[1]
    var bytes: [UInt8] = []
    bytes.reserveCapacity(dataset.count * area)
    var labels: [Int64] = []
    var byClass = [[Int]](repeating: [], count: 10)
    for index in 0..<dataset.count {
      guard let label = dataset.label(at: index), byClass.indices ~= label else { continue }
      let image = try dataset.image(at: index)
      guard [image.height, image.width] == size else {
        throw TrainingError.badSetting(
          name: "The size of the images", value: "\(image.height) × \(image.width)",
          allowed: "\(size[0]) × \(size[1]), as that of MNIST")
      }
      byClass[label].append(labels.count)
      labels.append(Int64(label))
      for pixel in 0..<area { bytes.append(image.pixels[3 * pixel]) }
    }
    guard byClass.count(where: { !$0.isEmpty }) >= 2 else {
      throw TrainingError.badSetting(
        name: "The number of classes", value: "\(byClass.count { !$0.isEmpty })",
        allowed: "2 or more, to mix digits of different classes")
    }
    pixels = try Tensor(bytes, shape: [labels.count, area])
    self.labels = try Tensor(labels, shape: [labels.count])
    self.byClass = byClass
    self.size = size
  }

  /// Pixels from 0 to 1 of some images, `[count, rows · columns]`.
  ///
  /// - Parameter indices: int64 `[count]`.
  /// - Returns: float32.
  /// - Throws: `EngineError`.
  func values(_ indices: Tensor) throws -> Tensor {
    try pixels.selecting(indices, along: 0).to(.float32) / 255
  }

  /// Pixels from 0 to 1 as the networks of MNIST take them, `[count, 1, rows, columns]`.
  ///
  /// - Throws: `EngineError`.
  func normalized(_ values: Tensor) throws -> Tensor {
    try ((values - 0.1307) / 0.3081).reshaped([values.shape[0], 1] + size)
  }
}
