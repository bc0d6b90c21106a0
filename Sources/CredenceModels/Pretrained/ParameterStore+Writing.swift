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
    try SafetensorsWriter.write(outgoing(""), metadata: metadata, to: url)
  }

  /// Writes every parameter as PyTorch saves a state dictionary; the file appears when it is complete.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - prefix: What comes before every name, such as the `module.` of data-parallel training.
  /// - Throws: `FileError.unwritable`; `EngineError` where parameters still wait for weights.
  public func writeStateDictionary(to url: URL, prefix: String = "") throws {
    try StateDictionaryWriter.write(outgoing(prefix), to: url)
  }

  private func outgoing(_ prefix: String) throws -> [OutgoingArray] {
    try parameters.map { parameter in
      OutgoingArray(
        prefix + parameter.name,
        StoredArray(
          shape: parameter.shape, element: .float32,
          bytes: try parameter.value.to(.float32).bytes()))
    }
  }
}
