import CredenceCalibration
import CredenceData
import CredenceEvaluation
import CredenceFiles
import CredenceMetrics
import CredenceModels
import CredenceNN
import CredencePredictions
import CredenceUncertainty
import FileSupport
import Foundation
import Testing

/// Real networks and images against numbers measured with PyTorch; in the folder that `CREDENCE_DATA` names.
@Suite(.enabled(if: shared != nil, "CREDENCE_DATA is not set"), .serialized)
struct SharedDensityTests {
  private let folder = URL(fileURLWithPath: shared ?? "")

  /// Runs a network over images into memory.
  private func predictions(
    _ architecture: String, _ weights: String, _ preprocessing: Preprocessing,
    _ images: any ImageDataset, limit: Int? = nil
  ) throws -> PredictionSet {
    let file = folder.appending(path: "models/\(weights).safetensors")
    let descriptor = try #require(ModelCatalog[architecture])
    var settings = descriptor.settings
    settings.channelCount = preprocessing.channels
    settings.imageSize = [preprocessing.height, preprocessing.width]
    let model = try PredictionModel(
      ClassifierModel(
        descriptor, weights: TensorArchive(contentsOf: file), settings: settings, classCount: 10),
      file: file, preprocessing: preprocessing, settings: InferenceSettings())
    var prediction = PredictionSettings()
    prediction.keepsEmbeddings = true
    prediction.loading.batchSize = 250
    if let limit {
      prediction.loading.shard = try Shard(argument: "0/\(images.count / limit)")
    }
    let output = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: output) }
    let result = try Predictor(prediction).run(model, over: images, named: "images", to: output)
    return try PredictionReader.read(PredictionSource(result.file)).set
  }

  private func open(_ name: String, split: String? = nil) throws -> any ImageDataset {
    try DatasetCatalog.open(path: folder.appending(path: name).path, split: split)
  }

  private static func auroc(_ inliers: [Double], _ outliers: [Double]) throws -> Double {
    try AUROC().value(
      for: ScoredOutcomes(
        confidences: (inliers + outliers).map { -$0 },
        isCorrect: inliers.map { _ in true } + outliers.map { _ in false }))
  }

  @Test(arguments: [
    ("resnet20", 0.69219, 0.66432, 14.67397, 0.87074, 0.94706),
    ("resnet32", 0.79344, 0.72204, 12.43379, 0.87422, 0.94564),
  ]) func `densities of CIFAR networks have the measured values`(
    name: String, tiny: Double, fashion: Double, mean: Double, entropyTiny: Double,
    entropyFashion: Double
  ) throws {
    let preprocessing = Preprocessing(
      inputSize: [3, 32, 32], interpolation: .bilinear, cropFraction: 1, cropMode: .fit)
    func run(_ images: any ImageDataset, limit: Int? = nil) throws -> PredictionSet {
      try predictions("cifar_\(name)", "cifar10-\(name)", preprocessing, images, limit: limit)
    }
    let density = try FittedDensity.fit(run(open("cifar10", split: "train")))
    #expect(density.jitters.allSatisfy { $0 == 0 })
    let test = try run(open("cifar10", split: "test"))
    let known = try density.scores(of: test)
    let found = known.logDensities.reduce(0, +) / Double(known.logDensities.count)
    #expect(abs(found - mean) < 2e-3, "\(found)")
    let others: [(any ImageDataset, Int?, Double, Double)] = [
      (try open("ood/tiny-imagenet-val-0000-0999-32x32.bin.gz"), nil, tiny, entropyTiny),
      (try open("fashion-mnist", split: "test"), 1000, fashion, entropyFashion),
    ]
    for (images, limit, expected, entropy) in others {
      let set = try run(UnlabeledDataset(images), limit: limit)
      #expect(set.sampleCount == 1000)
      let foreign = try density.scores(of: set)
      let value = try Self.auroc(
        known.logDensities.map { -$0 }, foreign.logDensities.map { -$0 })
      #expect(abs(value - expected) < 3e-4, "\(value)")
      let rows = try [test, set].map {
        try ConfidenceFunction.rows([.negativeEntropy], of: #require($0.scoreMatrix))
      }
      let second = try Self.auroc(
        rows[0].confidences[0].map { -$0 }, rows[1].confidences[0].map { -$0 })
      #expect(abs(second - entropy) < 3e-4, "\(second)")
    }
  }

  @Test func `the LeNet ensemble tells Fashion-MNIST and ambiguous digits apart as measured`()
    throws
  {
    let preprocessing = Preprocessing(
      inputSize: [1, 28, 28], interpolation: .bilinear, cropFraction: 1, cropMode: .fit,
      mean: [0.1307], std: [0.3081])
    func scores(_ images: any ImageDataset) throws -> EnsembleScores {
      try EnsembleScores(
        (0..<5).map { member in
          let set = try predictions(
            "lenet", "mnist-lenet-ensemble/member\(member)", preprocessing, images)
          return try #require(set.scoreMatrix)
        })
    }
    let known = try scores(open("mnist", split: "test"))
    let mean = known.predictiveEntropies.reduce(0, +) / 10_000
    #expect(abs(mean - 0.05058) < 2e-5)
    #expect(abs(known.mutualInformations.reduce(0, +) / 10_000 - 0.01289) < 2e-5)
    let sets: [(any ImageDataset, Double, Double)] = [
      (try open("fashion-mnist", split: "test"), 0.99594, 0.98317),
      (
        try open("dirty-mnist-standin/ambiguous-test-images-idx3-ubyte.gz"), 0.93319, 0.91199
      ),
    ]
    for (images, entropy, information) in sets {
      let foreign = try scores(images)
      let first = try Self.auroc(known.predictiveEntropies, foreign.predictiveEntropies)
      let second = try Self.auroc(known.mutualInformations, foreign.mutualInformations)
      #expect(abs(first - entropy) < 1e-4, "\(first)")
      #expect(abs(second - information) < 1e-4, "\(second)")
    }
  }
}

private let shared = UndistributedData.folder?.path
