import CredenceNN
import CredenceTensor

/// LeNet-5 as it is usually simplified: unpadded 5 × 5 convolutions, ReLU, and max pooling by two.
///
/// The published code for Deep Deterministic Uncertainty has no bounded form of it; here convolutions and both hidden layers can be bounded.
///
/// - Note: LeCun, Bottou, Bengio & Haffner, Proceedings of the IEEE 86, 1998.
struct LeNet: Network {
  private let features: Sequential
  private let hidden: Sequential
  private let dropout: Dropout
  private let head: Linear

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ settings: NetworkSettings) throws {
    var convolutions = SizedConvolutions(settings)
    let activation = convolutions.activation
    features = Sequential([
      try convolutions.convolution(
        path / "conv1", from: settings.channelCount, to: 6, kernel: 5, padding: 0, hasBias: true),
      activation, convolutions.maxPool(2, stride: 2),
      try convolutions.convolution(
        path / "conv2", from: 6, to: 16, kernel: 5, padding: 0, hasBias: true),
      activation, convolutions.maxPool(2, stride: 2),
    ])
    let positions = convolutions.size.reduce(1, *)
    hidden = Sequential([
      try Linear(
        path / "fc1", from: 16 * positions, to: 120, spectralNorm: settings.spectralNorm),
      activation,
      try Linear(path / "fc2", from: 120, to: 84, spectralNorm: settings.spectralNorm), activation,
    ])
    dropout = Dropout(settings.dropoutRate)
    head = try Linear(path / "fc3", from: 84, to: settings.classCount)
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let embeddings = try hidden(features(images, phase).flattened(from: 1), phase)
    return NetworkOutput(
      logits: try head(dropout(embeddings, phase), phase), embeddings: embeddings)
  }
}

extension ModelDescriptor {
  static let leNets: [ModelDescriptor] = [
    ModelDescriptor(
      "lenet", family: "LeNet",
      settings: NetworkSettings(classCount: 10, imageSize: [28, 28], channelCount: 1),
      takesNormBounds: true, takesModifiedBlocks: true
    ) { try LeNet($0, $1) }
  ]
}
