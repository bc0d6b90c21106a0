/// Pairs of classes that often occur together and that models mistake for one another.
public struct SpuriousPairs: Codable, Hashable, Sendable {
  /// The schema of the JSON form.
  public static let schema = "credence.errors.pairs/1"

  /// Two classes, and how often one was predicted where the other is.
  public struct Pair: Codable, Hashable, Sendable {
    public var first: NamedClass
    public var second: NamedClass
    /// How often models answered one of them where the other is a correct label.
    public var mistakes: Int
    /// On how many images.
    public var images: Int
    /// How often the first was the answer.
    public var predictedFirst: Int
    /// The image on which most models do so.
    public var example: String
  }

  public var dataset: String
  public var modelCount: Int
  /// The pairs that were counted on ReaL's images.
  public var knownPairs: Int
  /// Those that appear as a mistake, most frequent first.
  public var pairs: [Pair]

  /// Counts over all models and all images that are not problematic.
  ///
  /// A mistake counts for every correct label that makes a pair with the answer.
  ///
  /// - Parameters:
  ///   - tables: One table per model.
  ///   - samples: The annotated images.
  ///   - pairs: The pairs of classes that occur together.
  ///   - classes: The classes.
  /// - Throws: Nothing but what parallel work may throw.
  public init(
    in tables: [ErrorTable], samples: AnnotatedSamples, pairs known: CoOccurrencePairs,
    classes: ClassList
  ) throws {
    struct Count {
      var mistakes = 0
      var predictedFirst = 0
      var rows: Set<Int> = []
      var best = (count: 0, row: 0)
    }
    var counts: [ClassPair: Count] = [:]
    let shared = try ErrorTable.sharedMistakes(
      .commonCoOccurrences, in: tables, except: samples.isProblematic)
    for mistake in shared {
      let prediction = Int32(mistake.prediction)
      for label in samples.labels[mistake.row] where known.contains(label, prediction) {
        let pair = ClassPair(label, prediction)
        var count = counts[pair] ?? Count()
        count.mistakes += mistake.count
        if pair.first == prediction { count.predictedFirst += mistake.count }
        count.rows.insert(mistake.row)
        if (-mistake.count, mistake.row) < (-count.best.count, count.best.row) {
          count.best = (mistake.count, mistake.row)
        }
        counts[pair] = count
      }
    }
    dataset = samples.dataset
    modelCount = tables.count
    knownPairs = known.pairs.count
    pairs = counts.sorted { ($1.value.mistakes, $0.key) < ($0.value.mistakes, $1.key) }
      .map { pair, count in
        Pair(
          first: NamedClass(pair.first, of: classes),
          second: NamedClass(pair.second, of: classes), mistakes: count.mistakes,
          images: count.rows.count, predictedFirst: count.predictedFirst,
          example: samples.files[count.best.row])
      }
  }

  /// The published line.
  public var text: String {
    "Spurious correlations pairs that appear as a mistake: \(pairs.count)\n"
  }
}
