import Foundation

/// Makes a set of the arrays of a file.
struct ArrayAssembly {
  private let source: ArraySource
  private let options: ReadOptions
  private var roles: RoleAssignment

  init(_ source: ArraySource, options: ReadOptions) throws {
    self.source = source
    self.options = options
    roles = try RoleAssignment(source, map: options.map)
  }

  /// The set, with sentences on what was left out.
  ///
  /// - Throws: `FileError`, `PredictionFileError`.
  mutating func result() throws -> ReadResult {
    var fileMetadata = source.metadata
    if let array = try array(.metadata), let text = array.strings()?.first {
      fileMetadata = try Self.dictionary(text, file: source.file)
    }
    let metadata = try PredictionMetadata(fileMetadata, file: source.file)
    let output = try output()
    let labelEntry = try roles.entry(.labels)
    var labels: [Int32]?
    var sampleIDs = try sampleIDs()
    var notes: [String] = []
    if let other = options.labels {
      if labelEntry != nil { notes.append("The labels of the file were replaced by --labels.") }
      let sampleCount = output.sampleCount
      let (values, names, note) = try other.labels(
        sampleCount: sampleCount, sampleIDs: sampleIDs, classNames: metadata.classNames)
      labels = values
      sampleIDs = sampleIDs ?? names
      notes += note
    } else if let labelEntry {
      labels = try source.load(labelEntry, as: .labels).classes(role: .labels, file: source.file)
    }
    var uncertainties: [String: [Double]] = [:]
    for name in roles.uncertaintyNames {
      uncertainties[name] = try array(.uncertainty(name))?.doubles()
    }
    let embeddings = try matrix(.embeddings)
    let head = try head()
    let memberLogits = try memberLogits()
    let softLabels = try matrix(.softLabels)
    let multiLabels = try multiLabels()
    try options.labels?.checkRange(labels, classCount: output.matrix?.columnCount)
    let set = try wrapped(source.file) { () throws(PredictionError) in
      try PredictionSet(
        output, labels: labels, embeddings: embeddings, head: head, uncertainties: uncertainties,
        memberLogits: memberLogits, softLabels: softLabels, multiLabels: multiLabels,
        sampleIDs: sampleIDs, metadata: metadata)
    }
    return ReadResult(set: set, warnings: (notes + roles.warnings).map(printable))
  }

  private mutating func output() throws -> PredictionSet.Output {
    if let (entry, kind) = try roles.output(kind: options.kind) {
      let matrix = try matrix(entry, Role(exactly: kind.rawValue) ?? .openOutput)
      switch kind {
      case .logits: return .logits(matrix)
      case .probabilities: return .probabilities(matrix)
      case .scores: return .scores(matrix)
      }
    }
    let indices = try array(.topIndices)
    let values = try matrix(.topValues)
    if let indices, let values {
      return .topK(
        TopK(
          indices: try indices.classes(role: .topIndices, file: source.file), values: values))
    }
    let predictions = try array(.predictions)?.classes(role: .predictions, file: source.file)
    let confidences = try array(.confidences)?.doubles()
    if let predictions, let confidences {
      return .decisions(Decisions(predictions: predictions, confidences: confidences))
    }
    let halves: [(Bool, Role, Role)] = [
      (indices != nil, .topIndices, .topValues), (values != nil, .topValues, .topIndices),
      (predictions != nil, .predictions, .confidences),
      (confidences != nil, .confidences, .predictions),
    ]
    if let (_, role, other) = halves.first(where: { $0.0 }) {
      throw PredictionFileError.incomplete(
        file: source.file, role: role.name, missing: other.name)
    }
    throw roles.noOutput()
  }

  private mutating func sampleIDs() throws -> SampleIDs? {
    if let array = try array(.sampleIDs) { return try array.sampleIDs(file: source.file) }
    guard
      let (bytes, offsets) = try pair(.sampleIDBytes, .sampleIDOffsets)
    else { return nil }
    return try wrapped(source.file) { () throws(PredictionError) in
      try SampleIDs(bytes: bytes.bytes, offsets: offsets.integers() ?? [])
    }
  }

  private mutating func multiLabels() throws -> RaggedLabels? {
    guard let (values, offsets) = try pair(.multiLabelValues, .multiLabelOffsets) else {
      return nil
    }
    let classes = try values.classes(role: .multiLabelValues, file: source.file)
    return try wrapped(source.file) { () throws(PredictionError) in
      try RaggedLabels(values: classes, offsets: offsets.integers() ?? [])
    }
  }

  private mutating func head() throws -> LinearHead? {
    guard let weight = try matrix(.headWeight) else {
      guard try array(.headBias) == nil else {
        throw PredictionFileError.incomplete(
          file: source.file, role: Role.headBias.name, missing: Role.headWeight.name)
      }
      return nil
    }
    // Without features, rows would take no bytes, and their number could be anything.
    guard weight.columnCount > 0 else {
      throw PredictionFileError.invalid(
        file: source.file, error: .missing(what: "features", reason: "The head has no columns."))
    }
    let bias = try array(.headBias)?.doubles()
    return LinearHead(
      weight: weight, bias: bias ?? [Double](repeating: 0, count: weight.rowCount))
  }

  private mutating func memberLogits() throws -> [Matrix] {
    guard let array = try array(.memberLogits)?.rowMajor(), let type = array.element.scalarType
    else { return [] }
    guard !array.bytes.isEmpty else {
      throw PredictionFileError.invalid(
        file: source.file,
        error: .missing(what: "member logits", reason: "The array is \(array.shape)."))
    }
    let (members, rows, columns) = (array.shape[0], array.shape[1], array.shape[2])
    let size = rows * columns * type.size
    let start = array.bytes.startIndex
    return try wrapped(source.file) { () throws(PredictionError) in
      var matrices: [Matrix] = []
      for member in 0..<members {
        matrices.append(
          try Matrix(
            bytes: array.bytes[start + member * size..<start + (member + 1) * size],
            rowCount: rows, columnCount: columns, scalarType: type,
            isBigEndian: array.isBigEndian))
      }
      return matrices
    }
  }

  private mutating func pair(
    _ first: Role, _ second: Role
  ) throws -> (StoredArray, StoredArray)? {
    switch (try array(first), try array(second)) {
    case (nil, nil): return nil
    case (let first?, let second?): return (first, second)
    case (nil, _?):
      throw PredictionFileError.incomplete(
        file: source.file, role: second.name, missing: first.name)
    case (_?, nil):
      throw PredictionFileError.incomplete(
        file: source.file, role: first.name, missing: second.name)
    }
  }

  private mutating func array(_ role: Role) throws -> StoredArray? {
    try roles.entry(role).map { try source.load($0, as: role) }
  }

  private mutating func matrix(_ role: Role) throws -> Matrix? {
    try roles.entry(role).map { try matrix($0, role) }
  }

  private func matrix(_ entry: ArraySource.Entry, _ role: Role) throws -> Matrix {
    let array = try source.load(entry, as: role)
    let matrix = try wrapped(source.file) { () throws(PredictionError) in try array.matrix() }
    guard let matrix else {
      throw PredictionFileError.wrongShape(
        file: source.file, array: entry.summary, role: role.name, expected: role.requirement)
    }
    return matrix
  }

  private static func dictionary(_ text: String, file: String) throws -> [String: String] {
    do {
      return try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    } catch {
      throw FileError.malformed(
        file: file, format: "NumPy archive",
        problem: "‘__metadata__’ is not a JSON object of strings")
    }
  }
}

extension LabelSource {
  /// Checks labels that do not come from the set's own file, so that the right file is named.
  ///
  /// - Throws: `PredictionFileError.invalid`.
  func checkRange(_ labels: [Int32]?, classCount: Int?) throws(PredictionFileError) {
    guard let labels, let classCount else { return }
    if let row = labels.firstIndex(where: { $0 < -1 || Int($0) >= classCount }) {
      throw .invalid(
        file: description,
        error: .labelOutOfRange(
          role: Role.labels.name, row: row, label: Int(labels[row]), classes: classCount))
    }
  }

  /// The labels of a set's samples, with their names where only the labels' file has them.
  ///
  /// - Throws: `FileError`, `PredictionFileError`.
  func labels(
    sampleCount: Int, sampleIDs: SampleIDs?, classNames: [String]
  ) throws -> (values: [Int32], sampleIDs: SampleIDs?, warnings: [String]) {
    switch self {
    case .every(let count):
      let isWhole = sampleCount % count == 0
      return (
        (0..<sampleCount).map { Int32(clamping: $0 / count) }, nil,
        isWhole
          ? [] : ["\(sampleCount) samples are not a multiple of \(count) (--labels \(self))."]
      )
    case .file(let url):
      let labels = try Labels(contentsOf: url, classNames: classNames)
      let values = try labels.values(for: sampleIDs)
      guard values.count == sampleCount else {
        throw PredictionFileError.invalid(
          file: labels.file,
          error: .countMismatch(
            what: "labels", count: values.count, other: "samples", otherCount: sampleCount))
      }
      return (values, labels.sampleIDs, [])
    }
  }
}
