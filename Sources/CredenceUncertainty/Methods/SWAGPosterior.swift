public import CredenceFiles
public import CredenceModels
public import CredenceNN
public import CredenceTensor
public import Foundation

/// A Gaussian over a network's weights, from the weights that training passed through: their mean, variance and last deviations.
///
/// - Note: Stochastic weight averaging–Gaussian, Maddox et al., NeurIPS 2019, arXiv:1902.02476.
public struct SWAGPosterior {
  /// The metadata's key of the number of collected weights.
  public static let metadataKey = "credence.swag"

  /// How many weights were collected.
  public private(set) var count = 0
  /// How many deviations are kept, the newest ones.
  public let rank: Int
  /// By parameter.
  private var means: [String: Tensor] = [:]
  private var squares: [String: Tensor] = [:]
  /// The newest last; by parameter.
  private var deviations: [[String: Tensor]] = []
  /// What layers keep themselves, such as running moments, as last seen.
  private var buffers: [String: Tensor] = [:]

  /// An empty collection.
  ///
  /// - Parameter rank: How many deviations are kept.
  public init(rank: Int = 20) {
    precondition(rank >= 2)
    self.rank = rank
  }

  /// Takes in the weights that a network has now, usually after an epoch at a constant learning rate.
  ///
  /// - Throws: `EngineError`.
  public mutating func collect(_ store: ParameterStore) throws {
    try withoutGradients {
      count += 1
      var newest: [String: Tensor] = [:]
      for parameter in store.parameters {
        // In memory of its own: optimizers change weights in place.
        let value = try parameter.value.detached().to(.cpu).to(.float32) * 1
        guard parameter.kind == .learned else {
          buffers[parameter.name] = value
          continue
        }
        let mean = try means[parameter.name].map { try $0 + (value - $0) / Double(count) } ?? value
        let square = try value * value
        squares[parameter.name] =
          try squares[parameter.name].map { try $0 + (square - $0) / Double(count) } ?? square
        means[parameter.name] = mean
        newest[parameter.name] = try value - mean
      }
      deviations.append(newest)
      if deviations.count > rank { deviations.removeFirst() }
    }
  }

  /// Collects the weights of checkpoints of one training run, in the order of training.
  ///
  /// - Throws: `MethodError` for fewer than two, or of different networks; what loading throws.
  public init(_ checkpoints: [NetworkCheckpoint], rank: Int = 20) throws {
    self.init(rank: rank)
    guard checkpoints.count >= 2, let first = checkpoints.first else {
      throw MethodError.tooFewModels(method: "swag", found: checkpoints.count, needed: 2)
    }
    for checkpoint in checkpoints {
      guard checkpoint.descriptor.id == first.descriptor.id,
        checkpoint.description.settings == first.description.settings
      else {
        throw MethodError.differentModels(
          first: first.file.lastPathComponent, other: checkpoint.file.lastPathComponent,
          difference: "their architecture or its settings")
      }
      try collect(checkpoint.model().store)
    }
  }

  /// Gives a network weights of the posterior: the mean and a part of the variance, half of it from each parameter's own, half from the
  /// deviations.
  ///
  /// - Parameters:
  ///   - store: Parameters of the collected network.
  ///   - scale: The part of the variance; the paper's is 0.5, and 0 gives the mean.
  ///   - generator: Where draws come from, on the CPU.
  /// - Throws: `MethodError.unusableData` for another network; `EngineError`.
  public func draw(
    into store: ParameterStore, scale: Double = 0.5, using generator: Generator
  ) throws {
    let columns = deviations.count
    let factors: [Double] =
      columns > 1
      ? try Tensor.normal([columns], elementType: .float64, using: generator).values() : []
    for parameter in store.parameters {
      if parameter.kind == .buffer, let value = buffers[parameter.name],
        value.shape == parameter.shape
      {
        try parameter.replace(with: value * 1)
        continue
      }
      guard let mean = means[parameter.name], let square = squares[parameter.name],
        mean.shape == parameter.shape
      else {
        throw MethodError.unusableData(
          what: "The collected weights", reason: "They lack ‘\(parameter.name)’.")
      }
      let deviation = try (square - mean * mean).clamped(low: 1e-30).squareRoot()
      var noise = try deviation * .normal(parameter.shape, using: generator)
      for (factor, column) in zip(factors, deviations) {
        guard let part = column[parameter.name] else { continue }
        noise = try noise + part * (factor / Double(columns - 1).squareRoot())
      }
      try parameter.replace(with: mean + noise * scale.squareRoot())
    }
  }
}

extension SWAGPosterior {
  /// Writes the collection to a safetensors file, which appears when it is complete.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - description: The network.
  /// - Throws: `FileError.unwritable`, `EngineError`.
  public func write(to url: URL, description: NetworkDescription) throws {
    try SafetensorsWriter.write(
      tensors.map { name, tensor in
        OutgoingArray(
          name,
          StoredArray(
            shape: tensor.shape, element: .float32, bytes: try tensor.to(.float32).bytes()))
      },
      metadata: [
        NetworkDescription.metadataKey: try description.json(), Self.metadataKey: "\(count)",
      ], to: url)
  }

  /// All numbers by the names that they have in a file; float32, on the CPU.
  package var tensors: [(name: String, tensor: Tensor)] {
    func named(_ prefix: String, _ tensors: [String: Tensor]) -> [(name: String, tensor: Tensor)] {
      tensors.sorted { $0.key < $1.key }.map { ("\(prefix).\($0.key)", $0.value) }
    }
    return named("mean", means) + named("square", squares) + named("buffer", buffers)
      + deviations.enumerated().flatMap { named("deviation.\($0.offset)", $0.element) }
  }

  /// Whether it was collected from this network: has a mean and a square of each learned parameter in its shape.
  package func fits(_ store: ParameterStore) -> Bool {
    guard count > 0 else { return means.isEmpty }
    return store.parameters.allSatisfy { parameter in
      parameter.kind != .learned
        || means[parameter.name]?.shape == parameter.shape
          && squares[parameter.name]?.shape == parameter.shape
    }
  }

  /// Whether a file holds such a collection.
  public static func isCollection(_ weights: TensorArchive) -> Bool {
    weights.metadata[metadataKey] != nil
  }

  /// Reads a collection.
  ///
  /// - Parameter weights: A file that `write(to:description:)` wrote.
  /// - Throws: `MethodError.unreadable`, `FileError`, `EngineError`.
  public init(_ weights: TensorArchive) throws {
    guard let count = weights.metadata[Self.metadataKey].flatMap({ Int($0) }), count >= 2 else {
      throw MethodError.unreadable(
        file: weights.file, reason: "It holds no two or more collected weights.")
    }
    let tensors = try weights.entries.compactMap { entry in
      try weights.array(entry.name).map { array in
        (name: entry.name, tensor: try Tensor(array, name: entry.name, file: weights.file))
      }
    }
    self.init(count: count, rank: 0, tensors)
    guard !means.isEmpty, means.keys == squares.keys else {
      throw MethodError.unreadable(
        file: weights.file, reason: "It lacks the mean or the square of some weights.")
    }
  }

  /// A collection of numbers that `tensors` gave; other names are passed over.
  ///
  /// - Parameters:
  ///   - count: How many weights were collected.
  ///   - rank: How many deviations are kept from here on; at least those that there are.
  ///   - tensors: By name.
  package init(count: Int, rank: Int, _ tensors: [(name: String, tensor: Tensor)]) {
    var deviations: [Int: [String: Tensor]] = [:]
    for (name, tensor) in tensors {
      let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "mean": means[parts[1]] = tensor
      case "square": squares[parts[1]] = tensor
      case "buffer": buffers[parts[1]] = tensor
      case "deviation":
        let rest = parts[1].split(separator: ".", maxSplits: 1).map(String.init)
        guard rest.count == 2, let index = Int(rest[0]), (0..<10_000).contains(index) else {
          continue
        }
        deviations[index, default: [:]][rest[1]] = tensor
      default: continue
      }
    }
    self.count = count
    self.deviations = deviations.keys.sorted().compactMap { deviations[$0] }
    self.rank = max(2, rank, self.deviations.count)
  }
}
