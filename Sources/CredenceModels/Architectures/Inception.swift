import CredenceNN
import CredenceTensor

/// Inception V3 without its auxiliary classifier, with timm's and torchvision's parameter names.
///
/// - Note: Szegedy et al., CVPR 2016, arXiv:1512.00567.
struct Inception: Network {
  private let body: Sequential
  private let dropout: Dropout
  private let head: Linear

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ settings: NetworkSettings) throws {
    typealias Module = InceptionModule
    func convolution(
      _ name: String, from: Int, to: Int, kernel: Int, stride: Int = 1, padding: Int = 0
    ) throws -> ConvNorm {
      try ConvNorm(
        path / name, from: from, to: to, kernel: (kernel, kernel), stride: stride,
        padding: .zeros(padding), epsilon: 1e-3)
    }
    var body: [any Layer] = [
      try convolution("Conv2d_1a_3x3", from: settings.channelCount, to: 32, kernel: 3, stride: 2),
      try convolution("Conv2d_2a_3x3", from: 32, to: 32, kernel: 3),
      try convolution("Conv2d_2b_3x3", from: 32, to: 64, kernel: 3, padding: 1),
      MaxPool2d(3, stride: 2),
      try convolution("Conv2d_3b_1x1", from: 64, to: 80, kernel: 1),
      try convolution("Conv2d_4a_3x3", from: 80, to: 192, kernel: 3),
      MaxPool2d(3, stride: 2),
    ]
    var width = 192
    for (name, branches) in InceptionModule.modules {
      let module = try Module(path / name, from: width, branches)
      body.append(module)
      width = module.width
    }
    self.body = Sequential(body)
    dropout = Dropout(settings.dropoutRate)
    head = try Linear(
      path / "fc", from: width, to: settings.classCount,
      initialization: .truncatedNormal(deviation: 0.1))
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let embeddings = try body(images, phase).mean(over: [2, 3])
    return NetworkOutput(
      logits: try head(dropout(embeddings, phase), phase), embeddings: embeddings)
  }
}

/// Branches over the same input, joined by channels.
struct InceptionModule: Layer {
  /// A row of steps, or a pooling with or without a convolution behind.
  enum Branch: Sendable {
    case steps([Step])
    /// The mean of 3 × 3 neighbors, then a 1 × 1 convolution to that many channels.
    case averaged(Int)
    /// The greatest of 3 × 3 neighbors with stride 2.
    case greatest
  }

  /// Convolutions of the same input, joined by channels; nearly always one.
  struct Step: Sendable {
    /// Names, and rows and columns of the kernels.
    var kernels: [(name: String, rows: Int, columns: Int)]
    var outputs: Int
    var stride = 1

    init(_ name: String, _ rows: Int, _ columns: Int, to outputs: Int, stride: Int = 1) {
      kernels = [(name, rows, columns)]
      self.outputs = outputs
      self.stride = stride
    }

    /// A 1 × 3 and a 3 × 1 convolution side by side, named `…a` and `…b`.
    init(crossed name: String, to outputs: Int) {
      kernels = [(name + "a", 1, 3), (name + "b", 3, 1)]
      self.outputs = outputs
    }
  }

  /// Channels of the output.
  let width: Int
  private let branches: [Sequential]

  init(_ path: ParameterPath, from inputs: Int, _ branches: [Branch]) throws {
    var total = 0
    self.branches = try branches.map { branch in
      switch branch {
      case .greatest:
        total += inputs
        return Sequential([MaxPool2d(3, stride: 2)])
      case .averaged(let outputs):
        total += outputs
        return Sequential([
          AveragePool2d(3, stride: 1, padding: 1),
          try ConvNorm(path / "branch_pool", from: inputs, to: outputs, epsilon: 1e-3),
        ])
      case .steps(let steps):
        var width = inputs
        let layers = try steps.map { step in
          let from = width
          width = step.outputs * step.kernels.count
          return try Parallel(
            step.kernels.map { name, rows, columns in
              try ConvNorm(
                path / name, from: from, to: step.outputs, kernel: (rows, columns),
                stride: step.stride,
                padding: step.stride == 1 ? .zeros(rows / 2, columns / 2) : .zeros(0),
                epsilon: 1e-3)
            })
        }
        total += width
        return Sequential(layers)
      }
    }
    width = total
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try .concatenated(branches.map { try $0(input, phase) }, along: 1)
  }
}

/// Convolutions of the same input, joined by channels.
private struct Parallel: Layer {
  private let layers: [ConvNorm]

  init(_ layers: [ConvNorm]) { self.layers = layers }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    layers.count == 1
      ? try layers[0](input, phase)
      : try .concatenated(layers.map { try $0(input, phase) }, along: 1)
  }
}

extension InceptionModule {
  /// The modules in order.
  static let modules: [(name: String, branches: [Branch])] = [
    ("Mixed_5b", wide(pooled: 32)), ("Mixed_5c", wide(pooled: 64)), ("Mixed_5d", wide(pooled: 64)),
    ("Mixed_6a", firstReduction),
    ("Mixed_6b", factorized(128)), ("Mixed_6c", factorized(160)), ("Mixed_6d", factorized(160)),
    ("Mixed_6e", factorized(192)),
    ("Mixed_7a", secondReduction),
    ("Mixed_7b", crossed), ("Mixed_7c", crossed),
  ]

  private static func wide(pooled: Int) -> [Branch] {
    [
      .steps([Step("branch1x1", 1, 1, to: 64)]),
      .steps([Step("branch5x5_1", 1, 1, to: 48), Step("branch5x5_2", 5, 5, to: 64)]),
      .steps([
        Step("branch3x3dbl_1", 1, 1, to: 64), Step("branch3x3dbl_2", 3, 3, to: 96),
        Step("branch3x3dbl_3", 3, 3, to: 96),
      ]),
      .averaged(pooled),
    ]
  }

  private static let firstReduction: [Branch] = [
    .steps([Step("branch3x3", 3, 3, to: 384, stride: 2)]),
    .steps([
      Step("branch3x3dbl_1", 1, 1, to: 64), Step("branch3x3dbl_2", 3, 3, to: 96),
      Step("branch3x3dbl_3", 3, 3, to: 96, stride: 2),
    ]),
    .greatest,
  ]

  /// 7 × 7 convolutions as rows and columns.
  private static func factorized(_ width: Int) -> [Branch] {
    [
      .steps([Step("branch1x1", 1, 1, to: 192)]),
      .steps([
        Step("branch7x7_1", 1, 1, to: width), Step("branch7x7_2", 1, 7, to: width),
        Step("branch7x7_3", 7, 1, to: 192),
      ]),
      .steps([
        Step("branch7x7dbl_1", 1, 1, to: width), Step("branch7x7dbl_2", 7, 1, to: width),
        Step("branch7x7dbl_3", 1, 7, to: width), Step("branch7x7dbl_4", 7, 1, to: width),
        Step("branch7x7dbl_5", 1, 7, to: 192),
      ]),
      .averaged(192),
    ]
  }

  private static let secondReduction: [Branch] = [
    .steps([Step("branch3x3_1", 1, 1, to: 192), Step("branch3x3_2", 3, 3, to: 320, stride: 2)]),
    .steps([
      Step("branch7x7x3_1", 1, 1, to: 192), Step("branch7x7x3_2", 1, 7, to: 192),
      Step("branch7x7x3_3", 7, 1, to: 192), Step("branch7x7x3_4", 3, 3, to: 192, stride: 2),
    ]),
    .greatest,
  ]

  private static let crossed: [Branch] = [
    .steps([Step("branch1x1", 1, 1, to: 320)]),
    .steps([Step("branch3x3_1", 1, 1, to: 384), Step(crossed: "branch3x3_2", to: 384)]),
    .steps([
      Step("branch3x3dbl_1", 1, 1, to: 448), Step("branch3x3dbl_2", 3, 3, to: 384),
      Step(crossed: "branch3x3dbl_3", to: 384),
    ]),
    .averaged(192),
  ]
}

extension ModelDescriptor {
  static let inceptions: [ModelDescriptor] = [
    ModelDescriptor(
      "inception_v3", family: "Inception", settings: NetworkSettings(imageSize: [299, 299]),
      aliases: NameMapping("torchvision") { $0.hasPrefix("AuxLogits.") ? nil : $0 }
    ) { try Inception($0, $1) }
  ]
}
