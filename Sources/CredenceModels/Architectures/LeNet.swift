import CredenceNN
import CredenceTensor

/// LeNet-5 as it is usually simplified: unpadded 5 × 5 convolutions, ReLU, and max pooling by two.
///
/// - Note: LeCun, Bottou, Bengio & Haffner, Proceedings of the IEEE 86, 1998.
struct LeNet: Network {
  private let features: Sequential
  private let hidden: Sequential
  private let dropout: Dropout
  private let head: Linear

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ settings: NetworkSettings) throws {
    features = Sequential([
      try Conv2d(path / "conv1", from: settings.channelCount, to: 6, kernel: 5),
      Activation.relu, MaxPool2d(2),
      try Conv2d(path / "conv2", from: 6, to: 16, kernel: 5),
      Activation.relu, MaxPool2d(2),
    ])
    let positions = settings.imageSize.map { (($0 - 4) / 2 - 4) / 2 }.reduce(1, *)
    hidden = Sequential([
      try Linear(path / "fc1", from: 16 * positions, to: 120), Activation.relu,
      try Linear(path / "fc2", from: 120, to: 84), Activation.relu,
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
      settings: NetworkSettings(classCount: 10, imageSize: [28, 28], channelCount: 1)
    ) { try LeNet($0, $1) }
  ]
}
