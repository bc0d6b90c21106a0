import CredenceData
import CredenceEvaluation
import CredenceFiles
import CredenceModels
import CredenceNN
import CredencePredictions
import CredenceTensor
import FileSupport
import Foundation

/// Gray images of 28 × 28 pixels that a formula gives.
struct FormulaImages: ImageDataset {
  var path = "formula"
  var count = 11
  /// Images that hold no pixels.
  var damaged: Set<Int> = []
  var classNames: [String] = []
  var numbersClassesByName = false
  /// The greatest class number.
  var greatestLabel = 9
  /// Told of every image that is read.
  var reading: @Sendable (Int) -> Void = { _ in }

  func id(at index: Int) -> String { "images/\(index).png" }

  func label(at index: Int) -> Int? { index % 5 == 4 ? nil : index * 3 % (greatestLabel + 1) }

  func content(at index: Int) throws(DatasetError) -> ImageContent {
    reading(index)
    if damaged.contains(index) { return .encoded(Data("no image".utf8)) }
    return .pixels(
      PixelImage(width: 28, height: 28, pixels: (0..<28 * 28 * 3).map { pixel(index, $0 / 3) }))
  }

  /// The gray of a pixel.
  func pixel(_ index: Int, _ position: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (position * 31 + index * 97) % 251)
  }

  /// Some images as the network sees them, `[count, 1, 28, 28]`.
  func tensor(_ indices: [Int]) throws -> Tensor {
    let values = indices.flatMap { index in
      (0..<28 * 28).map { (Double(pixel(index, $0)) / 255 - 0.5) / 0.25 }
    }
    return try Tensor(values, shape: [indices.count, 1, 28, 28]).to(.float32)
  }
}

/// A LeNet with random weights in a file, and a folder for its predictions.
final class TinyRun {
  let folder: TemporaryFolder
  let weights: URL
  let model: ClassifierModel
  static let preprocessing = Preprocessing(
    inputSize: [1, 28, 28], cropMode: .none, mean: [0.5], std: [0.25])

  /// Writes the weights, those of the last two layers multiplied by a factor.
  init(seed: UInt64 = 7, scale: Double = 1) throws {
    folder = try TemporaryFolder()
    weights = folder.url.appending(path: "lenet.safetensors")
    let descriptor = try Self.descriptor()
    let store = ParameterStore(.random(try Generator(seed: seed)))
    _ = try descriptor.make(store.root, descriptor.settings)
    for name in ["fc2.weight", "fc3.weight"] {
      if let layer = store[name] { try layer.replace(with: layer.value * scale) }
    }
    try Self.write(store, to: weights)
    model = try ClassifierModel(descriptor, weights: TensorArchive(contentsOf: weights))
  }

  static func descriptor() throws -> ModelDescriptor {
    guard let descriptor = ModelCatalog["lenet"] else {
      throw ModelError.unknownModel(name: "lenet", suggestions: [])
    }
    return descriptor
  }

  static func write(_ store: ParameterStore, to file: URL) throws {
    let arrays = try store.parameters.map { parameter in
      let values: [Float] = try parameter.value.values()
      return OutgoingArray(
        parameter.name, values.map(\.bitPattern), element: .float32, shape: parameter.shape)
    }
    try SafetensorsWriter.write(arrays, metadata: [:], to: file)
  }

  func prepared(
    _ preprocessing: Preprocessing = TinyRun.preprocessing,
    _ inference: InferenceSettings = InferenceSettings()
  ) throws -> PredictionModel {
    try PredictionModel(model, file: weights, preprocessing: preprocessing, settings: inference)
  }

  /// A folder for predictions.
  func output(_ name: String = "predictions") -> URL { folder.url.appending(path: name) }

  /// Settings for batches of 4 images with embeddings.
  static func settings() -> PredictionSettings { settings { _ in } }

  /// The same with changes.
  static func settings(
    _ change: (inout PredictionSettings) throws -> Void
  ) rethrows -> PredictionSettings {
    var settings = PredictionSettings()
    settings.loading.batchSize = 4
    settings.loading.workerCount = 2
    settings.keepsEmbeddings = true
    try change(&settings)
    return settings
  }

  /// Runs LeNet over images.
  func predict(
    _ images: any ImageDataset = FormulaImages(),
    _ settings: PredictionSettings = TinyRun.settings(), to name: String = "predictions"
  ) throws -> PredictionResult {
    try Predictor(settings).run(
      prepared(), over: images, named: "formula", split: "val", to: output(name))
  }
}

/// The predictions in a file.
func predictions(_ file: URL) throws -> PredictionSet {
  try PredictionReader.read(PredictionSource(file)).set
}

extension Matrix {
  /// All numbers, row by row.
  var allValues: [Double] { (0..<rowCount).flatMap { row($0) } }
}

/// Whether numbers agree within a part of the greatest one.
func agree(_ found: [Double], _ expected: [Double], within tolerance: Double) -> Bool {
  let scale = max(1e-30, expected.map(abs).max() ?? 0)
  return found.count == expected.count
    && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance * scale }
}
