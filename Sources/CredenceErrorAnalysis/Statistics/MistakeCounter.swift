import CredenceFiles

/// Counts the mistakes of models by kind and by group of classes.
///
/// All models are counted in one walk over their answers, spread over the processor's cores; the result does not depend on the
/// order of the models.
public struct MistakeCounter: Sendable {
  /// What ImageNet's own table says of a model, for tables of other data sets.
  public struct ImageNetAccuracy: Hashable, Sendable {
    public var top1: Double?
    public var mla: Double?

    public init(top1: Double?, mla: Double?) {
      self.top1 = top1
      self.mla = mla
    }
  }

  private let samples: AnnotatedSamples
  private let groups: [ClassGroup]
  private let classCount: Int
  private let hardCount: Int?
  private let whole: GroupedSamples
  private let parts: [GroupedSamples]

  /// Prepares the samples.
  ///
  /// - Parameters:
  ///   - samples: The annotated images.
  ///   - groups: Which class belongs to which group.
  ///   - classCount: How many classes there are.
  ///   - imageNetMCount: How many names ImageNet-M's list has; those among the samples unless given.
  /// - Throws: `MistakeStatisticsError` naming the image, where the labels of one that is not problematic miss its original label.
  public init(
    samples: AnnotatedSamples, groups: ClassGroups, classCount: Int, imageNetMCount: Int? = nil
  ) throws(MistakeStatisticsError) {
    self.samples = samples
    self.groups = groups.known
    self.classCount = classCount
    hardCount = samples.isImageNetM.map { imageNetMCount ?? $0.count { $0 } }
    var rows: [Int] = []
    for row in 0..<samples.count {
      let labels = samples.labels[row]
      if samples.isProblematic[row] { continue }
      guard !labels.isEmpty else { throw .noLabels(sample: samples.files[row]) }
      guard labels.contains(samples.targets[row]) else {
        throw .targetMissing(
          sample: samples.files[row], target: Int(samples.targets[row]),
          labels: labels.map(Int.init)
        )
      }
      if let wrong = labels.first(where: { !(0..<classCount).contains(Int($0)) }) {
        throw .predictionRange(
          model: samples.dataset, sample: samples.files[row], prediction: Int(wrong),
          classes: classCount)
      }
      rows.append(row)
    }
    whole = GroupedSamples(rows, of: samples, classCount: classCount)
    parts = groups.known.map { group in
      let rows = rows.filter { row in
        samples.labels[row].contains { groups.contains($0, in: group) }
      }
      return GroupedSamples(rows, of: samples, classCount: classCount)
    }
  }

  /// Prepares what an analysis knows.
  ///
  /// - Throws: `MistakeStatisticsError` naming an image.
  public init(_ knowledge: ErrorKnowledge) throws(MistakeStatisticsError) {
    try self.init(
      samples: knowledge.samples, groups: knowledge.groups, classCount: knowledge.classes.count,
      imageNetMCount: knowledge.imageNetMCount)
  }

  /// Images that are not problematic, in all and in each group.
  public var sampleCounts: (all: Int, groups: [Int]) { (whole.rows.count, parts.map(\.rows.count)) }

  /// The statistics of models.
  ///
  /// - Parameters:
  ///   - tables: One table per model.
  ///   - imageNet: What ImageNet's own table says, by the models' folders; `nil` where the samples are ImageNet's.
  ///   - marks: What was left out of the analysis, such as `oov=skipped`.
  /// - Returns: A table per group, its rows in the order of the tables.
  /// - Throws: `MistakeStatisticsError` naming the model and the image.
  public func statistics(
    of tables: [ErrorTable], imageNet: [String: ImageNetAccuracy]? = nil, marks: [String] = []
  ) throws -> MistakeStatistics {
    var names: Set<String> = []
    for table in tables where !names.insert(table.model.folder).inserted {
      throw MistakeStatisticsError.duplicateModel(table.model.folder)
    }
    let counted = try parallelBlocks(count: tables.count, blockSize: 8) { block in
      try block.map { try self.rows(of: tables[$0], imageNet) }
    }
    let rows = Array(counted.joined())
    return MistakeStatistics(
      dataset: samples.dataset, sampleCount: whole.rows.count,
      groups: groups.enumerated().map { index, group in
        MistakeStatistics.Group(name: group.rawValue, rows: rows.map { $0[index] })
      },
      marks: marks,
      warnings: warnings(tables.map(\.model), imageNet, hasHardImages: hardCount != nil))
  }

  /// What ImageNet's own table says of each model, by its folder; the samples must be ImageNet's.
  ///
  /// - Throws: `MistakeStatisticsError` naming the model and the image.
  public func imageNetAccuracies(of tables: [ErrorTable]) throws -> [String: ImageNetAccuracy] {
    var accuracies: [String: ImageNetAccuracy] = [:]
    for table in tables {
      let model = table.model
      accuracies[model.folder] = ImageNetAccuracy(
        top1: model.top1Percent,
        mla: try model.multiLabelPercent ?? multiLabelAccuracy(of: table)?.noError)
    }
    return accuracies
  }

  /// The multi-label accuracy of a model over all images that are not problematic.
  public func multiLabelAccuracy(
    of table: ErrorTable
  ) throws(MistakeStatisticsError) -> MultiLabelAccuracy? {
    try check(table)
    return count(table, in: whole).accuracy
  }

  // MARK: - One model

  private struct Count {
    var mistakes = MistakeCounts()
    var correct = 0
    var accuracy: MultiLabelAccuracy?
    var hardErrors = 0
    var undecided = 0
  }

  private func rows(
    of table: ErrorTable, _ imageNet: [String: ImageNetAccuracy]?
  ) throws(MistakeStatisticsError) -> [MistakeStatistics.Row] {
    try check(table)
    let model = table.model
    let all = count(table, in: whole)
    let home =
      imageNet.map { $0[model.folder] ?? ImageNetAccuracy(top1: nil, mla: nil) }
      ?? ImageNetAccuracy(
        top1: model.top1Percent, mla: model.multiLabelPercent ?? all.accuracy?.noError)
    return parts.map { part in
      let own = count(table, in: part)
      return MistakeStatistics.Row(
        model: model.folder, parameterCount: model.parameterCount,
        trainingData: model.trainingData, architecture: model.architecture,
        architectureFamily: model.architectureFamily,
        architectureGroup: ArchitectureGroup(architecture: model.architecture).rawValue,
        extraAnnotations: model.extraAnnotations, accuracies: model.top1Accuracies,
        imageNetTop1: home.top1, imageNetMLA: home.mla, allSamples: whole.rows.count,
        groupSamples: part.rows.count, groupCorrect: own.correct,
        allErrors: whole.rows.count - all.correct, groupErrors: part.rows.count - own.correct,
        mlaAll: all.accuracy, mlaGroup: own.accuracy, mistakes: own.mistakes,
        undecided: own.undecided,
        imageNetM: hardCount.map {
          MistakeStatistics.ImageNetMCounts(
            all: $0, group: part.hardRows.count, errors: own.hardErrors)
        })
    }
  }

  private func count(_ table: ErrorTable, in part: GroupedSamples) -> Count {
    var types = [Int](repeating: 0, count: 16)
    var undecided = 0
    var credits = [UInt64](repeating: 0, count: classCount)
    let rows = part.rows
    for index in rows.indices {
      let code = table.outcomes[rows[index]].code
      let type = Int(code & 15)
      undecided &+= Int(code >> 7)
      types[type] &+= 1
      credits[part.targets[index]] &+= MultiLabelCredit.credits[type]
    }
    var count = Count()
    count.undecided = undecided
    for type in ErrorType.mistakes { count.mistakes[type] = types[Int(type.rawValue)] }
    count.correct = types[Int(ErrorType.correct.rawValue)]
    count.accuracy = MultiLabelCredit.accuracy(
      credits: credits, totals: part.totals, order: part.order)
    count.hardErrors = part.hardRows.count {
      !samples.labels[$0].contains(table.predictions[$0])
    }
    return count
  }

  /// Makes sure that every answer on an image that is not problematic is either the label or one of the seven mistakes.
  private func check(_ table: ErrorTable) throws(MistakeStatisticsError) {
    let model = table.model.folder
    guard table.outcomes.count == samples.count else {
      throw .rowCount(model: model, expected: samples.count, found: table.outcomes.count)
    }
    for (index, row) in whole.rows.enumerated() {
      let outcome = table.outcomes[row]
      let prediction = Int(table.predictions[row])
      let target = whole.targets[index]
      // The byte of ‘correct’ without a remark is 0.
      if (outcome.code == 0) == (prediction == target), Self.isOrdinary[Int(outcome.code)],
        prediction >= 0, prediction < classCount
      {
        continue
      }
      let sample = samples.files[row]
      guard (0..<classCount).contains(prediction) else {
        throw .predictionRange(
          model: model, sample: sample, prediction: prediction, classes: classCount)
      }
      let key = outcome.keys.joined(separator: " + ")
      guard Self.isOrdinary[Int(outcome.code)] else {
        throw .impossibleOutcome(model: model, sample: sample, key: key)
      }
      throw .contradiction(
        model: model, sample: sample, prediction: prediction, target: target, key: key)
    }
  }

  /// Whether a byte is an answer that an image without problems can have.
  private static let isOrdinary: [Bool] = (0..<256).map { code in
    guard let outcome = ErrorOutcome(code: UInt8(code)) else { return false }
    if outcome.isUndecided, outcome.type == .correct { return false }
    return outcome.remark == .none
      && (outcome.type == .correct || ErrorType.mistakes.contains(outcome.type))
  }

  // MARK: - Warnings

  private func warnings(
    _ models: [ModelRecord], _ imageNet: [String: ImageNetAccuracy]?, hasHardImages: Bool
  ) -> [String] {
    var warnings: [String] = []
    let strange = Set(
      models.map(\.architecture).filter { ArchitectureGroup(architecture: $0) == .other })
    if !strange.isEmpty {
      warnings.append(
        "The architectures \(strange.sorted().map { $0.isEmpty ? "‘’" : $0 }.joined(separator: ", ")) belong to no published group; their group is Other."
      )
    }
    if let imageNet, samples.dataset.hasPrefix(AnnotatedSamples.imageNet) {
      let missing = models.filter { imageNet[$0.folder]?.mla == nil }
      if !missing.isEmpty {
        warnings.append(
          "The columns imagenet_top1_val_acc and imagenet_mla_val_acc are empty for \(missing.count) models without an analysis on ImageNet: \(Self.names(missing))."
        )
      }
    } else if imageNet == nil, !hasHardImages, samples.dataset == AnnotatedSamples.imageNet {
      warnings.append(
        "The list of ImageNet-M is not known (it is the key imagenet_m of human_accuracy_v3.0.0.json), so its columns are empty."
      )
    }
    return warnings
  }

  private static func names(_ models: [ModelRecord]) -> String {
    models.prefix(5).map(\.folder).joined(separator: ", ") + (models.count > 5 ? ", …" : "")
  }
}

extension AnnotatedSamples {
  /// The name of the data set whose tables have columns for ImageNet-M.
  public static let imageNet = "imagenet"
}
