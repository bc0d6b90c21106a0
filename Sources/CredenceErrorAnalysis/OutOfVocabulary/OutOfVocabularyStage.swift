import Foundation

/// Tells whether an image shows something related to the prediction for which there is no class.
///
/// An image must first look like the prediction: one of its ten nearest training images shares a superclass with it. Then the prompt
/// `A photo of a {name}` that fits best decides; if several fit equally well, the first one.
public struct OutOfVocabularyStage: Sendable {
  public let vocabulary: ProposalVocabulary
  public let neighbors: NearestTrainingImages
  /// The network and precision of the features, for manifests.
  public let featureModel: String

  private let superclasses: Superclasses
  private let dimension: Int
  /// The rows' vectors of length one.
  private let images: [Float]
  /// The prompts' vectors of length one, those in `promptRows`.
  private let texts: [Float]
  /// Where each prompt's vector is; −1 where it is missing.
  private let promptRows: [Int32]
  private let textSource: String

  /// - Throws: `ErrorAnalysisError` for images without features and for features of different networks.
  package init(
    samples: AnnotatedSamples, vocabulary: ProposalVocabulary, superclasses: Superclasses,
    neighbors: NearestTrainingImages, images: StoredFeatures, texts: StoredFeatures
  ) throws(ErrorAnalysisError) {
    guard images.dimension == texts.dimension else {
      throw .mismatch(
        file: texts.source,
        problem: "its vectors have \(texts.dimension) numbers, those of ‘\(images.source)’ "
          + "\(images.dimension)")
    }
    guard images.model == texts.model || images.model.isEmpty || texts.model.isEmpty else {
      throw .mismatch(
        file: texts.source,
        problem: "it is of ‘\(texts.model)’, ‘\(images.source)’ of ‘\(images.model)’")
    }
    self.vocabulary = vocabulary
    self.neighbors = neighbors
    self.superclasses = superclasses
    dimension = images.dimension
    featureModel = "\(images.model) \(images.precision)".trimmingCharacters(in: .whitespaces)

    var rows: [String: Int] = [:]
    rows.reserveCapacity(images.names.count)
    for (row, name) in images.names.enumerated() { rows[name] = row }
    let missing = samples.files.filter { rows[$0] == nil }
    if let example = missing.first {
      throw .missingFeatures(
        kind: "images", count: missing.count, total: samples.count, example: example,
        file: images.source)
    }
    let unit = images.normalized()
    var ordered: [Float] = []
    ordered.reserveCapacity(samples.count * dimension)
    for file in samples.files {
      let row = rows[file] ?? 0
      ordered.append(contentsOf: unit[row * dimension..<(row + 1) * dimension])
    }
    self.images = ordered

    var prompts: [String: Int32] = [:]
    for (row, name) in texts.names.enumerated() { prompts[name] = Int32(row) }
    promptRows = vocabulary.prompts.map { prompts[$0] ?? -1 }
    self.texts = texts.normalized()
    textSource = texts.source
  }

  /// Prompts without features.
  public var missingPrompts: [String] {
    zip(vocabulary.prompts, promptRows).filter { $0.1 < 0 }.map(\.0)
  }

  /// Whether one of the row's nearest training images shares a superclass with the prediction.
  public func looksLike(_ prediction: Int32, row: Int) -> Bool {
    neighbors.targets(of: row).contains { superclasses.sharesSuperclass($0, prediction) }
  }

  /// Whether the image looks like the prediction, and best of all like a concept that is no class.
  func findsAbsentConcept(
    row: Int, prediction: Int32, target: Int32, _ similarities: ImageSimilarities
  ) throws -> Bool {
    guard looksLike(prediction, row: row) else { return false }
    var best = -Float.infinity
    var isClass = true
    try forEachProposal(row, prediction, target, similarities) { concept, _, similarity in
      if similarity > best {
        best = similarity
        isClass = vocabulary.isClass[concept]
      }
    }
    return !isClass
  }

  /// The proposals for a row's image and their probabilities.
  func ranking(
    row: Int, prediction: Int32, target: Int32, _ similarities: ImageSimilarities
  ) throws -> ProposalRanking {
    var entries: [(concept: Int, prompt: Int, similarity: Float)] = []
    try forEachProposal(row, prediction, target, similarities) {
      entries.append(($0, $1, $2))
    }
    let largest = entries.map(\.similarity).max() ?? 0
    let weights = entries.map { exp(100 * ($0.similarity - largest)) }
    let total = Float(weights.reduce(0.0) { $0 + Double($1) })
    // Sorting keeps the order of equal ones only if the position is compared as well.
    let order = entries.indices.sorted {
      (weights[$1], $0) < (weights[$0], $1)
    }
    let prefix = ProposalVocabulary.prompt(for: "").count
    return ProposalRanking(
      best: order.prefix(5).map { index in
        ProposalRanking.Entry(
          concept: vocabulary.concepts[entries[index].concept],
          name: String(vocabulary.prompts[entries[index].prompt].dropFirst(prefix)),
          probability: weights[index] / total)
      }, count: entries.count)
  }

  private func forEachProposal(
    _ row: Int, _ prediction: Int32, _ target: Int32, _ similarities: ImageSimilarities,
    _ body: (_ concept: Int, _ prompt: Int, _ similarity: Float) -> Void
  ) throws {
    for candidate in vocabulary.candidates[Int(prediction)]
    where !vocabulary.isLeftOut(candidate, for: target) {
      for prompt in vocabulary.promptsOfConcept[Int(candidate.concept)] {
        let similarity = try similarities.value(row: row, prompt: Int(prompt)) {
          try self.similarity(row: row, prompt: Int(prompt))
        }
        body(Int(candidate.concept), Int(prompt), similarity)
      }
    }
  }

  /// The cosine of the angle between an image's and a prompt's vectors.
  private func similarity(row: Int, prompt: Int) throws(ErrorAnalysisError) -> Float {
    let textRow = Int(promptRows[prompt])
    guard textRow >= 0 else {
      let missing = missingPrompts
      throw .missingFeatures(
        kind: "prompts", count: missing.count, total: promptRows.count,
        example: vocabulary.prompts[prompt], file: textSource)
    }
    return images.withUnsafeBufferPointer { images in
      texts.withUnsafeBufferPointer { texts in
        let a = UnsafeBufferPointer(rebasing: images[row * dimension..<(row + 1) * dimension])
        let b = UnsafeBufferPointer(
          rebasing: texts[textRow * dimension..<(textRow + 1) * dimension])
        return Self.dot(a, b)
      }
    }
  }

  /// Sums in a fixed order, so that equal prompts have equal similarities.
  private static func dot(
    _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>
  ) -> Float {
    guard let x = a.baseAddress, let y = b.baseAddress else { return 0 }
    var first = SIMD8<Float>.zero
    var second = SIMD8<Float>.zero
    var index = 0
    let left = UnsafeRawPointer(x)
    let right = UnsafeRawPointer(y)
    while index + 16 <= a.count {
      let offset = index * 4
      first +=
        left.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
        * right.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
      second +=
        left.loadUnaligned(fromByteOffset: offset + 32, as: SIMD8<Float>.self)
        * right.loadUnaligned(fromByteOffset: offset + 32, as: SIMD8<Float>.self)
      index += 16
    }
    var sum = (first + second).sum()
    while index < a.count {
      sum += x[index] * y[index]
      index += 1
    }
    return sum
  }
}
