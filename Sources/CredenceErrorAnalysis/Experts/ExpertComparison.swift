/// Our kinds of mistakes beside the experts' categories, for the networks whose mistakes experts looked at one by one.
///
/// The experts' lists hold the predicted class, so no predictions of the networks are needed.
public struct ExpertComparison: Codable, Hashable, Sendable {
  /// The schema of the JSON form.
  public static let schema = "credence.errors.experts/1"

  /// How often a category and a kind meet.
  public struct Cell: Codable, Hashable, Sendable {
    /// The experts' category.
    public var category: String
    public var type: ErrorType
    public var count: Int
  }

  /// A mistake of an expert's list.
  public struct Case: Codable, Hashable, Sendable {
    public var file: String
    public var target: NamedClass
    public var labels: [NamedClass]
    public var prediction: NamedClass
    /// The experts' category and severity.
    public var category: String
    public var severity: String
    public var type: ErrorType
  }

  /// The comparison for one network.
  public struct List: Codable, Hashable, Sendable {
    public var model: String
    /// Mistakes on the list.
    public var mistakes: Int
    /// Images that are not among the samples.
    public var unknownImages: [String]
    /// Mistakes on problematic images, which are left out.
    public var problematicImages: Int
    /// The categories of the mistakes that count, most frequent first.
    public var categories: [String]
    /// The kinds that occur, from harmless to severe.
    public var types: [ErrorType]
    /// The confusion table; pairs that do not occur are left out.
    public var cells: [Cell]
    /// The mistakes that count, by the images' names.
    public var cases: [Case]

    /// Mistakes that both know.
    public var counted: Int { cases.count }

    /// Mistakes for the experts that count as right here.
    public var onlyExperts: [Case] {
      cases.filter { [.correct, .correctCollapsedMapping, .correctMultiLabel].contains($0.type) }
    }

    public func count(_ category: String, _ type: ErrorType) -> Int {
      cells.first { $0.category == category && $0.type == type }?.count ?? 0
    }
  }

  public var dataset: String
  /// What was left out of our kinds, such as `oov=skipped`.
  public var marks: [String]
  public var lists: [List]

  /// Compares lists.
  ///
  /// - Parameters:
  ///   - lists: The experts' lists.
  ///   - classifier: The classifier with what it knows.
  ///   - mergesSpellings: Whether spellings of one category are one row: `Fine-grained with OOV` and `Fine-grained error with OOV`.
  /// - Throws: `ErrorAnalysisError` for features that are missing.
  public init(
    _ lists: [ExpertMistakes], classifier: ErrorClassifier, mergesSpellings: Bool = true
  ) throws {
    let knowledge = classifier.knowledge
    let samples = knowledge.samples
    var rows: [Substring: Int] = [:]
    for (row, file) in samples.files.enumerated() { rows[Self.lastPart(file)] = row }
    dataset = samples.dataset
    marks = knowledge.marks
    self.lists = try lists.map { list in
      var unknown: [String] = []
      var problematic = 0
      var cases: [Case] = []
      for mistake in list.mistakes {
        guard let row = rows[Self.lastPart(mistake.file)] else {
          unknown.append(mistake.file)
          continue
        }
        guard !samples.isProblematic[row] else {
          problematic += 1
          continue
        }
        let decision = try classifier.decision(row: row, prediction: mistake.prediction)
        cases.append(
          Case(
            file: samples.files[row],
            target: NamedClass(samples.targets[row], of: knowledge.classes),
            labels: samples.labels[row].map { NamedClass($0, of: knowledge.classes) },
            prediction: NamedClass(mistake.prediction, of: knowledge.classes),
            category: mergesSpellings ? Self.merged(mistake.category) : mistake.category,
            severity: mistake.severity, type: decision.outcome.type))
      }
      return Self.list(
        list.model, mistakes: list.mistakes.count, unknown: unknown, problematic: problematic,
        cases: cases)
    }
  }

  private static func list(
    _ model: String, mistakes: Int, unknown: [String], problematic: Int, cases: [Case]
  ) -> List {
    var counts: [String: [ErrorType: Int]] = [:]
    for item in cases { counts[item.category, default: [:]][item.type, default: 0] += 1 }
    func total(_ category: String) -> Int { counts[category]?.values.reduce(0, +) ?? 0 }
    let categories = counts.keys.sorted { (total($1), $0) < (total($0), $1) }
    let types = ErrorType.allCases.filter { type in cases.contains { $0.type == type } }
    let cells = categories.flatMap { category in
      types.compactMap { type in
        counts[category]?[type].map { Cell(category: category, type: type, count: $0) }
      }
    }
    return List(
      model: model, mistakes: mistakes, unknownImages: unknown, problematicImages: problematic,
      categories: categories, types: types, cells: cells, cases: cases)
  }

  /// The usual spelling of a category.
  private static func merged(_ category: String) -> String {
    category == "Fine-grained with OOV" ? "Fine-grained error with OOV" : category
  }

  private static func lastPart(_ path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
  }
}
