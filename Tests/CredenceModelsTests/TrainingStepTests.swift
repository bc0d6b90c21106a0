import CredenceModels
import CredenceNN
import CredenceTensor
import Testing

@Suite struct TrainingStepTests {
  /// Networks that take small images.
  @Test(arguments: [("lenet", 1, 28), ("cifar_resnet20", 3, 16), ("resnet18", 3, 32)])
  func `steps along the gradient lower the loss`(_ name: String, _ channels: Int, _ side: Int)
    throws
  {
    let generator = try Generator(seed: 6)
    let descriptor = try #require(ModelCatalog[name])
    var settings = descriptor.settings
    settings.classCount = 3
    settings.channelCount = channels
    settings.imageSize = [side, side]
    let store = ParameterStore(.random(generator))
    let network = try descriptor.make(store.root, settings)
    let images = try Tensor.normal([6, channels, side, side], using: generator)
    let target = try Tensor([0, 1, 2, 0, 1, 2] as [Int64], shape: [6])
    let learned = store.parameters.filter { $0.kind == .learned }
    var losses: [Double] = []
    for _ in 0..<3 {
      for parameter in learned { try parameter.replace(with: parameter.value.requiringGradient()) }
      let loss = try network(images, .training(generator)).logits.crossEntropy(target)
      losses.append(try loss.item())
      let gradients = try loss.gradients(of: learned.map(\.value))
      try withoutGradients {
        for (parameter, gradient) in zip(learned, gradients) {
          let gradient = try #require(gradient, "\(parameter.name) has no gradient")
          let values: [Float] = try gradient.values()
          #expect(values.allSatisfy { $0.isFinite }, "\(parameter.name)")
          try parameter.replace(with: parameter.value - gradient * 0.02)
        }
      }
    }
    #expect(losses[0].isFinite && losses[1] < losses[0] && losses[2] < losses[1], "\(losses)")
  }
}
