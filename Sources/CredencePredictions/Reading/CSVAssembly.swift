import Foundation

/// Makes a set of the columns of a table.
struct CSVAssembly {
  private let csv: CSV
  private let options: ReadOptions
  /// The role of each column that stands for itself; `nil` for the rest.
  private var roles: [Role?]
  private var outputKind: OutputKind?
  /// The columns that together are the output matrix, in order of their classes.
  private var classColumns: [Int] = []
  private var classNames: [String] = []

  /// Finds out what each column is, by `--map`, its name, and whether its first field is a number.
  ///
  /// - Throws: `FileError`, `PredictionFileError`.
  init(_ csv: CSV, options: ReadOptions) throws {
    guard !csv.columns.isEmpty else {
      throw PredictionFileError.invalid(file: csv.file, error: .noSamples)
    }
    self.csv = csv
    self.options = options
    roles = [Role?](repeating: nil, count: csv.columns.count)
    for (name, text) in options.map.sorted(by: { $0.key < $1.key }) {
      guard let role = Role(exactly: text) else {
        throw PredictionFileError.unknownRole(role: text, known: Role.allowedNames)
      }
      guard let column = csv.columns.firstIndex(of: name) else {
        throw PredictionFileError.noSuchArray(
          file: csv.file, name: name, found: csv.columns.map { "‘\($0)’" })
      }
      roles[column] = role
    }
    if csv.hasHeader {
      for (column, name) in csv.columns.enumerated() where roles[column] == nil {
        roles[column] = RoleAliases.roles(of: name).first(where: \.isColumn)
      }
    }
    try findClassColumns()
  }

  /// The set, with sentences on what was left out.
  ///
  /// - Throws: `FileError`, `PredictionFileError`.
  func result() throws -> ReadResult {
    var uses = [CSVColumns.Use](repeating: .ignored, count: roles.count)
    for (target, column) in classColumns.enumerated() { uses[column] = .matrix(column: target) }
    var lists: [(role: Role, isInteger: Bool, list: Int)] = []
    func take(_ role: Role, isInteger: Bool) throws {
      guard let column = try column(role) else { return }
      let list = lists.count { $0.isInteger == isInteger }
      lists.append((role, isInteger, list))
      uses[column] = isInteger ? .integers(list: list) : .numbers(list: list)
    }
    if options.labels == nil { try take(.labels, isInteger: true) }
    if outputKind == nil {
      try take(.predictions, isInteger: true)
      try take(.confidences, isInteger: false)
    }
    for case .uncertainty(let name)? in roles {
      try take(.uncertainty(name), isInteger: false)
    }
    let nameColumn = roles.firstIndex(of: .sampleIDs)
    if let nameColumn { uses[nameColumn] = .text }

    let table = try CSVColumns(csv, uses: uses, classNames: indexByName(classNames))
    func integers(_ role: Role) throws -> [Int32]? {
      try lists.first { $0.role == role }.map {
        try int32s(table.integers[$0.list], role: role, file: csv.file)
      }
    }
    func numbers(_ role: Role) -> [Double]? {
      lists.first { $0.role == role }.map { table.numbers[$0.list] }
    }
    let output = try output(
      table, predictions: try integers(.predictions), confidences: numbers(.confidences))
    var labels = try integers(.labels)
    var sampleIDs = try table.text.map { bytes, offsets in
      try wrapped(csv.file) { () throws(PredictionError) in
        try SampleIDs(bytes: bytes, offsets: offsets)
      }
    }
    var warnings: [String] = []
    if let other = options.labels {
      if roles.contains(.labels) {
        warnings.append("The labels of the file were replaced by --labels.")
      }
      let (values, names, notes) = try other.labels(
        sampleCount: table.rowCount, sampleIDs: sampleIDs, classNames: classNames)
      labels = values
      sampleIDs = sampleIDs ?? names
      warnings += notes
    }
    for (column, use) in uses.enumerated()
    where roles[column] != .ignored && roles[column] != .labels {
      if case .ignored = use {
        warnings.append("Column ‘\(csv.columns[column])’ was left out.")
      }
    }
    var uncertainties: [String: [Double]] = [:]
    for case .uncertainty(let name)? in roles {
      uncertainties[name] = numbers(.uncertainty(name))
    }
    var metadata = PredictionMetadata()
    metadata.classNames = classNames
    try options.labels?.checkRange(labels, classCount: output.matrix?.columnCount)
    let set = try wrapped(csv.file) { [labels, sampleIDs] () throws(PredictionError) in
      try PredictionSet(
        output, labels: labels, uncertainties: uncertainties, sampleIDs: sampleIDs,
        metadata: metadata)
    }
    return ReadResult(set: set, warnings: warnings.map(printable))
  }

  // MARK: Class columns

  private mutating func findClassColumns() throws {
    // Columns that the user or a prefix says to be classes, by kind.
    var groups: [OutputKind: [Int]] = [:]
    var mapped: Set<OutputKind> = []
    for column in roles.indices {
      if let kind = roles[column].flatMap({ OutputKind(rawValue: $0.name) }) {
        groups[kind, default: []].append(column)
        mapped.insert(kind)
      } else if roles[column] == nil, let kind = Self.prefix(csv.columns[column])?.kind {
        groups[kind, default: []].append(column)
      }
    }
    if let kind = options.kind {
      outputKind = kind
      classColumns = groups[kind] ?? (groups.count == 1 ? groups.values.first : nil) ?? []
      if classColumns.isEmpty, !hasDecisions {
        classColumns = roles.indices.filter { roles[$0] == nil && isNumber($0) }
      }
      if classColumns.isEmpty { outputKind = nil }
    } else {
      outputKind = [OutputKind.logits, .probabilities, .scores].first {
        groups[$0] != nil && (mapped.isEmpty || mapped.contains($0))
      }
      classColumns = outputKind.flatMap { groups[$0] } ?? []
    }
    if let outputKind {
      try orderClasses(outputKind)
    } else if !hasDecisions {
      throw noOutput()
    }
  }

  /// Puts the columns into the order of their classes where their names are numbers, else takes the names.
  private mutating func orderClasses(_ kind: OutputKind) throws {
    guard csv.hasHeader else { return }
    let suffixes = classColumns.map {
      Self.prefix(csv.columns[$0])?.rest ?? csv.columns[$0]
    }
    let indices = suffixes.compactMap { Int($0) }
    guard indices.count == suffixes.count else {
      classNames = suffixes
      return
    }
    guard indices.sorted() == Array(suffixes.indices) else {
      throw FileError.malformed(
        file: csv.file, format: "CSV",
        problem: "the columns of the \(kind.rawValue) are numbered, but not from 0 to "
          + "\(suffixes.count - 1)")
    }
    classColumns = zip(indices, classColumns).sorted { $0.0 < $1.0 }.map(\.1)
  }

  private static func prefix(_ name: String) -> (kind: OutputKind, rest: String)? {
    let prefixes: [(String, OutputKind)] = [
      ("logit_", .logits), ("logits_", .logits), ("prob_", .probabilities),
      ("probs_", .probabilities),
    ]
    for (prefix, kind) in prefixes
    where name.lowercased().hasPrefix(prefix) && name.count > prefix.count {
      return (kind, String(name.dropFirst(prefix.count)))
    }
    return nil
  }

  private var hasDecisions: Bool {
    roles.contains(.predictions) && roles.contains(.confidences)
  }

  private func isNumber(_ column: Int) -> Bool {
    // A name without text is the row number that data frames write.
    guard !csv.hasHeader || !csv.columns[column].isEmpty else { return false }
    return csv.firstRow.indices.contains(column) && CSV.number(csv.firstRow[column]) != nil
  }

  private func noOutput() -> PredictionFileError {
    let halves: [(Role, Role)] = [(.predictions, .confidences), (.confidences, .predictions)]
    for (role, other) in halves where roles.contains(role) {
      return .incomplete(file: csv.file, role: role.name, missing: other.name)
    }
    let numeric = roles.indices.filter { roles[$0] == nil && isNumber($0) }
    return .noOutput(
      file: csv.file, found: csv.columns.map { "column ‘\($0)’" },
      suggestion: numeric.isEmpty
        ? "Give one numeric column per class, or columns prediction and confidence."
        : "If the \(numeric.count) other numeric columns are one per class, add --kind logits, "
          + "--kind probabilities or --kind scores.")
  }

  // MARK: Parts

  private func column(_ role: Role) throws(PredictionFileError) -> Int? {
    let all = roles.indices.filter { roles[$0] == role }
    let mapped = all.filter { options.map[csv.columns[$0]] != nil }
    let columns = mapped.isEmpty ? all : mapped
    guard columns.count <= 1 else {
      throw .ambiguousRole(
        file: csv.file, role: role.name, arrays: columns.map { csv.columns[$0] })
    }
    return columns.first
  }

  private func output(
    _ table: CSVColumns, predictions: [Int32]?, confidences: [Double]?
  ) throws(PredictionFileError) -> PredictionSet.Output {
    guard let outputKind else {
      return .decisions(
        Decisions(predictions: predictions ?? [], confidences: confidences ?? []))
    }
    let matrix = try wrapped(csv.file) { () throws(PredictionError) in
      try Matrix(
        bytes: table.matrix, rowCount: table.rowCount, columnCount: classColumns.count,
        scalarType: .float64)
    }
    return switch outputKind {
    case .logits: .logits(matrix)
    case .probabilities: .probabilities(matrix)
    case .scores: .scores(matrix)
    }
  }
}

extension Role {
  /// Whether a single column of a table can be it.
  fileprivate var isColumn: Bool {
    switch self {
    case .labels, .predictions, .confidences, .uncertainty, .sampleIDs: true
    default: false
    }
  }
}
