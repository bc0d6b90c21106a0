import CredenceNN

/// Makes convolutions without bias, and their batch normalization, and follows the size of the maps: a bounded norm depends on it.
struct SizedConvolutions {
  let settings: NetworkSettings
  var initialization = Initialization.kaimingNormalFanOut
  /// The weight of the newest batch in running moments.
  var momentum = 0.1
  /// Rows and columns of the next layer's input.
  private(set) var size: [Int]

  init(_ settings: NetworkSettings) {
    self.settings = settings
    size = settings.imageSize
  }

  /// The activation that the settings ask for where a network has ReLU.
  var activation: Activation { settings.usesModifiedBlocks ? .leakyReLU : .relu }

  /// A convolution; `padding` is `kernel` / 2 where not given.
  mutating func convolution(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, kernel: Int, stride: Int = 1,
    padding: Int? = nil, groups: Int = 1, hasBias: Bool = false
  ) throws -> Conv2d {
    let padding = padding ?? kernel / 2
    let layer = try Conv2d(
      path, from: inputs, to: outputs, kernel: kernel, stride: stride, padding: .zeros(padding),
      groups: groups, hasBias: hasBias, initialization: initialization,
      spectralNorm: settings.spectralNorm, inputSize: size)
    shrink(kernel, stride: stride, padding: padding)
    return layer
  }

  func norm(_ path: ParameterPath, _ channels: Int) throws -> BatchNorm2d {
    try BatchNorm2d(path, channels, momentum: momentum, spectralNorm: settings.spectralNorm)
  }

  mutating func maxPool(_ kernel: Int, stride: Int, padding: Int = 0) -> MaxPool2d {
    shrink(kernel, stride: stride, padding: padding)
    return MaxPool2d(kernel, stride: stride, padding: padding)
  }

  private mutating func shrink(_ kernel: Int, stride: Int, padding: Int) {
    size = size.map { ($0 + 2 * padding - kernel) / stride + 1 }
  }
}
