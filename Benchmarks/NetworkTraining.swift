import Credence
import Foundation

extension BenchmarkCase {
  /// Epochs of training beside the usual PyTorch loop.
  static let networkTraining: [Self] = [
    training(
      "lenet", model: "lenet", count: 8192, shape: [28, 28, 1], batchSize: 128, target: 1.3),
    training(
      "resnet18", model: "resnet18_32x32", count: 960, shape: [32, 32, 3], batchSize: 64,
      target: 1.1),
  ]

  private static func training(
    _ name: String, model: String, count: Int, shape: [Int], batchSize: Int, target: Double
  ) -> Self {
    Self(
      id: "train-\(name)",
      title:
        "an image of an epoch of \(name) in batches of \(batchSize), reading and first batch left out, beside PyTorch's usual loop",
      target: target
    ) { folder in
      var generator = SystemRandomNumberGenerator()
      let size = shape.reduce(1, *)
      let pixels = (0..<count * size).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let labels = (0..<count).map { _ in UInt8.random(in: 0..<10, using: &generator) }
      let images = folder.appendingPathComponent("images.bin")
      let classes = folder.appendingPathComponent("labels.bin")
      try Data(pixels).write(to: images)
      try Data(labels).write(to: classes)
      guard let descriptor = ModelCatalog[model] else {
        throw ModelError.unknownModel(name: model, suggestions: [])
      }
      let isGray = shape[2] == 1
      let entry = try DatasetRegistry.named(isGray ? "mnist" : "cifar10")
      return Contest(
        credence: {
          let store = ParameterStore(.random(try Generator(seed: 1)))
          var settings = descriptor.settings
          settings.classCount = 10
          settings.imageSize = Array(shape.prefix(2))
          settings.channelCount = shape[2]
          let network = try descriptor.make(store.root, settings)
          let source = ResidentSource(
            inputs: try Tensor(pixels, shape: [count] + shape),
            labels: try Tensor(labels.map(Int64.init), shape: [count]),
            transform: try ImageTransform(
              mean: entry.normalization.mean, deviation: entry.normalization.std,
              augmentation: isGray ? .none : .init(cropPadding: 4, flips: true)))
          var configuration = TrainingConfiguration()
          configuration.epochCount = 2
          configuration.batchSize = batchSize
          configuration.optimizer.learningRate = 0.01
          let loss = CrossEntropy()
          let trainer = try Trainer(
            TrainableNetwork(store) { try network($0, $1) },
            Objective(loss: { try loss($0.logits, $1) }, logits: { $0.logits }),
            learning: SampleSet(source), configuration: configuration)
          // The first epoch warms up.
          let processorStart = ProcessorTime.seconds()
          guard let epoch = try trainer.run().history.last else {
            return Measurement(seconds: .nan)
          }
          let processorSeconds =
            (ProcessorTime.seconds() - processorStart) / Double(2 * epoch.sampleCount)
          let seconds = epoch.seconds / Double(epoch.sampleCount)
          return Measurement(
            seconds: seconds,
            values: [
              "images_per_second": 1 / seconds, "processor_seconds": processorSeconds,
              "loss": epoch.loss,
            ])
        },
        reference: {
          try ChildProcess.python(
            "train.py",
            [
              name, images.path, classes.path, "\(count)", "--batch-size", "\(batchSize)",
              "--workers", "2", "--epochs", "1",
            ], timesItself: true)
        })
    }
  }
}
