import Credence
import Foundation

/// A small network with random weights, and images of noise: enough to see the program work, and to see how weights are written.
enum Sample {
  /// Writes `lenet.safetensors` and `images/CLASS/NUMBER.png`.
  static func write(to folder: URL) throws {
    let store = ParameterStore(.random(try Generator(seed: 1)))
    guard let architecture = ModelCatalog["lenet"] else { return }
    _ = try architecture.make(store.root, architecture.settings)
    let images = folder.appending(path: "images")
    var numbers = SystemRandomNumberGenerator()
    for label in 0..<architecture.settings.classCount {
      let classFolder = images.appending(path: "\(label)")
      try FileManager.default.createDirectory(at: classFolder, withIntermediateDirectories: true)
      for number in 0..<12 {
        let pixels = (0..<28 * 28 * 3).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        let image = PixelImage(width: 28, height: 28, pixels: pixels)
        try ImageEncoder.png(image).write(to: classFolder.appending(path: "\(number).png"))
      }
    }
    try safetensors(store).write(to: folder.appending(path: "lenet.safetensors"))
  }

  /// A safetensors file: the length of a JSON header, the header, then the numbers.
  private static func safetensors(_ store: ParameterStore) throws -> Data {
    struct Entry: Encodable {
      var dtype = "F32"
      var shape: [Int]
      var offsets: [Int]

      enum CodingKeys: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
      }
    }
    var header: [String: Entry] = [:]
    var numbers = Data()
    for parameter in store.parameters {
      let bytes = try parameter.value.to(.float32).bytes()
      header[parameter.name] = Entry(
        shape: parameter.shape, offsets: [numbers.count, numbers.count + bytes.count])
      numbers += bytes
    }
    let text = try JSONEncoder().encode(header)
    let count = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
    return count + text + numbers
  }
}
