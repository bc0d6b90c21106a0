import Foundation

extension TensorArchive {
  /// Which weights to take where a checkpoint holds several.
  public enum Source: Hashable, Sendable {
    /// The running average of the weights where there is one, else those that were trained.
    case averaged
    /// Those that were trained, without averaging.
    case trained
    /// Those under a key, or under several joined by points.
    case key(String)
  }
}

/// The weights of a network among what a training program saved.
struct StateDictionary {
  let tensors: [(name: String, tensor: CheckpointTensor)]
  let metadata: [String: String]

  /// Keys of averaged weights; the first two as timm prefers them.
  private static let averagedKeys = [
    "state_dict_ema", "model_ema", "params_ema", "ema_state_dict", "ema",
  ]
  /// Keys of weights, the more telling first.
  private static let trainedKeys = [
    "state_dict", "model", "model_state", "model_state_dict", "module", "net", "network", "params",
    "weights", "teacher", "student",
  ]
  /// How many wrappers may be inside one another.
  private static let greatestDepth = 8
  private static let longestName = 1000
  /// How many entries are looked at: dictionaries may share parts, so a small file can describe very many.
  private static let greatestVisitCount = 1 << 22

  /// Finds the weights.
  ///
  /// - Throws: `FileError` where there are none.
  init(_ checkpoint: Checkpoint, source: TensorArchive.Source) throws {
    let file = checkpoint.file
    var metadata: [String: String] = [:]
    var visits = Self.greatestVisitCount
    var textBudget = Self.longestText
    var current = checkpoint.root
    func descend(_ key: String, _ value: CheckpointValue) {
      Self.collect(current, except: key, into: &metadata, &textBudget, &visits)
      current = value
    }
    if case .key(let path) = source {
      for part in path.split(separator: ".").map(String.init) {
        guard let value = current[part] else {
          throw Self.noWeights(checkpoint, "nothing under ‘\(path)’", current)
        }
        descend(part, value)
      }
    } else {
      let keys = (source == .averaged ? Self.averagedKeys : []) + Self.trainedKeys
      for _ in 0..<Self.greatestDepth {
        let key = keys.first { key in
          current[key].map { Self.holdsTensors($0, &visits) } ?? false
        }
        guard let key, let value = current[key] else { break }
        descend(key, value)
      }
    }
    Self.collect(current, except: nil, into: &metadata, &textBudget, &visits)
    var tensors: [(name: String, tensor: CheckpointTensor)] = []
    try Self.flatten(current, prefix: "", depth: 0, file: file, into: &tensors, &visits)
    guard !tensors.isEmpty else {
      throw Self.noWeights(checkpoint, "no named tensors", current)
    }
    self.tensors = tensors
    self.metadata = metadata
  }

  private static func entries(_ value: CheckpointValue) -> [(key: String, value: CheckpointValue)] {
    switch value {
    case .dictionary(let entries), .object(_, let entries):
      entries.compactMap {
        if case .string(let key) = $0.key { (key, $0.value) } else { nil }
      }
    default: []
    }
  }

  /// Whether a value is a dictionary with a tensor somewhere in it.
  private static func holdsTensors(
    _ value: CheckpointValue, _ visits: inout Int, depth: Int = 0
  ) -> Bool {
    let entries: [CheckpointEntry]
    switch value {
    case .dictionary(let contents), .object(_, let contents): entries = contents
    default: return false
    }
    visits -= entries.count
    guard visits >= 0 else { return false }
    for entry in entries {
      switch entry.value {
      case .tensor: return true
      case .dictionary where depth < greatestDepth:
        if holdsTensors(entry.value, &visits, depth: depth + 1) { return true }
      default: break
      }
    }
    return false
  }

  /// Tensors by their names, those of inner dictionaries after the name of these and a point.
  private static func flatten(
    _ value: CheckpointValue, prefix: String, depth: Int, file: String,
    into tensors: inout [(name: String, tensor: CheckpointTensor)], _ visits: inout Int
  ) throws {
    let entries = entries(value)
    visits -= entries.count
    guard visits >= 0 else {
      throw FileError.unsupported(
        file: file, what: "millions of entries beside the weights",
        instead: "Save the weights alone: torch.save(model.state_dict(), path).")
    }
    // A later entry of the same name replaces an earlier one, as in Python.
    var index: [String: Int] = [:]
    for (key, value) in entries {
      let name = prefix + key
      guard name.utf8.count <= longestName else {
        throw FileError.malformed(
          file: file, format: "PyTorch checkpoint",
          problem: "a tensor's name has \(name.utf8.count) bytes")
      }
      switch value {
      case .tensor(let tensor):
        if let earlier = index[name] {
          tensors[earlier].tensor = tensor
        } else {
          index[name] = tensors.count
          tensors.append((name, tensor))
        }
      case .dictionary where depth < greatestDepth:
        try flatten(
          value, prefix: name + ".", depth: depth + 1, file: file, into: &tensors, &visits)
      case .object(let type, _) where type.hasPrefix("__torch__.") && depth < greatestDepth:
        try flatten(
          value, prefix: name + ".", depth: depth + 1, file: file, into: &tensors, &visits)
      default: break
      }
    }
  }

  private static func noWeights(
    _ checkpoint: Checkpoint, _ problem: String, _ value: CheckpointValue
  ) -> FileError {
    let keys = entries(value).prefix(12).map { "‘\($0.key)’" }
    return .unsupported(
      file: checkpoint.file,
      what: problem + (keys.isEmpty ? "" : ", but \(keys.joined(separator: ", "))"),
      instead: "Save the weights by name: torch.save(model.state_dict(), path); or say under which "
        + "key they stand.")
  }

  // MARK: Metadata

  /// How long all texts together may be that are made of values.
  private static let longestText = 1_000_000

  /// Takes what is no tensor, or a single number, and stands beside the weights.
  private static func collect(
    _ value: CheckpointValue, except key: String?, into metadata: inout [String: String],
    _ budget: inout Int, _ visits: inout Int
  ) {
    for entry in entries(value) where entry.key != key && entry.key.utf8.count <= longestName {
      switch entry.value {
      case .string(let text): metadata[entry.key] = text
      case .none, .bytes: break
      case .tensor(let tensor):
        // Weights are no metadata: those beside a key are, those beside other weights are not.
        guard key != nil, tensor.shape.reduce(1, *) == 1 else { break }
        if let value = try? tensor.array().doubles()?.first { metadata[entry.key] = "\(value)" }
      default:
        guard !holdsTensors(entry.value, &visits),
          let text = json(entry.value, &budget)?.text
        else { continue }
        metadata[entry.key] = text
      }
    }
  }

  /// A value as JSON; `nil` where it is too large.
  ///
  /// Tensors become their shape.
  private static func json(_ value: CheckpointValue, _ budget: inout Int) -> JSONValue? {
    budget -= 1
    guard budget > 0 else { return nil }
    switch value {
    case .none: return .null
    case .bool(let value): return .bool(value)
    case .integer(let value): return .integer(value)
    case .float(let value): return value.isFinite ? .number(value) : .string("\(value)")
    case .string(let text):
      budget -= text.utf8.count
      return .string(text)
    case .bytes(let bytes): return .string("\(bytes.count) bytes")
    case .tensor(let tensor): return .string("tensor \(tensor.shape)")
    case .list(let values):
      var array: [JSONValue] = []
      for value in values {
        guard let item = json(value, &budget) else { return nil }
        array.append(item)
      }
      return .array(array)
    case .dictionary(let entries), .object(_, let entries):
      var object: [String: JSONValue] = [:]
      for entry in entries {
        let key: String
        switch entry.key {
        case .string(let text): key = text
        case .integer(let number): key = "\(number)"
        default: continue
        }
        budget -= key.utf8.count
        guard let item = json(entry.value, &budget) else { return nil }
        object[key] = item
      }
      return .object(object)
    }
  }
}
