public import CredenceFiles
public import CredenceNN
public import CredenceTensor
import Foundation

extension ParameterStore {
  /// Gives every parameter its numbers from a file.
  ///
  /// Names are those of the network or, if these do not fit, those of a program that `mapping` knows. Counters that batch
  /// normalization leaves behind are ignored.
  ///
  /// - Parameters:
  ///   - weights: The file.
  ///   - model: The network's name in errors.
  ///   - mapping: Another program's names.
  ///   - adapt: Gives a tensor of another shape the parameter's; `nil` where it can't.
  /// - Throws: `ModelError.weightsMismatch`, naming each difference; `FileError` for a damaged file. Then nothing was changed.
  public func load(
    _ weights: TensorArchive, model: String, mapping: NameMapping? = nil,
    adapt: ((_ name: String, _ tensor: Tensor, _ shape: [Int]) throws -> Tensor?)? = nil
  ) throws {
    let names = Self.names(in: weights, for: self, mapping)
    var differences = WeightDifferences()
    var values: [(Parameter, Tensor)] = []
    for parameter in parameters {
      guard let name = names.sources[parameter.name], let entry = weights[name] else {
        differences.missing.append(parameter.name)
        continue
      }
      if entry.shape == parameter.shape {
        guard let array = try weights.array(name) else { continue }
        values.append((parameter, try Tensor(array, name: name, file: weights.file)))
      } else if let adapt, let array = try weights.array(name),
        let tensor = try adapt(
          parameter.name, Tensor(array, name: name, file: weights.file), parameter.shape),
        tensor.shape == parameter.shape
      {
        values.append((parameter, tensor))
      } else {
        differences.shapes.append(
          .init(name: parameter.name, expected: parameter.shape, found: entry.shape))
      }
    }
    differences.unexpected = names.unexpected
    guard differences.isEmpty else {
      throw ModelError.weightsMismatch(
        file: weights.file, model: model, differences: differences)
    }
    for (parameter, value) in values { try parameter.replace(with: value) }
  }

  /// The file's name for each parameter, and what is left over in the file.
  static func names(
    in weights: TensorArchive, for store: ParameterStore, _ mapping: NameMapping?
  ) -> (sources: [String: String], unexpected: [String]) {
    func match(_ translate: (String) -> String?) -> ([String: String], [String]) {
      var sources: [String: String] = [:]
      var unexpected: [String] = []
      for entry in weights.entries where !entry.name.hasSuffix("num_batches_tracked") {
        guard let name = translate(entry.name) else { continue }
        if store[name] != nil, sources[name] == nil {
          sources[name] = entry.name
        } else {
          unexpected.append(entry.name)
        }
      }
      return (sources, unexpected)
    }
    let plain = match { $0 }
    guard let mapping, plain.0.count < store.parameters.count else { return plain }
    let mapped = match(mapping.translate)
    return mapped.0.count > plain.0.count ? mapped : plain
  }
}

extension Tensor {
  /// The numbers of a file's array in float32, or as they are where they are integers.
  ///
  /// - Parameters:
  ///   - array: Little-endian and row-major, as `TensorArchive` gives it.
  ///   - name: Its name in errors.
  ///   - file: The file's name in errors.
  /// - Throws: `FileError.unsupported` for text, `FileError.malformed` for numbers that are not finite.
  package init(_ array: StoredArray, name: String, file: String) throws {
    let type: ElementType? =
      switch array.element {
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .float32: .float32
      case .float64: .float64
      case .int8: .int8
      case .int16: .int16
      case .int32: .int32
      case .int64: .int64
      case .uint8: .uint8
      case .bool: .bool
      case .uint16, .uint32, .uint64, .text, .byteText: nil
      }
    guard let type else {
      throw FileError.unsupported(
        file: file, what: "‘\(name)’ with elements of the type \(array.element)",
        instead: "Weights are floating-point numbers or signed integers.")
    }
    let tensor = try array.bytes.withUnsafeBytes {
      try Tensor(copying: $0, shape: array.shape, elementType: type)
    }
    self = type.isFloatingPoint ? try tensor.to(.float32) : tensor
    // A NaN would not always reach the logits: fused activations turn it into 0.
    let isFinite =
      try !type.isFloatingPoint || count == 0
      || greatest(over: []).item().isFinite && least(over: []).item().isFinite
    guard isFinite else {
      throw FileError.malformed(
        file: file, format: "weights", problem: "‘\(name)’ holds NaN or infinite numbers")
    }
  }
}
