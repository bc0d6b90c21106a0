public import CredenceNN
public import CredenceTensor

/// A network prepared to run fast in evaluation.
///
/// Used by one task at a time.
public final class CompiledClassifier {
  /// The number of logits.
  public let classCount: Int
  /// The width of the embeddings; 0 where they are no vectors.
  public let embeddingWidth: Int
  private let program: InferenceProgram

  /// Records a network.
  ///
  /// - Parameters:
  ///   - model: The network, its parameters in float32 on the CPU.
  ///   - inputSize: Channels, height and width of images.
  ///   - settings: How it runs.
  /// - Throws: `EngineError`; `ModelError.unusableOutput` for a network without a classifier.
  public init(_ model: ClassifierModel, inputSize: [Int], settings: InferenceSettings) throws {
    let network = model.network
    var shapes: [[Int]] = []
    program = try InferenceProgram(recording: .zeros([1] + inputSize), settings) { images in
      let output = try network(images, .evaluation)
      shapes = [output.logits.shape, output.embeddings.shape]
      return [output.logits, output.embeddings]
    }
    guard shapes[0].count == 2, shapes[0][1] > 1 else {
      throw ModelError.unusableOutput(
        model: model.name, found: shapes[0], expected: "[1, classes] with two classes or more")
    }
    classCount = shapes[0][1]
    embeddingWidth = shapes[1].count == 2 ? shapes[1][1] : 0
  }

  /// Logits and embeddings of normalized images, in float32.
  ///
  /// - Throws: `EngineError`.
  public func callAsFunction(_ images: Tensor) throws -> NetworkOutput {
    let results = try program(images)
    return NetworkOutput(logits: results[0], embeddings: results[1])
  }
}
