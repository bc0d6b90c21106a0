import CredenceFiles
import CredenceNN
import CredenceTensor

extension ParameterStore {
  /// Gives every parameter of an image–text network its numbers from a file.
  ///
  /// - Parameters:
  ///   - weights: The file.
  ///   - layout: How it names and stores them.
  ///   - model: The network's name in errors.
  /// - Throws: `ModelError.weightsMismatch`, naming each difference in the file's words; `FileError` for a damaged file. Then nothing was changed.
  func load(_ weights: TensorArchive, _ layout: ImageTextLayout, model: String) throws {
    var differences = WeightDifferences()
    var used: Set<String> = []
    var sources: [(Parameter, WeightSource)] = []
    for parameter in parameters {
      guard let source = layout.source(of: parameter.name) else {
        differences.missing.append(parameter.name)
        continue
      }
      used.formUnion(source.names)
      let absent = source.names.filter { weights[$0] == nil }
      guard absent.isEmpty else {
        differences.missing += absent
        continue
      }
      let expected = source.form.shape(stored: parameter.shape, count: source.names.count)
      for name in source.names {
        guard let shape = weights[name]?.shape,
          shape.filter({ $0 != 1 }) != expected.filter({ $0 != 1 })
        else { continue }
        differences.shapes.append(.init(name: name, expected: expected, found: shape))
      }
      sources.append((parameter, source))
    }
    differences.unexpected = weights.entries.map(\.name).filter {
      !used.contains($0) && !layout.ignores($0)
    }
    guard differences.isEmpty else {
      throw ModelError.weightsMismatch(
        file: weights.file, model: model, differences: differences)
    }
    var values: [Tensor] = []
    for (parameter, source) in sources {
      values.append(try source.tensor(in: weights, shape: parameter.shape))
    }
    for ((parameter, _), value) in zip(sources, values) { try parameter.replace(with: value) }
  }
}

extension ImageTextLayout {
  /// The tensors of a file that hold a parameter's numbers, and the shape of each; `nil` for a parameter that the layout has no name for.
  ///
  /// Dimensions of length 1 may be elsewhere in the file.
  package func storedShapes(of parameter: String, shape: [Int]) -> [String: [Int]]? {
    source(of: parameter).map { source in
      let stored = source.form.shape(stored: shape, count: source.names.count)
      return Dictionary(source.names.map { ($0, stored) }) { first, _ in first }
    }
  }
}

extension WeightSource.Form {
  /// The shape that each of the file's tensors must have, for a parameter's shape.
  func shape(stored shape: [Int], count: Int) -> [Int] {
    guard let rows = shape.first else { return shape }
    return switch self {
    case .plain: count == 1 ? shape : [rows / count] + shape.dropFirst()
    case .transposed: shape.reversed()
    case .thirds(let parts): [rows / parts.count * 3] + shape.dropFirst()
    }
  }
}

extension WeightSource {
  /// The numbers in float32, in a parameter's shape.
  ///
  /// - Throws: `FileError`, `EngineError`.
  func tensor(in weights: TensorArchive, shape: [Int]) throws -> Tensor {
    var tensors: [Tensor] = []
    for name in names {
      guard let array = try weights.array(name) else { continue }
      tensors.append(try Tensor(array, name: name, file: weights.file))
    }
    let whole = tensors.count == 1 ? tensors[0] : try Tensor.concatenated(tensors)
    switch form {
    case .plain: return try whole.reshaped(shape)
    case .transposed: return try whole.transposed(0, 1).contiguous()
    case .thirds(let parts):
      let third = whole.shape[0] / 3
      return try whole.slice(0, from: third * parts.lowerBound, to: third * parts.upperBound)
        .contiguous()
    }
  }
}
