import CredencePredictions
import CredenceUncertainty
import Foundation
import GoldenSupport

/// The synthetic problem of `Tests/Golden/detection`, and sets cut from it.
struct DetectionProblem {
  let head: LinearHead
  let train: PredictionSet
  let test: PredictionSet

  init() throws {
    let golden = GoldenSet("detection")
    func read(_ prefix: String, labels: Bool) throws -> PredictionSet {
      var argument =
        "logits=\(golden.url("\(prefix)logits.npy").path),embeddings=\(golden.url("\(prefix)embeddings.npy").path)"
        + ",head.weight=\(golden.url("head_weight.npy").path),head.bias=\(golden.url("head_bias.npy").path)"
      if labels { argument += ",labels=\(golden.url("\(prefix)labels.npy").path)" }
      return try PredictionReader.read(PredictionSource(argument: argument)).set
    }
    train = try read("train_", labels: true)
    test = try read("", labels: false)
    guard let head = test.head else { throw PredictionError.noSamples }
    self.head = head
  }

  func training() throws -> DetectionTraining {
    try DetectionTraining(training: DetectionSource(train, file: "train"))
  }

  /// The uncertainties of the test samples by one method.
  func scores(
    _ id: String, _ settings: DetectionSettings = [:], of set: PredictionSet? = nil,
    training: DetectionTraining? = nil
  ) throws -> [Double] {
    let source = DetectionSource(set ?? test, file: "test")
    let choice = try DetectionChoice(DetectionDescriptor.named(id), settings: settings)
    let scorer = try DetectionScorer(
      [choice], training: training ?? self.training(), scoring: [source])
    return try scorer.uncertainties(of: source)[0].get()
  }

  /// Some rows of a set.
  func part(_ set: PredictionSet, _ rows: [Int], logits change: (Double) -> Double = { $0 }) throws
    -> PredictionSet
  {
    func matrix(_ matrix: Matrix?) throws -> Matrix? {
      try matrix.map { source in
        try Matrix(rows: rows.map { source.row($0).map(Float.init) })
      }
    }
    let logits = try Matrix(
      rows: rows.map { (set.scoreMatrix?.row($0) ?? []).map { Float(change($0)) } })
    return try PredictionSet(
      .logits(logits), labels: set.labels.map { labels in rows.map { labels[$0] } },
      embeddings: matrix(set.embeddings), head: head)
  }
}
