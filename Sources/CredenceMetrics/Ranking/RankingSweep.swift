/// Every default ranking metric from one pass over the groups.
///
/// ```swift
/// let values = RankingSweep(settings).values(for: outcomes)
/// let auroc = try values["auroc"]?.get()
/// ```
public struct RankingSweep: Sendable {
  /// The metrics' ids, in the order of `orderedValues`.
  public let metricIDs: [String]

  private let accuracies: Ranked
  private let coverages: Ranked
  private let risks: Ranked
  private let minimumCount: Int

  /// Prepares a sweep.
  ///
  /// - Parameter settings: Which accuracies, coverages and risks are reported. With `SACRule.firstViolation`
  ///   SAC is left out; it is then a metric of its own.
  public init(_ settings: MetricSettings = MetricSettings()) {
    let sac = settings.sacRule == .largestCoverage ? settings.accuracies : []
    accuracies = Ranked(sac)
    coverages = Ranked(settings.coverages)
    // Lower risks are stricter; as accuracies they ascend.
    risks = Ranked(settings.risks.map { 1 - $0 })
    minimumCount = settings.sacMinimumCount
    metricIDs =
      ["accuracy", "auroc", "aupr_success", "aupr_error", "fpr95"]
      + ["aurc", "e_aurc", "naurc", "augrc", "eaurc_asymptotic", "aurc_trapezoid", "e_augrc"]
      + sac.map { "sac_\(shortest($0))" }
      + settings.coverages.map { "risk_at_\(shortest($0))" }
      + settings.risks.map { "coverage_at_risk_\(shortest($0))" }
  }

  /// The metrics by id, or why one has no value.
  public func values(for outcomes: ScoredOutcomes) -> [String: Result<Double, MetricError>] {
    let values = zip(metricIDs, orderedValues(for: outcomes))
    return Dictionary(values) { first, _ in first }
  }

  func orderedValues(for outcomes: ScoredOutcomes) -> [Result<Double, MetricError>] {
    let state = outcomes.sweep(
      State(outcomes.totals, harmonics: DirectHarmonics()))
    return orderedValues(
      state, risks: outcomes.sweep(selectiveRisks(outcomes.totals)).risks,
      accepted: outcomes.largestAccepted(
        accuracies: accuracies.ascending, minimumCount: minimumCount),
      acceptedAtRisk: outcomes.largestAccepted(accuracies: risks.ascending, minimumCount: 0))
  }

  /// The searches from full coverage down that complete a sweep.
  func searches() -> (accuracies: CoverageSearch, risks: CoverageSearch) {
    (
      CoverageSearch(accuracies: accuracies.ascending, minimumCount: minimumCount),
      CoverageSearch(accuracies: risks.ascending, minimumCount: 0)
    )
  }

  /// The search for the risks at all coverages.
  func selectiveRisks(_ totals: RankingTotals) -> SelectiveRisk.Accumulator {
    SelectiveRisk.Accumulator(totals, coverages: coverages.ascending)
  }

  /// What the groups added up to, in the order of `metricIDs`.
  func orderedValues<Harmonics>(
    _ state: State<Harmonics>, risks selectiveRisks: [Double], accepted: [Int],
    acceptedAtRisk: [Int]
  ) -> [Result<Double, MetricError>] {
    let totals = state.auroc.totals
    let count = Double(totals.count)
    let area = state.aurc.area
    let augrc = AUGRC.value(doubledPairs: state.auroc.doubledPairs, totals: totals)
    var values: [Result<Double, MetricError>] = [
      .success(Double(totals.correctCount) / count),
      Result { () throws(MetricError) in try state.auroc.value() },
      Result { () throws(MetricError) in try state.auprSuccess.value() },
      Result { () throws(MetricError) in try state.auprError.value() },
      Result { () throws(MetricError) in try state.fpr95.value() },
      .success(area),
      .success(EAURC().value(aurc: area, totals: totals)),
      Result { () throws(MetricError) in try NAURC.value(aurc: area, totals: totals) },
      .success(augrc),
      .success(EAURC(optimum: .asymptotic).value(aurc: area, totals: totals)),
      .success(area - totals.risk / (2 * count)),
      .success(augrc - totals.risk * totals.risk / 2),
    ]
    values += accuracies.given(accepted).map { .success(Double($0) / count) }
    values += coverages.given(selectiveRisks).map { .success($0) }
    values += risks.given(acceptedAtRisk).map { .success(Double($0) / count) }
    return values
  }

  /// The accumulators of all metrics side by side.
  struct State<Harmonics: HarmonicDifferences>: Sendable {
    private(set) var auroc: AUROC.Accumulator
    var auprSuccess: AUPRSuccess.Accumulator
    private(set) var auprError: AUPRError.Accumulator
    private(set) var fpr95: FPR95.Accumulator
    private(set) var aurc: AURC.Accumulator<Harmonics>

    init(_ totals: RankingTotals, harmonics: Harmonics) {
      auroc = .init(totals)
      auprSuccess = .init(totals)
      auprError = .init(totals)
      fpr95 = .init(totals)
      aurc = .init(totals, harmonics: harmonics)
    }
  }
}

extension RankingSweep.State: MergeableAccumulator {
  @inline(__always)
  mutating func add(_ group: RankingGroup) {
    auroc.add(group)
    auprSuccess.add(group)
    auprError.add(group)
    fpr95.add(group)
    aurc.add(group)
  }

  mutating func merge(_ later: Self) {
    auroc.merge(later.auroc)
    auprSuccess.merge(later.auprSuccess)
    auprError.merge(later.auprError)
    fpr95.merge(later.fpr95)
    aurc.merge(later.aurc)
  }

  func value() throws(MetricError) -> Double { try auroc.value() }

  /// Adds a group that holds errors, for a caller who leaves out all others and fills `auprSuccess` itself.
  @inline(__always)
  mutating func addErrors(_ group: RankingGroup) {
    auroc.add(group)
    auprError.add(group)
    fpr95.add(group)
    aurc.addErrors(group)
  }
}

/// Settings in ascending order, and the way back to the order in which they were given.
private struct Ranked: Sendable {
  let ascending: [Double]
  private let places: [Int]

  init(_ values: [Double]) {
    let order = values.indices.sorted { values[$0] < values[$1] }
    ascending = order.map { values[$0] }
    var places = Array(repeating: 0, count: values.count)
    for (place, index) in order.enumerated() { places[index] = place }
    self.places = places
  }

  /// Results in ascending order of setting, put in the given order.
  func given<Value>(_ ascending: [Value]) -> [Value] { places.map { ascending[$0] } }
}
