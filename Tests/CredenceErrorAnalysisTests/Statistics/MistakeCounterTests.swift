import CredenceErrorAnalysis
import Foundation
import Testing

@Suite struct MistakeCounterTests {
  /// Four classes: organism, organism, artifact, neither.
  private static let groups = ClassGroups(
    classCount: 4, ancestorNames: [["organism"], ["organism"], ["artifact"], []])

  private func samples(
    labels: [[Int32]] = [[0], [1, 2], [2], [3], []], problematic: Set<Int> = [4],
    hard: [Bool]? = nil
  ) -> AnnotatedSamples {
    AnnotatedSamples(
      dataset: "imagenet", files: labels.indices.map { "n/\($0).JPEG" },
      positions: Array(labels.indices), predictionCount: labels.count,
      targets: [0, 1, 2, 3, 0], labels: LabelLists(labels),
      isProblematic: labels.indices.map { problematic.contains($0) },
      isNonPrototypical: labels.map { _ in false }, isImageNetM: hard)
  }

  private func table(
    _ name: String = "timm--a", _ predictions: [Int32] = [0, 2, 1, 0, 0],
    _ outcomes: [ErrorOutcome]? = nil
  ) -> ErrorTable {
    ErrorTable(
      model: ModelRecord(
        folder: name, modelID: name, architectureFamily: "cnn", architecture: "resnet",
        trainingData: "ImageNet-1k (1.2M)", source: "timm", parameterCount: 1),
      predictions: predictions,
      outcomes: outcomes ?? [
        ErrorOutcome(.correct), ErrorOutcome(.correctMultiLabel), ErrorOutcome(.notClassified),
        ErrorOutcome(.sameSuperclass), ErrorOutcome(.similarToTarget, remark: .emptyCorrect),
      ])
  }

  private func counter(_ samples: AnnotatedSamples) throws -> MistakeCounter {
    try MistakeCounter(samples: samples, groups: Self.groups, classCount: 4)
  }

  private func failure(_ body: () throws -> Void) -> MistakeStatisticsError? {
    do {
      try body()
      return nil
    } catch {
      return error as? MistakeStatisticsError
    }
  }

  @Test func `an image counts in every group that a label of it is in`() throws {
    let statistics = try counter(samples()).statistics(of: [table()])
    let counts = statistics.groups.map { $0.rows[0].groupSamples }
    #expect(counts == [4, 2, 2, 1])
    let all = try #require(statistics[group: "all"]?.rows[0])
    #expect(all.groupCorrect == 1)
    #expect(all.allErrors == 3)
    #expect(all.mistakes[.correctMultiLabel] == 1)
    #expect(
      all.mlaAll == MultiLabelAccuracy(noError: 50, minorError: 75, explainableError: 75))
    #expect(statistics[group: "other"]?.rows[0].mlaGroup?.noError == 0)
    #expect(statistics.warnings.count == 1, "the list of ImageNet-M is not known")
  }

  @Test func `images of ImageNet-M are missed where no label fits`() throws {
    let statistics = try counter(samples(hard: [true, true, true, false, true]))
      .statistics(of: [table()])
    let all = try #require(statistics[group: "all"]?.rows[0].imageNetM)
    #expect(all == MistakeStatistics.ImageNetMCounts(all: 4, group: 3, errors: 1))
    let other = try #require(statistics[group: "other"]?.rows[0].imageNetM)
    #expect(other == MistakeStatistics.ImageNetMCounts(all: 4, group: 0, errors: 0))
    #expect(statistics.warnings.isEmpty)
  }

  @Test(arguments: 0..<20)
  func `counts add up, whatever the order of the models`(seed: UInt64) throws {
    var generator = Congruential(state: seed + 1)
    let count = 200
    let labels: [[Int32]] = (0..<count).map { _ in
      let first = Int32(generator.next(4))
      return generator.next(3) == 0 ? [first, (first + 1) % 4] : [first]
    }
    let samples = AnnotatedSamples(
      dataset: "imagenet", files: labels.indices.map { "\($0)" },
      positions: Array(labels.indices), predictionCount: count, targets: labels.map { $0[0] },
      labels: LabelLists(labels), isProblematic: labels.map { _ in generator.next(5) == 0 },
      isNonPrototypical: labels.map { _ in false }, isImageNetM: labels.map { _ in false })
    let tables = (0..<9).map { model in
      let predictions = labels.map { _ in Int32(generator.next(4)) }
      let outcomes = zip(predictions, labels).map { prediction, list in
        prediction == list[0]
          ? ErrorOutcome(.correct)
          : ErrorOutcome(ErrorType.mistakes[generator.next(7)])
      }
      return table("m\(model)", predictions, outcomes)
    }
    let counter = try counter(samples)
    let statistics = try counter.statistics(of: tables)
    for group in statistics.groups {
      for row in group.rows {
        #expect(row.groupSamples == row.groupCorrect + row.groupErrors)
        #expect(row.groupErrors == row.mistakes.total)
        #expect(row.allErrors <= row.allSamples)
        let mla = try #require(row.mlaGroup)
        #expect(mla.noError <= mla.minorError && mla.minorError <= mla.explainableError)
      }
    }
    let backwards = try counter.statistics(of: tables.reversed())
    for (group, other) in zip(statistics.groups, backwards.groups) {
      #expect(group.rows == other.rows.reversed())
    }
    // A slow and obvious reference.
    let rows = labels.indices.filter { !samples.isProblematic[$0] }
    for (table, row) in zip(tables, try #require(statistics[group: "artifact"]).rows) {
      let members = rows.filter { labels[$0].contains(2) }
      for type in ErrorType.mistakes {
        #expect(row.mistakes[type] == members.count { table.outcomes[$0].type == type })
      }
      let right: Set<ErrorType> = [.correct, .correctCollapsedMapping, .correctMultiLabel]
      let shares = (0..<4).compactMap { label -> Double? in
        let own = members.filter { labels[$0][0] == Int32(label) }
        let hits = own.count { right.contains(table.outcomes[$0].type) }
        return own.isEmpty ? nil : Double(hits) / Double(own.count)
      }
      let mean = 100 * shares.reduce(0, +) / Double(shares.count)
      #expect(abs(mean - (row.mlaGroup?.noError ?? .nan)) < 1e-9)
    }
  }

  @Test func `labels that contradict themselves name the image`() throws {
    #expect(
      failure { _ = try counter(samples(labels: [[0], [2], [2], [3], []])) }
        == .targetMissing(sample: "n/1.JPEG", target: 1, labels: [2]))
    #expect(
      failure { _ = try counter(samples(labels: [[], [1], [2], [3], []])) }
        == .noLabels(sample: "n/0.JPEG"))
    #expect(
      failure { _ = try counter(samples(labels: [[0, 9], [1], [2], [3], []])) }
        == .predictionRange(
          model: "imagenet", sample: "n/0.JPEG", prediction: 9, classes: 4))
  }

  @Test func `answers that contradict the labels name model and image`() throws {
    let counter = try counter(samples())
    let right = table().outcomes
    func changed(_ row: Int, _ outcome: ErrorOutcome) -> [ErrorOutcome] {
      var outcomes = right
      outcomes[row] = outcome
      return outcomes
    }
    #expect(
      failure {
        _ = try counter.statistics(of: [
          table("m", [0, 2, 1, 0, 0], changed(0, ErrorOutcome(.notClassified)))
        ])
      }
        == .contradiction(
          model: "m", sample: "n/0.JPEG", prediction: 0, target: 0, key: "not_classified"))
    #expect(
      failure {
        _ = try counter.statistics(of: [
          table("m", [0, 2, 1, 0, 0], changed(2, ErrorOutcome(.similarToTarget)))
        ])
      } == .impossibleOutcome(model: "m", sample: "n/2.JPEG", key: "OOV_similar_to_target"))
    #expect(
      failure { _ = try counter.statistics(of: [table("m", [0, 2, 7, 0, 0])]) }
        == .predictionRange(model: "m", sample: "n/2.JPEG", prediction: 7, classes: 4))
    #expect(
      failure {
        _ = try counter.statistics(of: [table("m", [0], [ErrorOutcome(.correct)])])
      } == .rowCount(model: "m", expected: 5, found: 1))
    #expect(
      failure { _ = try counter.statistics(of: [table("m"), table("m")]) }
        == .duplicateModel("m"))
  }

  @Test func `mistakes that are undecided are counted and marked`() throws {
    let outcomes = [
      ErrorOutcome(.correct), ErrorOutcome(.correctMultiLabel),
      ErrorOutcome(.notClassified, isUndecided: true), ErrorOutcome(.sameSuperclass),
      ErrorOutcome(.notClassified, remark: .emptyWrong, isUndecided: true),
    ]
    let statistics = try counter(samples()).statistics(
      of: [table("m", [0, 2, 1, 0, 1], outcomes)], marks: ["oov=skipped"])
    #expect(statistics[group: "all"]?.rows[0].undecided == 1)
    let files = statistics.csvFiles
    let text = try #require(
      files["stats-imagenet/non_problematic_stats_all_oov=skipped.csv"])
    #expect(text.split(separator: "\n")[0].hasSuffix(",num_undecided,left_out"))
    #expect(text.split(separator: "\n")[1].hasSuffix(",1,oov=skipped"))
  }

  @Test func `no images make empty cells, not numbers`() throws {
    let empty = AnnotatedSamples(
      dataset: "own", files: [], positions: [], predictionCount: 0, targets: [],
      labels: LabelLists([]), isProblematic: [], isNonPrototypical: [], isImageNetM: nil)
    let statistics = try counter(empty).statistics(of: [table("m", [], [])])
    #expect(statistics[group: "all"]?.rows[0].mlaAll == nil)
    #expect(
      statistics.csv(group: "all").split(separator: "\n")[1]
        == "m,1,ImageNet-1k (1.2M),resnet,cnn,ResNet,[],,,,0,0,0,0,0,,,,,,,0,0,0,0,0,0,0")
  }

  @Test func `an architecture of no published group is warned of`() throws {
    var record = table("m").model
    record.architecture = "newnet"
    let statistics = try counter(samples(hard: Array(repeating: false, count: 5))).statistics(of: [
      ErrorTable(model: record, predictions: table().predictions, outcomes: table().outcomes)
    ])
    #expect(statistics[group: "all"]?.rows[0].architectureGroup == "Other")
    #expect(statistics.warnings.count == 1)
    #expect(statistics.warnings[0].contains("newnet"))
  }

  @Test func `a published multi-label accuracy is taken where it is there`() throws {
    var record = table("m").model
    record.accuracies = [
      .init(key: "top1_val_acc", percent: 40), .init(key: "multi_label_val_acc", percent: 12.5),
    ]
    let row = try counter(samples()).statistics(of: [
      ErrorTable(model: record, predictions: table().predictions, outcomes: table().outcomes)
    ])[group: "all"]?.rows[0]
    #expect(row?.imageNetMLA == 12.5)
    #expect(row?.imageNetTop1 == 40)
    #expect(row?.accuracies.map(\.key) == ["top1_val_acc"])
  }
}

/// A small generator whose numbers are the same everywhere.
struct Congruential {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
