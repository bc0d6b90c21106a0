/// The mistakes of one kind that most models make: the published listing.
public struct CommonMistakes: Codable, Hashable, Sendable {
  /// The schema of the JSON form.
  public static let schema = "credence.errors.common/1"
  /// How many mistakes the published listing walks over.
  public static let publishedLimit = 1000

  /// An image that many models see the same wrong class on.
  public struct Entry: Codable, Hashable, Sendable {
    /// The place among all mistakes, from 1; those on images that are listed already take places too.
    public var rank: Int
    /// How many models make the mistake.
    public var count: Int
    public var file: String
    public var target: NamedClass
    public var labels: [NamedClass]
    public var prediction: NamedClass
    /// The published texts of the decision, for mistakes out of vocabulary; else empty.
    public var texts: [String]
  }

  public var dataset: String
  public var type: ErrorType
  /// How many models were asked.
  public var modelCount: Int
  public var entries: [Entry]

  /// Lists the mistakes of one kind, most frequent first, each image once.
  ///
  /// Problematic images don't count.
  ///
  /// - Parameters:
  ///   - type: One of `ErrorType.mistakes`.
  ///   - tables: One table per model.
  ///   - samples: The annotated images.
  ///   - classes: The classes.
  ///   - limit: How many mistakes are walked over; images may be fewer.
  ///   - texts: The published texts of a mistake: place of the first model that makes it, row and prediction.
  /// - Throws: What `texts` throws.
  public init(
    _ type: ErrorType, in tables: [ErrorTable], samples: AnnotatedSamples, classes: ClassList,
    limit: Int = publishedLimit, texts: (SharedMistake) throws -> [String]
  ) throws {
    dataset = samples.dataset
    self.type = type
    modelCount = tables.count
    entries = []
    var seen: Set<Int> = []
    let shared = try ErrorTable.sharedMistakes(
      type, in: tables, except: samples.isProblematic)
    for (index, mistake) in shared.prefix(max(limit, 0)).enumerated()
    where seen.insert(mistake.row).inserted {
      entries.append(
        Entry(
          rank: index + 1, count: mistake.count, file: samples.files[mistake.row],
          target: NamedClass(samples.targets[mistake.row], of: classes),
          labels: samples.labels[mistake.row].map { NamedClass($0, of: classes) },
          prediction: NamedClass(Int32(mistake.prediction), of: classes),
          texts: type == .outOfVocabulary ? try texts(mistake) : []))
    }
  }

  /// The published text; empty where there is no such mistake.
  public var text: String {
    entries.map { entry in
      var lines = [
        "\(entry.rank)) cnt mistakes = \(entry.count), file = \(entry.file)",
        "target = \(entry.target.text)", "multi_labels:",
      ]
      lines += entry.labels.map(\.text)
      lines.append("pred = \(entry.prediction.text)")
      if !entry.texts.isEmpty { lines.append(PythonText.list(entry.texts)) }
      return lines.map { $0 + "\n" }.joined() + "\n"
    }.joined()
  }
}

extension CommonMistakes {
  /// Lists the mistakes of one kind among analyzed models.
  ///
  /// - Parameters:
  ///   - type: One of `ErrorType.mistakes`.
  ///   - tables: One table per model.
  ///   - classifier: What the tables were made with; mistakes out of vocabulary are decided again, to say what was found.
  ///   - limit: How many mistakes are walked over.
  /// - Throws: `ErrorAnalysisError` for features that are missing.
  public init(
    _ type: ErrorType, in tables: [ErrorTable], classifier: ErrorClassifier,
    limit: Int = publishedLimit
  ) throws {
    let knowledge = classifier.knowledge
    try self.init(
      type, in: tables, samples: knowledge.samples, classes: knowledge.classes, limit: limit
    ) { mistake in
      try classifier.decision(row: mistake.row, prediction: Int32(mistake.prediction))
        .publishedTexts
    }
  }
}
