import CredenceFiles
public import CredenceNN
import CredenceTensor
public import Foundation

extension ParameterStore {
  /// Writes every parameter to a safetensors file, which appears when it is complete.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - metadata: What the file says about itself.
  /// - Throws: `FileError.unwritable`; `EngineError` where parameters still wait for weights.
  public func write(to url: URL, metadata: [String: String] = [:]) throws {
    let arrays = try parameters.map { parameter in
      OutgoingArray(
        parameter.name,
        StoredArray(
          shape: parameter.shape, element: .float32,
          bytes: try parameter.value.to(.float32).bytes()))
    }
    try SafetensorsWriter.write(arrays, metadata: metadata, to: url)
  }
}
