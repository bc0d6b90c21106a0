import CredenceMetrics
import CredencePredictions
import CredenceTensor

/// Consecutive samples of a set, with what detectors have already computed of them.
///
/// Detectors that need the same intermediate result, such as a matrix product, find it here under its name.
public final class DetectionBlock {
  public let source: DetectionSource
  /// The samples' rows in the set.
  public let rows: Range<Int>
  /// The last layer, where it is known.
  let head: DetectionHead?
  private var results: [String: Any] = [:]

  init(_ source: DetectionSource, rows: Range<Int>, head: DetectionHead?) {
    self.source = source
    self.rows = rows
    self.head = head
  }

  public var count: Int { rows.count }

  /// A result under a name, computed the first time it is asked for.
  func shared<Value>(_ name: String, _ make: () throws -> Value) rethrows -> Value {
    if let known = results[name] as? Value { return known }
    let value = try make()
    results[name] = value
    return value
  }

  /// The embeddings, `[samples, features]`.
  func embeddings() throws -> FloatRows {
    try shared("embeddings") { try source.embeddings(rows) }
  }

  /// The embeddings on the device.
  func embeddingTensor() throws -> Tensor {
    try shared("embedding tensor") { try embeddings().tensor() }
  }

  /// What one pass over the logits tells of each sample.
  func logitStatistics() throws -> [LogitStatistics] {
    try shared("logit statistics") { try LogitStatistics.all(of: source, rows) }
  }

  /// The logits as stored, or what the last layer makes of the embeddings where only probabilities are stored.
  func logits() throws -> FloatRows {
    try shared("logits") {
      if source.hasLogits { return try source.logits(rows) }
      guard let head else { throw DetectionError.unavailable("no logits and no last layer") }
      return try FloatRows(head.logits(embeddingTensor()))
    }
  }

  /// The Euclidean norm of each embedding.
  func norms() throws -> [Double] {
    try shared("norms") { try embeddings().mapped { sumOfSquares($1).squareRoot() } }
  }

  /// The last layer; detectors that need it are made only where there is one.
  func requiredHead() throws -> DetectionHead {
    guard let head else { throw DetectionError.unavailable("no weights of the last layer") }
    return head
  }
}
