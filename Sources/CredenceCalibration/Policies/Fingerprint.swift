public import CredencePredictions
import Foundation

/// What identifies the predictions that a policy was fitted on, and their model.
public struct Fingerprint: Codable, Hashable, Sendable {
  /// The SHA-256 over kind, shape, the digests of each MiB of the output's numbers, and the labels, in hexadecimal digits.
  public var inputSHA256: String
  public var model: String
  public var dataset: String
  public var split: String
  /// Of the model's weights; empty where unknown.
  public var weightsSHA256: String

  /// Identifies a set; the same numbers in the same format give the same fingerprint, whatever file they come from.
  public init(_ set: PredictionSet) throws {
    model = set.metadata.model
    dataset = set.metadata.dataset
    split = set.metadata.split
    weightsSHA256 = set.metadata.weightsSHA256
    var hash = SHA256()
    func add(_ text: String) { hash.update(Data((text + "\n").utf8)) }
    func add(_ matrix: Matrix) throws {
      add("\(matrix.rowCount) \(matrix.columnCount) \(matrix.scalarType.rawValue)")
      let bytes = matrix.bytes
      let digests = try parallelBlocks(count: bytes.count, blockSize: 1 << 20) { block in
        bytes.withUnsafeBytes { raw in
          var part = SHA256()
          part.update(UnsafeRawBufferPointer(rebasing: raw[block]))
          return part.digest()
        }
      }
      for digest in digests { digest.withUnsafeBytes { hash.update($0) } }
    }
    func add<Number>(_ numbers: [Number]) { numbers.withUnsafeBytes { hash.update($0) } }
    switch set.output {
    case .logits(let matrix):
      add("logits")
      try add(matrix)
    case .probabilities(let matrix):
      add("probabilities")
      try add(matrix)
    case .scores(let matrix):
      add("scores")
      try add(matrix)
    case .topK(let top):
      add("top-k")
      try add(top.values)
      add(top.indices)
    case .decisions(let decisions):
      add("decisions \(decisions.predictions.count)")
      add(decisions.predictions)
      add(decisions.confidences)
    }
    add("labels")
    add(set.labels ?? [])
    inputSHA256 = hash.hexadecimal()
  }
}
