public import CredenceMetrics

/// Which kinds of mistakes a model makes although it is sure: kinds joined with selective prediction.
///
/// A model that may say "I don't know" keeps the answers above a threshold. The question is what the mistakes among those are.
public struct ConfidentMistakes: Codable, Hashable, Sendable {
  /// The schema of the JSON form.
  public static let schema = "credence.errors.confidence/1"

  /// Which answers are right.
  public enum Reading: String, CaseIterable, Codable, Hashable, Sendable {
    /// The original label alone.
    case label
    /// Also overlapping classes and other correct labels.
    case multiLabel = "multi-label"

    /// The kinds that are mistakes, from harmless to severe.
    public var mistakes: [ErrorType] {
      switch self {
      case .label: ErrorType.mistakes
      case .multiLabel:
        ErrorType.mistakes.filter { $0 != .correctCollapsedMapping && $0 != .correctMultiLabel }
      }
    }
  }

  /// The settings.
  public struct Settings: Codable, Hashable, Sendable {
    public var reading = Reading.label
    /// The accuracies asked of the accepted answers, from 0 to 1.
    public var accuracies = [0.95, 0.99]
    /// The most points of a curve.
    public var pointLimit = 200
    /// How many mistakes of each kind are listed, the surest first.
    public var listLength = 10

    public init() {}
  }

  /// A kind of mistakes among the accepted answers.
  public struct Share: Codable, Hashable, Sendable {
    public var type: ErrorType
    /// Mistakes of this kind among the accepted answers.
    public var accepted: Int
    /// Mistakes of this kind among all answers.
    public var all: Int
    /// The part of the accepted mistakes; `nil` where there are none.
    public var shareOfAccepted: Double?
    /// The part of all mistakes; `nil` where there are none.
    public var shareOfAll: Double?
  }

  /// What is accepted at the threshold of one accuracy.
  public struct Level: Codable, Hashable, Sendable {
    /// The accuracy asked for, a fraction.
    public var accuracy: Double
    /// The part of the answers that is accepted: the coverage at this selective accuracy (SAC); 0 where no threshold reaches it.
    public var coverage: Double
    /// The lowest confidence that is accepted; `nil` where nothing is.
    public var threshold: Double?
    public var acceptedSamples: Int
    public var acceptedMistakes: Int
    /// The kinds, from harmless to severe.
    public var shares: [Share]

    /// The kind with the most accepted mistakes; of several the most severe one, `nil` where there are none.
    public var dominant: ErrorType? {
      let most = shares.map(\.accepted).max() ?? 0
      return most == 0 ? nil : shares.last { $0.accepted == most }?.type
    }
  }

  /// The risk that a kind of mistakes contributes at every coverage.
  public struct Curve: Codable, Hashable, Sendable {
    public var type: ErrorType
    public var count: Int
    /// The area under the curve; those of all kinds add up to the model's AURC.
    public var aurc: Double
    public var curve: RiskCoverageCurve
  }

  /// A mistake that the model was sure of.
  public struct Mistake: Codable, Hashable, Sendable {
    public var type: ErrorType
    public var file: String
    public var target: Int
    public var prediction: Int
    public var confidence: Double
  }

  public var model: String
  public var dataset: String
  /// The id of the confidence function.
  public var confidence: String
  public var settings: Settings
  /// Images that are not problematic.
  public var sampleCount: Int
  /// The part of right answers.
  public var accuracy: Double
  /// The area under the risk–coverage curve of all mistakes.
  public var aurc: Double
  public var levels: [Level]
  public var curves: [Curve]
  /// The surest mistakes of each kind; kinds from harmless to severe.
  public var mistakes: [Mistake]

  /// Joins kinds of mistakes with confidences.
  ///
  /// - Parameters:
  ///   - table: What the model's answers were found to be.
  ///   - confidences: How sure it was of each.
  ///   - samples: The annotated images; problematic ones are left out.
  ///   - settings: What counts as right, and which accuracies are asked for.
  /// - Throws: `MetricError.noSamples` where every image is problematic, `notFinite` naming a sample by its place among those that count.
  public init(
    _ table: ErrorTable, confidences: RowConfidences, samples: AnnotatedSamples,
    settings: Settings = Settings()
  ) throws(MetricError) {
    precondition(table.outcomes.count == samples.count)
    precondition(confidences.confidences.count == samples.count)
    let rows = (0..<samples.count).filter { !samples.isProblematic[$0] }
    let types = rows.map { table.outcomes[$0].type }
    let scores = rows.map { confidences.rankingScores[$0] }
    let kinds = settings.reading.mistakes
    let outcomes = try ScoredOutcomes(
      confidences: scores, isCorrect: types.map { !kinds.contains($0) })
    model = table.model.folder
    dataset = samples.dataset
    confidence = confidences.function
    self.settings = settings
    sampleCount = rows.count
    accuracy = try Accuracy().value(for: outcomes)
    aurc = try AURC().value(for: outcomes)
    let totals = Self.counts(types.indices, types)

    levels = []
    for accuracy in settings.accuracies {
      let coverage = try SAC(accuracy: accuracy).value(for: outcomes)
      let accepted = Int((coverage * Double(rows.count)).rounded())
      let lowest = Self.threshold(of: accepted, in: outcomes)
      let members = lowest.map { lowest in scores.indices.filter { scores[$0] >= lowest } } ?? []
      let counts = Self.counts(members, types)
      let wrong = kinds.reduce(0) { $0 + counts[Int($1.rawValue)] }
      levels.append(
        Level(
          accuracy: accuracy, coverage: coverage,
          threshold: members.map { confidences.confidences[rows[$0]] }.min(),
          acceptedSamples: members.count, acceptedMistakes: wrong,
          shares: kinds.map { kind in
            let (part, all) = (counts[Int(kind.rawValue)], totals[Int(kind.rawValue)])
            return Share(
              type: kind, accepted: part, all: all,
              shareOfAccepted: wrong == 0 ? nil : Double(part) / Double(wrong),
              shareOfAll: outcomes.errorCount == 0
                ? nil : Double(all) / Double(outcomes.errorCount))
          }))
    }

    curves = []
    mistakes = []
    for kind in kinds where totals[Int(kind.rawValue)] > 0 {
      let own = try ScoredOutcomes(confidences: scores, isCorrect: types.map { $0 != kind })
      curves.append(
        Curve(
          type: kind, count: own.errorCount, aurc: try AURC().value(for: own),
          curve: RiskCoverageCurve(own, pointLimit: settings.pointLimit)))
      let surest = types.indices.filter { types[$0] == kind }
        .sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(settings.listLength)
      mistakes += surest.map { index in
        let row = rows[index]
        return Mistake(
          type: kind, file: samples.files[row], target: Int(samples.targets[row]),
          prediction: Int(table.predictions[row]), confidence: confidences.confidences[row])
      }
    }
  }

  /// How many of some answers are of each kind, by its raw value.
  private static func counts(_ members: some Sequence<Int>, _ types: [ErrorType]) -> [Int] {
    var counts = [Int](repeating: 0, count: ErrorType.allCases.count)
    for index in members { counts[Int(types[index].rawValue)] += 1 }
    return counts
  }

  /// The score down to which so many samples are accepted; `nil` for none.
  private static func threshold(of accepted: Int, in outcomes: ScoredOutcomes) -> Double? {
    var count = 0
    for group in outcomes.counts.indices where accepted > 0 {
      count += Int(outcomes.counts[group])
      if count >= accepted { return outcomes.thresholds[group] }
    }
    return nil
  }
}
