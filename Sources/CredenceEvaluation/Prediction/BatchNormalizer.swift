import CredenceData
import CredenceTensor

/// Turns batches of a loader into a network's input.
///
/// On the CPU the loader's threads normalize. A device with its own memory gets bytes, a quarter of the traffic, and normalizes itself.
struct BatchNormalizer {
  let format: PixelFormat
  private let preprocessing: Preprocessing
  private let device: Device

  init(_ preprocessing: Preprocessing, _ device: Device) {
    self.preprocessing = preprocessing
    self.device = device
    format = device == .cpu ? .float32 : .uint8
  }

  /// The images as `[batch, channels, height, width]`, channels last in memory, on the device.
  ///
  /// - Throws: `EngineError`.
  func tensor(_ batch: ImageBatch) throws -> Tensor {
    guard let memory = batch.bytes.baseAddress else {
      return try .zeros([0] + preprocessing.inputSize, device: device)
    }
    let wrapped = try Tensor(
      wrapping: memory, shape: batch.shape,
      elementType: format == .float32 ? .float32 : .uint8, owner: batch.buffer)
    guard format == .uint8 else { return try wrapped.permuted([0, 3, 1, 2]) }
    let mean = try Tensor(preprocessing.mean.map(Float.init), shape: [preprocessing.channels])
    let deviation = try Tensor(
      preprocessing.std.map(Float.init), shape: [preprocessing.channels])
    let scaled = try wrapped.to(device).to(.float32) / 255
    return try ((scaled - mean.to(device)) / deviation.to(device)).permuted([0, 3, 1, 2])
  }
}
