import CredencePredictions
import CredenceUncertainty
import Foundation
import Testing

@Suite struct DetectionScorerTests {
  @Test(arguments: [50.0, 85.7, 90, 99])
  func `percentiles count activations that are mostly zero`(_ percentile: Double) throws {
    let problem = try DetectionProblem()
    var train = problem.train
    let width = try #require(train.embeddings?.columnCount)
    let values = (0..<train.sampleCount * width).map { $0 % 7 == 0 ? Float($0 % 97) / 32 : 0 }
    let features = try Matrix(values, columnCount: width)
    train.embeddings = features
    let head = problem.head
    train.output = .logits(
      try Matrix(
        (0..<train.sampleCount).flatMap { row in
          head.bias.indices.map { k in
            Float(
              zip(head.weight.row(k), features.row(row)).reduce(head.bias[k]) { $0 + $1.0 * $1.1 })
          }
        }, columnCount: head.bias.count))
    let sorted = values.sorted()
    let position = Double(sorted.count - 1) * percentile / 100
    let low = Int(position)
    let (below, above) = (Double(sorted[low]), Double(sorted[min(low + 1, sorted.count - 1)]))
    let threshold = below + (position - Double(low)) * (above - below)
    let found = try problem.scores(
      "react", ["percentile": percentile],
      training: DetectionTraining(training: DetectionSource(train, file: "train")))
    let embeddings = try #require(problem.test.embeddings)
    let logits = try #require(problem.test.scoreMatrix)
    for row in found.indices {
      let excess = embeddings.row(row).map { max(0, $0 - threshold) }
      let cut = logits.row(row).enumerated().map { k, logit -> Double in
        logit - zip(problem.head.weight.row(k), excess).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let greatest = cut.max() ?? 0
      let energy = greatest + log(cut.reduce(0) { $0 + exp($1 - greatest) })
      #expect(abs(found[row] + energy) < 1e-3 * max(1, abs(energy)))
    }
  }

  @Test(arguments: ["mahalanobis", "relative_mahalanobis"])
  func `distances do not change where features vary little around a large mean`(_ id: String) throws
  {
    let problem = try DetectionProblem()
    /// Features on a grid that single precision holds exactly at both places.
    func moved(_ set: PredictionSet, by offset: Float) throws -> PredictionSet {
      var set = set
      // The logits are no longer those of the last layer.
      set.head = nil
      let source = try #require(set.embeddings)
      set.embeddings = try Matrix(
        rows: (0..<source.rowCount).map { row in
          source.row(row).map { offset + Float(($0 * 64).rounded() * 0x1p-14) }
        })
      return set
    }
    func scores(_ offset: Float) throws -> [Double] {
      try problem.scores(
        id, of: moved(problem.test, by: offset),
        training: DetectionTraining(
          training: DetectionSource(moved(problem.train, by: offset), file: "train")))
    }
    let (near, far) = (try scores(0), try scores(512))
    let scale = near.map(abs).max() ?? 0
    for (one, other) in zip(near, far) { #expect(abs(one - other) < 1e-4 * scale) }
  }

  @Test func `a sample's uncertainty does not depend on the other samples`() throws {
    let problem = try DetectionProblem()
    let training = try problem.training()
    let order = (0..<problem.test.sampleCount).reversed().filter { $0 % 3 != 1 }
    let part = try problem.part(problem.test, order)
    for method in DetectionDescriptor.all
    where !method.requirements.contains(.members) && !method.requirements.contains(.network) {
      let settings: DetectionSettings = method.id == "nnguide" ? ["k": 20] : [:]
      let whole = try problem.scores(method.id, settings, training: training)
      let some = try problem.scores(method.id, settings, of: part, training: training)
      for (index, row) in order.enumerated() {
        #expect(
          abs(some[index] - whole[row]) <= 2e-5 * max(1, abs(whole[row])),
          "\(method.id), row \(row)")
      }
    }
  }

  @Test func `probabilities alone give the scores that need no logits`() throws {
    let problem = try DetectionProblem()
    let rows = (0..<problem.test.sampleCount).map { row in
      let z = problem.test.scoreMatrix?.row(row) ?? []
      let top = z.max() ?? 0
      let e = z.map { exp($0 - top) }
      let sum = e.reduce(0, +)
      return e.map { $0 / sum }
    }
    let matrix = try Matrix(Array(rows.joined()), columnCount: rows[0].count)
    let set = try PredictionSet(.probabilities(matrix), embeddings: problem.test.embeddings)
    for id in ["msp", "entropy", "gen", "gradnorm", "kl_matching"] {
      let expected = try problem.scores(id)
      for (a, b) in zip(try problem.scores(id, of: set), expected) {
        #expect(abs(a - b) < 1e-6 * max(1, abs(b)), "\(id)")
      }
    }
    #expect(throws: DetectionError.unavailable("‘test’ has no logits")) {
      try problem.scores("energy", of: set)
    }
  }

  @Test func `confident samples keep their order where probabilities saturate`() throws {
    let set = try PredictionSet(.logits(Matrix(rows: [[60, 0], [80, 0], [700, 0]])))
    let source = DetectionSource(set, file: "x")
    let training = try DetectionTraining(training: nil)
    let scorer = try DetectionScorer(
      [DetectionChoice(.msp), DetectionChoice(.entropy), DetectionChoice(.gen)],
      training: training, scoring: [source])
    for result in try scorer.uncertainties(of: source) {
      let values = try result.get()
      #expect(values[0] > values[1] && values[1] > values[2] && values[2] >= 0)
    }
  }

  @Test func `what is missing is said`() throws {
    let problem = try DetectionProblem()
    let bare = try DetectionTraining(training: nil)
    #expect(throws: DetectionError.unavailable("there is no training set; give --train")) {
      try problem.scores("knn", training: bare)
    }
    let noHead = try PredictionSet(problem.test.output, embeddings: problem.test.embeddings)
    #expect(
      throws: DetectionError.unavailable(
        "there are no weights of the last layer; give --head, --model, or sets with head.weight")
    ) { try problem.scores("ash_b", of: noHead, training: bare) }
    #expect(throws: DetectionError.unavailable("‘test’ has no embeddings")) {
      try problem.scores("gradnorm", of: PredictionSet(problem.test.output))
    }
    #expect(throws: DetectionError.unavailable("k is 421, but there are 420 training samples")) {
      try problem.scores("knn", ["k": 421])
    }
    #expect(
      throws: DetectionError.unavailable(
        "the principal space has 24 dimensions; embeddings of 24 features allow 1 to 23")
    ) { try problem.scores("vim", ["dim": 24]) }
    #expect(
      throws: DetectionError.unavailable("the percentile 100.0 leaves none of 24 features")
    ) { try problem.scores("ash_p", ["percentile": 100]) }
  }

  @Test func `training sets that can't teach are refused`() throws {
    let problem = try DetectionProblem()
    let oneClass = try problem.part(
      problem.train, (0..<420).filter { problem.train.labels?[$0] == 2 })
    #expect(
      throws: DetectionError.unavailable("the training set has samples of one class only")
    ) {
      try problem.scores(
        "mahalanobis",
        training: DetectionTraining(training: DetectionSource(oneClass, file: "one")))
    }
    // The first sample of each class.
    let labels = problem.train.labels ?? []
    let single = try problem.part(
      problem.train, labels.indices.filter { labels.firstIndex(of: labels[$0]) == $0 })
    let alone = try DetectionTraining(training: DetectionSource(single, file: "single"))
    for method in ["mahalanobis", "relative_mahalanobis"] {
      #expect(
        throws: DetectionError.unavailable(
          "the training set has one sample per class, so nothing is known of the variance within classes"
        )
      ) { try problem.scores(method, training: alone) }
    }
    let twice = try problem.part(
      problem.train,
      labels.indices.flatMap { labels.firstIndex(of: labels[$0]) == $0 ? [$0, $0] : [] })
    #expect(
      throws: DetectionError.unavailable("the training embeddings do not vary within classes")
    ) {
      try problem.scores(
        "mahalanobis",
        training: DetectionTraining(training: DetectionSource(twice, file: "twice")))
    }
    var unlabeled = problem.train
    unlabeled.labels?[7] = -1
    #expect(throws: DetectionError.unavailable("row 7 of ‘train’ has no label")) {
      try problem.scores(
        "mahalanobis",
        training: DetectionTraining(training: DetectionSource(unlabeled, file: "train")))
    }
  }

  @Test func `NaN names the file, the row and the column`() throws {
    let problem = try DetectionProblem()
    var rows = (0..<5).map { problem.test.embeddings?.row($0).map(Float.init) ?? [] }
    rows[3][2] = .nan
    let set = try PredictionSet(
      problem.part(problem.test, Array(0..<5)).output, embeddings: Matrix(rows: rows))
    #expect(
      throws: PredictionFileError.invalid(
        file: "test", error: .notFinite(role: "embeddings", row: 3, column: 2))
    ) { try problem.scores("knn", of: set) }
  }

  @Test func `sets of different networks are refused`() throws {
    let problem = try DetectionProblem()
    let rows = (0..<4).map { _ in [Float](repeating: 1, count: 5) }
    let narrow = try PredictionSet(
      problem.part(problem.test, [0, 1, 2, 3]).output, embeddings: Matrix(rows: rows))
    #expect(
      throws: DetectionError.differentSizes(
        what: "features", file: "test", count: 5, other: "train", otherCount: 24)
    ) { try problem.scores("knn", of: narrow) }
    let foreign = try problem.part(problem.test, [0, 1, 2]) { 5 - $0 }
    #expect {
      try problem.scores("energy", of: foreign)
    } throws: { error in
      guard case DetectionError.headMismatch(file: "test", row: 0, _) = error else { return false }
      return true
    }
  }

  @Test func `members give what their entropies say`() throws {
    let problem = try DetectionProblem()
    var set = try problem.part(problem.test, [0, 1])
    set.memberLogits = [
      try Matrix(rows: [[9, 0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6, 7]]),
      try Matrix(rows: [[0, 9, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6, 7]]),
    ]
    let information = try problem.scores("ensemble_mi", of: set)
    #expect(abs(information[0] - Foundation.log(2)) < 0.02)
    #expect(information[1] == 0)
    let entropy = try problem.scores("ensemble_entropy", of: set)
    #expect(entropy[0] > Foundation.log(2))
    #expect(throws: DetectionError.unavailable("‘test’ has no member logits")) {
      try problem.scores("ensemble_mi")
    }
  }

  @Test func `the density of the training classes finds shifted samples`() throws {
    let problem = try DetectionProblem()
    let inliers = try problem.scores("ddu")[..<30].reduce(0, +)
    let outliers = try problem.scores("ddu")[30...].reduce(0, +)
    #expect(outliers > inliers)
  }

  @Test func `stored uncertainties are methods`() throws {
    let problem = try DetectionProblem()
    var set = try problem.part(problem.test, [0, 1])
    set.uncertainties["mine"] = [0.5, 2]
    #expect(try problem.scores("uncertainty.mine", of: set) == [0.5, 2])
    #expect(throws: DetectionError.unavailable("‘test’ has no uncertainty.mine")) {
      try problem.scores("uncertainty.mine")
    }
  }

  @Test func `held-out samples replace the training set where OpenOOD takes them`() throws {
    let problem = try DetectionProblem()
    let part = try problem.part(problem.train, Array(0..<50))
    let heldOut = try DetectionTraining(
      training: DetectionSource(problem.train, file: "train"),
      validation: DetectionSource(part, file: "val"))
    let small = try DetectionTraining(training: DetectionSource(part, file: "val"))
    #expect(
      try problem.scores("react", training: heldOut) == problem.scores("react", training: small))
    #expect(
      try problem.scores("kl_matching", training: heldOut)
        == problem.scores("kl_matching", training: small))
  }
}
