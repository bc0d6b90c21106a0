import CredenceData
import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import Foundation

extension Workspace {
  /// Writes ten folders with gray images of 28 × 28 pixels.
  ///
  /// - Parameters:
  ///   - name: The folder around them.
  ///   - count: Images of each class.
  /// - Throws: Foundation's error where files can't be written.
  func writeImages(_ name: String = "digits", perClass count: Int = 3) throws {
    for label in 0..<10 {
      let folder = url(name).appending(path: "class\(label)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for number in 0..<count {
        let pixels = (0..<28 * 28 * 3).map {
          UInt8(truncatingIfNeeded: ($0 / 3 * (label + 3) + number * 71) % 251)
        }
        try ImageEncoder.png(PixelImage(width: 28, height: 28, pixels: pixels))
          .write(to: folder.appending(path: "\(number).png"))
      }
    }
  }

  /// Writes random weights of an architecture.
  func writeWeights(_ name: String, of architecture: String = "lenet", seed: UInt64 = 1) throws {
    guard let descriptor = ModelCatalog[architecture] else {
      throw ModelError.unknownModel(name: architecture, suggestions: [])
    }
    let store = ParameterStore(.random(try Generator(seed: seed)))
    _ = try descriptor.make(store.root, descriptor.settings)
    let arrays = try store.parameters.map { parameter in
      let values: [Float] = try parameter.value.values()
      return OutgoingArray(
        parameter.name, values.map(\.bitPattern), element: .float32, shape: parameter.shape)
    }
    try SafetensorsWriter.write(arrays, metadata: [:], to: url(name))
  }
}
