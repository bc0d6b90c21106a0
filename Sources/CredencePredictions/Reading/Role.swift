/// What an array of a file is within a `PredictionSet`.
enum Role: Hashable, Sendable {
  case logits
  case probabilities
  case scores
  /// An output matrix whose name does not say its kind.
  case openOutput
  case labels
  case embeddings
  case headWeight
  case headBias
  case uncertainty(String)
  case memberLogits
  case softLabels
  case topIndices
  case topValues
  case predictions
  case confidences
  case multiLabelValues
  case multiLabelOffsets
  case sampleIDs
  case sampleIDBytes
  case sampleIDOffsets
  /// Metadata as one JSON text, as in archives without a place for it.
  case metadata
  case ignored

  /// The roles without a name of their own, as written in files and in `--map`.
  static let names: [(name: String, role: Role)] = [
    ("logits", .logits), ("probabilities", .probabilities), ("scores", .scores),
    ("labels", .labels), ("embeddings", .embeddings), ("head.weight", .headWeight),
    ("head.bias", .headBias), ("member_logits", .memberLogits), ("soft_labels", .softLabels),
    ("top_k.indices", .topIndices), ("top_k.values", .topValues),
    ("predictions", .predictions), ("confidences", .confidences),
    ("multi_labels.values", .multiLabelValues), ("multi_labels.offsets", .multiLabelOffsets),
    ("sample_ids", .sampleIDs), ("sample_ids.bytes", .sampleIDBytes),
    ("sample_ids.offsets", .sampleIDOffsets), ("ignore", .ignored),
  ]

  /// The names that `--map` takes.
  static let allowedNames = names.map(\.name) + ["uncertainty.NAME"]

  /// The role of exactly this name, as in `--map`.
  init?(exactly name: String) {
    if let row = Self.names.first(where: { $0.name == name }) {
      self = row.role
    } else if name.hasPrefix("uncertainty."), name.count > 12 {
      self = .uncertainty(String(name.dropFirst(12)))
    } else {
      return nil
    }
  }

  var name: String {
    switch self {
    case .uncertainty(let name): "uncertainty.\(name)"
    case .openOutput: "output"
    case .metadata: "__metadata__"
    default: Self.names.first { $0.role == self }?.name ?? ""
    }
  }

  /// Whether an array of this shape and type can be it.
  func fits(_ shape: [Int], _ element: StoredArray.Element) -> Bool {
    let isFloat = element.scalarType != nil
    let isNumber = !element.isText
    // A single column is as good as a list.
    let isList = shape.count == 1 || shape.count == 2 && shape[1] == 1
    return switch self {
    case .logits, .probabilities, .scores, .embeddings, .headWeight, .softLabels, .topValues:
      shape.count == 2 && isFloat
    // A name such as ‘scores’ can also mean confidences, in one column.
    case .openOutput: shape.count == 2 && shape[1] != 1 && isFloat
    case .memberLogits: shape.count == 3 && isFloat
    case .topIndices: shape.count == 2 && element.isInteger
    case .predictions, .multiLabelValues, .multiLabelOffsets, .sampleIDOffsets:
      isList && element.isInteger
    case .labels, .headBias, .uncertainty: isList && isNumber
    case .confidences: isList && isFloat
    case .sampleIDs: isList && !isFloat
    case .sampleIDBytes: shape.count == 1 && element == .uint8
    case .metadata: shape.isEmpty && element.isText
    case .ignored: true
    }
  }

  /// What an array must be to have the role, as the end of a sentence.
  var requirement: String {
    switch self {
    case .logits, .probabilities, .scores, .openOutput:
      "a [samples, classes] matrix of floating-point numbers"
    case .embeddings: "a [samples, features] matrix of floating-point numbers"
    case .headWeight: "a [classes, features] matrix of floating-point numbers"
    case .softLabels: "a [samples, classes] matrix of floating-point numbers"
    case .topValues: "a [samples, k] matrix of floating-point numbers"
    case .topIndices: "a [samples, k] matrix of integers"
    case .memberLogits: "a [members, samples, classes] array of floating-point numbers"
    case .labels:
      "one class index per sample, [samples] (a distribution over classes has the role soft_labels)"
    case .predictions: "one class index per sample, [samples], as integers"
    case .headBias: "one number per class, [classes]"
    case .uncertainty: "one number per sample, [samples]"
    case .confidences: "one floating-point number per sample, [samples]"
    case .multiLabelValues, .multiLabelOffsets, .sampleIDOffsets: "a list of integers"
    case .sampleIDs: "one text or integer per sample, [samples]"
    case .sampleIDBytes: "a list of bytes (U8)"
    case .metadata: "one text"
    case .ignored: "anything"
    }
  }
}
