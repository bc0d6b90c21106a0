import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import CredenceUncertainty
public import Foundation

/// The names in a state file.
private enum StateKey {
  static let progress = "credence.training.progress"
  static let configuration = "credence.training.configuration"
  static let samples = "credence.training.samples"
  static let identity = "credence.training.identity"
  /// How many weights were collected.
  static let collected = "credence.training.collected"
  static let generator = "generator"
  static let posterior = "posterior/"
}

extension Trainer {
  /// Stores all that training needs to go on, in one safetensors file that appears when it is complete.
  ///
  /// - Throws: `FileError.unwritable`; `EngineError`.
  public func save(to url: URL) throws {
    var arrays: [OutgoingArray] = []
    func add(_ part: String, _ values: [Tensor]) throws {
      for (parameter, value) in zip(network.store.parameters, values) {
        arrays.append(try OutgoingArray("\(part)/\(parameter.name)", value))
      }
    }
    try add("weights", network.store.parameters.map(\.value))
    if let best { try add("best", best.values) }
    if let average { try add("average", average.values) }
    for (name, tensor) in optimizer.memory {
      arrays.append(try OutgoingArray("optimizer/\(name)", tensor))
    }
    arrays.append(OutgoingArray(StateKey.generator, bytes: try generator.state()))
    var progress = progress
    progress.averageUpdates = average?.updateCount ?? 0
    var metadata = [
      StateKey.progress: try progress.sortedJSON(),
      StateKey.configuration: try configuration.sortedJSON(),
      StateKey.samples: sampleFingerprint,
      StateKey.identity: try identity.sortedJSON(),
    ]
    if let posterior {
      for (name, tensor) in posterior.tensors {
        arrays.append(try OutgoingArray(StateKey.posterior + name, tensor))
      }
      metadata[StateKey.collected] = "\(posterior.count)"
    }
    try SafetensorsWriter.write(arrays, metadata: metadata, to: url)
  }

  /// Returns to a stored state; `run` then goes on from there.
  ///
  /// More epochs than before are allowed where the schedule does not depend on their number.
  ///
  /// - Throws: `TrainingError.stateMismatch` where it was stored with other settings, samples or another network, `malformedState`;
  ///   `FileError`. The training must then not be used.
  public func resume(from url: URL) throws {
    let file = url.relativePath
    let state = try Safetensors(contentsOf: url)
    func malformed(_ problem: String) -> TrainingError {
      .malformedState(file: file, problem: problem)
    }
    func text(_ key: String) throws -> String {
      guard let text = state.metadata[key] else { throw malformed("it lacks ‘\(key)’") }
      return text
    }
    try checkConfiguration(try text(StateKey.configuration), file: file)
    try checkIdentity(state.metadata[StateKey.identity], file: file)
    guard try text(StateKey.samples) == sampleFingerprint else {
      throw TrainingError.stateMismatch(
        file: file, what: "the set of samples", stored: "another", wanted: "this")
    }
    guard
      let progress = try? JSONDecoder().decode(
        TrainingProgress.self, from: Data(try text(StateKey.progress).utf8))
    else { throw malformed("its progress can't be understood") }

    func tensor(_ name: String) throws -> Tensor {
      guard let array = state[name] else { throw malformed("it lacks ‘\(name)’") }
      return try Tensor(array, name: name, file: file)
    }
    func snapshot(_ part: String) throws -> [Tensor] {
      try network.store.parameters.map { parameter in
        let value = try tensor("\(part)/\(parameter.name)")
        guard value.shape == parameter.shape else {
          throw TrainingError.stateMismatch(
            file: file, what: "the shape of ‘\(parameter.name)’", stored: "\(value.shape)",
            wanted: "\(parameter.shape)")
        }
        return try value.to(parameter.value.elementType).to(parameter.value.device)
      }
    }
    let weights = try snapshot("weights")
    let best = progress.best == nil ? nil : ParameterSnapshot(values: try snapshot("best"))
    let averages = average == nil ? nil : try snapshot("average")
    let prefix = "optimizer/"
    var memory: [String: Tensor] = [:]
    for name in state.names where name.hasPrefix(prefix) {
      memory[String(name.dropFirst(prefix.count))] = try tensor(name)
    }
    var posterior: SWAGPosterior?
    if let rank = self.posterior?.rank {
      guard let count = Int(try text(StateKey.collected)), count >= 0 else {
        throw malformed("the number of collected weights can't be understood")
      }
      let tensors = try state.names.filter { $0.hasPrefix(StateKey.posterior) }.map {
        (name: String($0.dropFirst(StateKey.posterior.count)), tensor: try tensor($0))
      }
      posterior = SWAGPosterior(count: count, rank: rank, tensors)
      guard posterior?.fits(network.store) == true else {
        throw malformed("its collected weights are not those of this network")
      }
    }
    guard let generatorState = state[StateKey.generator], generatorState.element == .uint8 else {
      throw malformed("it lacks ‘\(StateKey.generator)’")
    }

    try ParameterSnapshot(values: weights).restore(to: network.store)
    try optimizer.restore(memory)
    if let averages { try average?.restore(averages, updateCount: progress.averageUpdates) }
    try generator.restore(generatorState.bytes)
    self.best = best
    self.posterior = posterior
    self.progress = progress
  }

  /// Every epoch so far.
  public var history: [EpochRecord] { progress.history }

  /// The samples of the epoch under way that are done.
  public var samplesOfEpoch: Int { progress.samples }

  private func checkConfiguration(_ text: String, file: String) throws {
    func settings(_ text: String) throws -> [String: JSONValue] {
      let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
      guard let object = value?.object else {
        throw TrainingError.malformedState(
          file: file, problem: "its configuration can't be understood")
      }
      return object
    }
    let stored = try settings(text)
    let wanted = try settings(configuration.sortedJSON())
    // A state of an earlier version lacks settings that there were not yet, and had their defaults.
    let defaults = try settings(TrainingConfiguration().sortedJSON())
    let dependsOnLength = try ScheduleDescriptor.named(configuration.schedule.shape)
      .dependsOnLength
    for name in Set(stored.keys).union(wanted.keys).sorted() {
      let former = stored[name] ?? defaults[name]
      if former == wanted[name] || name == "epochCount" && !dependsOnLength { continue }
      throw TrainingError.stateMismatch(
        file: file, what: "‘\(name)’", stored: former?.text ?? "not there",
        wanted: wanted[name]?.text ?? "not there")
    }
  }

  /// Compares what the caller names; states without it were stored by callers that name nothing.
  private func checkIdentity(_ text: String?, file: String) throws {
    var stored: [String: String] = [:]
    if let text {
      guard let names = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
      else {
        throw TrainingError.malformedState(file: file, problem: "its identity can't be understood")
      }
      stored = names
    }
    for name in Set(stored.keys).union(identity.keys).sorted() where stored[name] != identity[name]
    {
      throw TrainingError.stateMismatch(
        file: file, what: "‘\(name)’", stored: stored[name] ?? "not there",
        wanted: identity[name] ?? "not there")
    }
  }

  /// Tells sets of samples apart by their sizes and rows.
  private var sampleFingerprint: String {
    let sets = [learning, validation].compactMap { $0 }
    return sets.map { set in
      let rows = set.indices.map { Int64($0).littleEndian }
      var hash = SHA256()
      rows.withUnsafeBytes { hash.update($0) }
      return "\(set.indices.count) of \(set.source.count): \(hash.hexadecimal())"
    }.joined(separator: "; ")
  }
}

/// How far a stored training is, without its numbers.
struct TrainingStateSummary: CustomStringConvertible {
  private let dataset: String
  private let done: Int
  private let total: Int

  /// Reads the metadata of a state; `nil` where it is none.
  init?(_ metadata: [String: String]) {
    func decoded<Value: Decodable>(_ key: String, as type: Value.Type) -> Value? {
      metadata[key].flatMap { try? JSONDecoder().decode(type, from: Data($0.utf8)) }
    }
    guard let progress = decoded(StateKey.progress, as: TrainingProgress.self),
      let settings = decoded(StateKey.configuration, as: JSONValue.self)?.object,
      let count = settings["epochCount"]?.text.flatMap({ Int($0) })
    else { return nil }
    dataset = decoded(StateKey.identity, as: [String: String].self)?["dataset"] ?? ""
    done = progress.history.count
    total = count
  }

  var description: String {
    let subject = dataset.isEmpty ? "" : "on \(dataset), "
    return done >= total
      ? "\(subject)complete after \(done == 1 ? "1 epoch" : "\(done) epochs")"
      : "\(subject)\(done) of \(total == 1 ? "1 epoch" : "\(total) epochs") done"
  }
}

extension Encodable {
  /// The value as JSON, the same for the same value.
  ///
  /// - Throws: `EncodingError` for numbers that JSON lacks.
  func sortedJSON() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

extension OutgoingArray {
  /// A tensor's numbers in its own element type.
  ///
  /// - Throws: `EngineError`.
  init(_ name: String, _ tensor: Tensor) throws {
    self.init(
      name,
      StoredArray(
        shape: tensor.shape, element: tensor.elementType.stored, bytes: try tensor.bytes()))
  }
}

extension ElementType {
  /// The format in a file.
  fileprivate var stored: StoredArray.Element {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .float32: .float32
    case .float64: .float64
    case .bool: .bool
    }
  }
}
