public import CredenceData

extension ModelDescriptor {
  /// The images that the architecture's default weights expect.
  public var preprocessing: Preprocessing {
    if let configuration = PretrainedConfiguration.named(id) {
      return configuration.preprocessing()
    }
    var preprocessing = Preprocessing(inputSize: [settings.channelCount] + settings.imageSize)
    // Networks for small images see them as they are.
    if settings.imageSize[0] <= 32 { preprocessing.cropMode = .none }
    if settings.channelCount == 1 {
      preprocessing.mean = [0.1307]
      preprocessing.std = [0.3081]
    } else if takesModifiedBlocks, settings.imageSize[0] <= 32 {
      // What the published code for these networks takes for CIFAR and SVHN alike.
      preprocessing.mean = [0.4914, 0.4822, 0.4465]
      preprocessing.std = [0.2023, 0.1994, 0.2010]
    }
    // The published program takes all photographs for CIFAR-10.
    if settings.channelCount == 3, DDUModel.all.contains(where: { $0.modelID == id }),
      let photographs = DatasetRegistry["cifar10"]?.preprocessing
    {
      return photographs
    }
    if family == "SqueezeNet" || id.hasPrefix("tf_mobilenetv") {
      preprocessing.interpolation = .bilinear
    }
    // TensorFlow's first networks want −1 to 1.
    if id.hasPrefix("tf_mobilenetv1") || id.hasPrefix("tf_mobilenetv2") {
      preprocessing.mean = [0.5, 0.5, 0.5]
      preprocessing.std = [0.5, 0.5, 0.5]
    }
    return preprocessing
  }
}
