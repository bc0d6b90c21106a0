import CredenceData
import CredenceEvaluation
import CredenceFiles
import CredenceModels
import CredenceNN
import CredencePredictions
import CredenceTensor
import CredenceUncertainty
import FileSupport
import Foundation
import Testing

private let folder = UndistributedData.folder

@Suite(.enabled(if: folder != nil, "CREDENCE_DATA is not set")) struct SharedDetectionTests {
  /// Predictions on the first images of a CIFAR binary file.
  private func predict(_ file: String, count: Int, _ model: ClassifierModel) throws
    -> DetectionSource
  {
    let root = try #require(folder)
    let images = try #require(
      try NamedDataset.open(path: root.appendingPathComponent(file).path).first?.images)
    var preprocessing = Preprocessing()
    preprocessing.inputSize = [3, 32, 32]
    preprocessing.cropFraction = 1
    preprocessing.mean = [0.485, 0.456, 0.406]
    preprocessing.std = [0.229, 0.224, 0.225]
    let loader = try Loader(images, preprocessing, LoaderSettings(), rows: 0..<count)
    var logits: [Float] = []
    while let batch = try loader.next() {
      let memory = try #require(batch.bytes.baseAddress)
      let pixels = try Tensor(
        wrapping: memory, shape: batch.shape, elementType: .float32, owner: batch.buffer
      ).permuted([0, 3, 1, 2])
      let values: [Float] = try withInference {
        try model.network(pixels, .evaluation).logits.values()
      }
      logits += values
    }
    return DetectionSource(
      try PredictionSet(.logits(Matrix(logits, columnCount: 10))), file: file)
  }

  @Test func `CIFAR networks separate Tiny ImageNet as published`() throws {
    let root = try #require(folder)
    let expected = [
      20: ["entropy": 0.87074, "msp": 0.86661, "energy": 0.89842],
      32: ["entropy": 0.87422, "msp": 0.87110, "energy": 0.90188],
    ]
    for (depth, values) in expected {
      let descriptor = try #require(ModelCatalog["cifar_resnet\(depth)"])
      let model = try ClassifierModel(
        descriptor,
        weights: TensorArchive(
          contentsOf: root.appendingPathComponent("models/cifar10-resnet\(depth).safetensors")))
      var evaluator = DetectionEvaluator(requests: values.keys.sorted().map { .init($0) })
      evaluator.bootstrap.replicates = 0
      let report = try evaluator.report([
        DetectionMember(
          try predict("cifar10/test-first-1000.bin.gz", count: 1000, model),
          role: .inDistribution),
        DetectionMember(
          try predict("ood/tiny-imagenet-val-0000-0999-32x32.bin.gz", count: 1000, model),
          role: .outliers),
      ])
      for entry in report.entries {
        let area = try #require(entry.row.metrics["auroc"])
        let reference = try #require(values[entry.row.confidence])
        // Convolutions of another order of sums may exchange two neighbors in a million pairs.
        #expect(abs(area - reference) < 2e-5, "\(depth) \(entry.row.confidence): \(area)")
      }
    }
  }
}
