/// Which array of a file is what, settled by `--map`, then by names, shapes and types; never by values.
struct RoleAssignment {
  /// An array that may have a role.
  private struct Candidate {
    let entry: ArraySource.Entry
    /// Whether the user said so.
    let isMapped: Bool
  }

  private let source: ArraySource
  private var candidates: [Role: [Candidate]] = [:]
  /// Arrays whose names mean nothing.
  private var unknown: [ArraySource.Entry] = []
  /// Arrays that became a part of the set.
  private var used: Set<String> = []

  /// Gives every array its possible role.
  ///
  /// - Throws: `PredictionFileError` for a mapping that can't be followed, and for a name whose meanings all ask for
  ///   another shape or type.
  init(_ source: ArraySource, map: [String: String]) throws {
    self.source = source
    let names = source.entries.map(\.name)
    for (name, text) in map.sorted(by: { $0.key < $1.key }) {
      guard Role(exactly: text) != nil else {
        throw PredictionFileError.unknownRole(role: text, known: Role.allowedNames)
      }
      guard names.contains(name) || source.unreadable.contains(where: { $0.name == name }) else {
        throw PredictionFileError.noSuchArray(file: source.file, name: name, found: names)
      }
    }
    for entry in source.entries {
      if let role = map[entry.name].flatMap({ Role(exactly: $0) }) {
        used.formUnion(role == .ignored ? [entry.name] : [])
        if role != .ignored {
          candidates[role, default: []].append(Candidate(entry: entry, isMapped: true))
        }
        continue
      }
      let roles = entry.roles ?? RoleAliases.roles(of: entry.name)
      guard let first = roles.first else {
        unknown.append(entry)
        continue
      }
      let role = roles.first { $0.fits(entry.shape, entry.element) } ?? first
      guard roles.count == 1 || role.fits(entry.shape, entry.element) else {
        throw PredictionFileError.wrongShape(
          file: source.file, array: entry.summary,
          role: roles.map(\.name).joined(separator: " or the "), expected: first.requirement)
      }
      candidates[role, default: []].append(Candidate(entry: entry, isMapped: false))
    }
    for (name, error) in source.unreadable where map[name] != "ignore" {
      let isWanted = map[name] != nil || !RoleAliases.roles(of: name).isEmpty
      if isWanted { throw error }
    }
  }

  /// The array with a role; `nil` where none has it.
  ///
  /// - Throws: `PredictionFileError.ambiguousRole` where several have it and the user chose none.
  mutating func entry(_ role: Role) throws(PredictionFileError) -> ArraySource.Entry? {
    let all = candidates[role] ?? []
    let mapped = all.filter(\.isMapped)
    let preferred = mapped.isEmpty ? all : mapped
    guard preferred.count <= 1 else {
      throw .ambiguousRole(
        file: source.file, role: role.name, arrays: preferred.map(\.entry.name))
    }
    if let name = preferred.first?.entry.name { used.insert(name) }
    return preferred.first?.entry
  }

  /// The names of all uncertainties.
  var uncertaintyNames: [String] {
    candidates.keys.compactMap { if case .uncertainty(let name) = $0 { name } else { nil } }
      .sorted()
  }

  /// The output matrix and its kind; `nil` where the file has none.
  ///
  /// - Parameter kind: What the user says that it is.
  /// - Returns: The array, not yet read, and its kind.
  /// - Throws: `PredictionFileError` where the kind stays open, or several matrices are equally good.
  mutating func output(
    kind: OutputKind?
  ) throws(PredictionFileError) -> (ArraySource.Entry, OutputKind)? {
    let named: [(OutputKind, Role)] = [
      (.logits, .logits), (.probabilities, .probabilities), (.scores, .scores),
    ]
    if let kind {
      for (candidate, role) in named where candidate == kind {
        if let entry = try entry(role) { return (entry, kind) }
      }
      if let entry = try entry(.openOutput) { return (entry, kind) }
      // The user's word stands above the name, and names the matrix where its name says nothing.
      let others = named.flatMap { candidates[$0.1] ?? [] }.map(\.entry)
      let matrices =
        others.isEmpty ? unknown.filter { Role.logits.fits($0.shape, $0.element) } : others
      guard matrices.count <= 1 else {
        throw .ambiguousRole(
          file: source.file, role: kind.rawValue, arrays: matrices.map(\.name))
      }
      if let entry = matrices.first { used.insert(entry.name) }
      return matrices.first.map { ($0, kind) }
    }
    // What the user mapped comes first, then logits, which lose nothing.
    let isMapped = named.contains { candidates[$0.1]?.contains { $0.isMapped } ?? false }
    for (candidate, role) in named {
      if isMapped, !(candidates[role]?.contains { $0.isMapped } ?? false) { continue }
      if let entry = try entry(role) { return (entry, candidate) }
    }
    if let open = candidates[.openOutput]?.first {
      throw .undeclaredKind(file: source.file, array: open.entry.name)
    }
    return nil
  }

  /// That no output was found, with what could be one.
  func noOutput() -> PredictionFileError {
    let found = source.entries.map(\.summary)
    let matrices = unknown.filter { Role.logits.fits($0.shape, $0.element) }
    guard let matrix = matrices.first else {
      return .noOutput(
        file: source.file, found: found,
        suggestion: "Give a [samples, classes] matrix called logits or probabilities, or "
          + "predictions and confidences.")
    }
    return .noOutput(
      file: source.file, found: found,
      suggestion: "Say what it is: --map \(matrix.name)=logits, --map \(matrix.name)=probabilities "
        + "or --map \(matrix.name)=scores.")
  }

  /// Sentences on every array that was left out; answers that follow from the scores of all classes are no news.
  var warnings: [String] {
    let isWhole = [Role.logits, .probabilities, .scores, .openOutput].contains { role in
      candidates[role]?.contains { used.contains($0.entry.name) } ?? false
    }
    let implied = isWhole ? [Role.predictions, .topIndices, .topValues] : []
    let silent = used.union(implied.flatMap { candidates[$0] ?? [] }.map(\.entry.name))
    let unused = source.entries.filter { !silent.contains($0.name) }.map { entry in
      unknown.contains { $0.name == entry.name }
        ? "\(entry.summary) was left out: its name is not known (--map \(entry.name)=ROLE)."
        : "\(entry.summary) was not needed."
    }
    return unused
      + source.unreadable.map {
        "‘\($0.name)’ was left out. \($0.error.errorDescription ?? "")"
      }
  }
}
