import CredenceEvaluation

/// Metrics that answer the same question, and how their values are read.
struct MetricFamily: Identifiable, Sendable {
  let id: String
  let title: String
  /// The question that the family answers.
  let question: String
  /// A metric belongs to the first family that has one of the words of its id, as in `tace_0.001`.
  let words: Set<String>

  static let all: [Self] = [
    Self(
      id: "policy", title: "Policy", question: "What does the policy do with these predictions?",
      words: ["policy"]),
    Self(
      id: "accuracy", title: "Accuracy", question: "How often is the prediction right?",
      words: ["accuracy"]),
    Self(
      id: "ranking", title: "Ranking", question: "Are wrong predictions less confident?",
      words: ["auroc", "aupr", "fpr95"]),
    Self(
      id: "selective", title: "Selective prediction",
      question: "How many predictions can be accepted at which error rate?",
      words: ["aurc", "eaurc", "naurc", "augrc", "sac", "risk", "coverage"]),
    Self(
      id: "calibration", title: "Calibration",
      question: "Does a confidence of 80 % mean that 80 % are right?",
      words: ["ece", "mce", "ace", "tace", "rmsce"]),
    Self(
      id: "proper", title: "Proper scores", question: "How good are the probabilities as a whole?",
      words: ["nll", "brier"]),
  ]

  /// Where metrics of no known family are shown.
  static let other = Self(id: "other", title: "Other", question: "", words: [])

  /// The family of a metric.
  static func family(of metric: String) -> Self {
    let words = metric.split(separator: "_")
    return all.first { family in words.contains { family.words.contains(String($0)) } } ?? other
  }
}

/// How a metric is named and printed where there is little room.
struct MetricStyle: Sendable {
  let id: String

  /// Metrics that are no share of anything: logarithms, distances, ratios.
  private static let numbers: Set<String> = ["nll", "brier", "naurc"]

  private static let acronyms: Set<String> = [
    "ace", "aupr", "aurc", "auroc", "augrc", "eaurc", "ece", "fpr95", "kde", "mce", "naurc", "nll",
    "rmsce",
    "sac", "tace",
  ]

  /// The metrics of an overview, the most telling first.
  static let key = ["accuracy", "auroc", "aurc", "sac_0.99", "ece", "nll", "brier"]

  /// Metrics that count samples.
  private static let counts: Set<String> = ["policy_accepted"]

  /// Whether the value is a fraction, which people read in per cent.
  var isFraction: Bool {
    MetricFamily.family(of: id).id != MetricFamily.other.id && !Self.counts.contains(id)
      && !id.hasSuffix("_set_size")
      && !id.split(separator: "_").contains { Self.numbers.contains(String($0)) }
  }

  /// The widest title that a table row begins with.
  static let titleLimit = 20

  /// The title where it is short enough for a table, else the id as people write it.
  func title(in columns: [String: MetricColumn]) -> String {
    let title = TerminalText.sanitized(columns[id]?.title ?? "")
    return title.isEmpty || TerminalText.width(title) > Self.titleLimit ? shortTitle : title
  }

  /// The id as people write it: `AUROC`, `E-AURC`, `SAC 0.99`, `Top-5 accuracy`.
  var shortTitle: String {
    var words = id.split(separator: "_").map(String.init)
    if words.first == "policy" { words.removeFirst() }
    guard !words.isEmpty else { return id }
    for index in words.indices where Self.acronyms.contains(words[index]) {
      words[index] = words[index].uppercased()
    }
    if words[0] == "e", words.count > 1 { words.replaceSubrange(0...1, with: ["E-" + words[1]]) }
    if words[0].hasPrefix("top"), let digits = Int(words[0].dropFirst(3)) {
      words[0] = "top-\(digits)"
    }
    words[0] = words[0].prefix(1).uppercased() + words[0].dropFirst()
    return words.joined(separator: " ")
  }

  /// The value as printed, with its sign for per cent where it is a fraction.
  func text(_ value: Double) -> String {
    if Self.counts.contains(id), let count = Int(exactly: value) { return NumberText.count(count) }
    return isFraction ? NumberText.percent(value) : NumberText.fixed(value, 4)
  }

  /// An interval as printed, in the unit of the value and without repeating it.
  func text(_ interval: [Double]) -> String {
    guard interval.count == 2 else { return "" }
    let ends = interval.map {
      isFraction ? NumberText.hundredths($0) : NumberText.fixed($0, 4)
    }
    return "\(ends[0])–\(ends[1])"
  }
}

extension [MetricColumn] {
  /// The columns by metric id.
  var byID: [String: MetricColumn] {
    Dictionary(map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
