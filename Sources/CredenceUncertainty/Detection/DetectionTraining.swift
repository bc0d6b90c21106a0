import CredenceMetrics
public import CredencePredictions
import CredenceTensor

/// What detection methods learn from: the training predictions, and statistics of them that are computed once.
public final class DetectionTraining {
  /// The samples that the classifier was trained on.
  public let training: DetectionSource?
  /// In-distribution samples that it was not trained on, which some methods prefer; else the training samples.
  public let validation: DetectionSource?
  let head: DetectionHead?
  private var results: [String: Any] = [:]

  /// What methods may learn from.
  ///
  /// - Parameters:
  ///   - training: The training predictions; `nil` leaves methods that need none.
  ///   - validation: Held-out predictions of the same distribution.
  ///   - head: The last layer; by default the training set's.
  /// - Throws: `DetectionError.differentSizes` where they come from different classifiers.
  public init(
    training: DetectionSource?, validation: DetectionSource? = nil, head: LinearHead? = nil
  ) throws {
    self.training = training
    self.validation = validation
    let layer = head ?? training?.set.head ?? validation?.set.head
    self.head = try layer.map { try DetectionHead($0) }
    for source in [training, validation].compactMap({ $0 }) { try check(source) }
  }

  /// Checks that a set comes from the same classifier.
  ///
  /// - Throws: `DetectionError.differentSizes`.
  func check(_ source: DetectionSource) throws {
    func compare(_ what: String, _ count: Int, _ other: String, _ otherCount: Int) throws {
      guard count == otherCount || count == 0 || otherCount == 0 else {
        throw DetectionError.differentSizes(
          what: what, file: source.file, count: count, other: other, otherCount: otherCount)
      }
    }
    if let training, training.file != source.file {
      try compare("features", source.embeddingWidth, training.file, training.embeddingWidth)
      try compare("classes", source.classCount, training.file, training.classCount)
    }
    if let head {
      try compare("features", source.embeddingWidth, "the last layer", head.width)
      try compare("classes", source.classCount, "the last layer", head.classCount)
      if source.hasLogits, source.embeddingWidth > 0 { try checkLogits(source, head) }
    }
  }

  /// The last layer must give the stored logits of the first samples.
  private func checkLogits(_ source: DetectionSource, _ head: DetectionHead) throws {
    let rows = 0..<min(64, source.sampleCount)
    let stored = try source.logits(rows)
    let computed = try FloatRows(head.logits(source.embeddings(rows).tensor()))
    let scale = stored.values.reduce(1) { max($0, abs($1)) }
    for (index, pair) in zip(stored.values, computed.values).enumerated() {
      let difference = abs(pair.0 - pair.1)
      // Half-precision predictions are off by one part in a thousand.
      guard difference <= 0.02 * scale else {
        throw DetectionError.headMismatch(
          file: source.file, row: index / head.classCount, difference: Double(difference))
      }
    }
  }

  /// A statistic under a name, computed the first time it is asked for.
  func shared<Value>(_ name: String, _ make: () throws -> Value) rethrows -> Value {
    if let known = results[name] as? Value { return known }
    let value = try make()
    results[name] = value
    return value
  }

  /// The training samples; methods that need them are fitted only where there are some.
  func requiredTraining() throws -> DetectionSource {
    guard let training else {
      throw DetectionError.unavailable("there is no training set (--train)")
    }
    return training
  }

  func requiredHead() throws -> DetectionHead {
    guard let head else {
      throw DetectionError.unavailable("there are no weights of the last layer (--head, --model)")
    }
    return head
  }

  /// The held-out samples where there are some, else the training samples.
  func heldOut() throws -> DetectionSource { try validation ?? requiredTraining() }

  /// The training labels, one per sample.
  func requiredLabels() throws -> [Int32] {
    let source = try requiredTraining()
    guard let labels = source.set.labels else {
      throw DetectionError.unavailable("‘\(source.file)’ has no labels")
    }
    if let row = labels.firstIndex(where: { $0 < 0 }) {
      throw DetectionError.unavailable("row \(row) of ‘\(source.file)’ has no label")
    }
    return labels
  }

  /// How many classes there are.
  func classCount() throws -> Int {
    let source = try requiredTraining()
    let known = source.set.classCount ?? head?.classCount ?? 0
    let greatest = source.set.labels?.max() ?? -1
    return max(known, Int(greatest) + 1)
  }

  /// Why a method with these requirements can't be had from these sets; `nil` where it can.
  func obstacle(to requirements: [DetectionRequirement], _ sources: [DetectionSource]) -> String? {
    for requirement in requirements {
      if let reason = obstacle(to: requirement, sources) { return reason }
    }
    return nil
  }

  private func obstacle(
    to requirement: DetectionRequirement, _ sources: [DetectionSource]
  ) -> String? {
    func missing(_ what: String, _ holds: (DetectionSource) -> Bool) -> String? {
      sources.first { !holds($0) }.map { "‘\($0.file)’ has no \(what)" }
    }
    switch requirement {
    case .probabilities:
      return missing("logits or probabilities of all classes") { $0.classCount > 0 }
    case .logits: return missing("logits") { $0.hasLogits }
    case .embeddings: return missing("embeddings") { $0.embeddingWidth > 0 }
    case .members: return missing("member logits") { !$0.set.memberLogits.isEmpty }
    case .head:
      return head == nil
        ? "there are no weights of the last layer; give --head, --model, or sets with head.weight"
        : nil
    case .network:
      return "it needs the network and the images; give --model, --id-data and --ood-data"
    case .trainProbabilities, .trainEmbeddings, .trainLabels:
      guard let training else { return "there is no training set; give --train" }
      switch requirement {
      case .trainProbabilities where training.classCount == 0:
        return "‘\(training.file)’ has no logits or probabilities of all classes"
      case .trainEmbeddings where training.embeddingWidth == 0:
        return "‘\(training.file)’ has no embeddings"
      case .trainLabels where training.set.labels == nil: return "‘\(training.file)’ has no labels"
      default: return nil
      }
    }
  }
}
