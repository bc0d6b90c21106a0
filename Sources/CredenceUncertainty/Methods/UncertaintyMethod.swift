public import CredenceTensor

/// Several predictions of each image: by several networks, by draws of one, or by one network of several views.
///
/// A member is one function of an image: it gives the same prediction in whatever batch the image stands. Used by one task at a time.
public protocol UncertaintyMethod {
  var memberCount: Int { get }
  var classCount: Int { get }
  /// The width of the embeddings; 0 where the members have none in common.
  var embeddingWidth: Int { get }

  /// Predicts images.
  ///
  /// - Parameter images: `[batch, channels, height, width]`, normalized, on the method's device.
  /// - Returns: What each member says.
  /// - Throws: `EngineError`.
  func callAsFunction(_ images: Tensor) throws -> MemberPredictions
}

/// What members say of a batch.
public struct MemberPredictions: Sendable {
  /// Each member's logits, `[batch, classes]`, float32.
  public var logits: [Tensor]
  /// The prediction of all together, `[batch, classes]`, rows sum to 1.
  public var probabilities: Tensor
  /// `[batch, width]`, where members share them.
  public var embeddings: Tensor?

  /// Members whose probabilities are averaged.
  ///
  /// - Throws: `EngineError`.
  public init(averaging logits: [Tensor], embeddings: Tensor? = nil) throws {
    precondition(!logits.isEmpty)
    var sum = try logits[0].to(.float64).softmax()
    for member in logits.dropFirst() { sum = try sum + member.to(.float64).softmax() }
    self.init(
      logits: logits, probabilities: try (sum / Double(logits.count)).to(.float32),
      embeddings: embeddings)
  }

  public init(logits: [Tensor], probabilities: Tensor, embeddings: Tensor? = nil) {
    self.logits = logits
    self.probabilities = probabilities
    self.embeddings = embeddings
  }
}
