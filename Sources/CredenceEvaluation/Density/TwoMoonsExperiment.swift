import CredenceCalibration
import CredenceData
import CredenceMetrics
import CredenceModels
import CredenceNN
import CredencePredictions
import CredenceTensor
import CredenceTraining
import CredenceUncertainty
import Foundation

/// The two-moons experiment: which doubt grows away from the samples.
///
/// Two classes of points on half circles; a network without and one with bounded norms, and an ensemble of small ones, are asked about
/// every point of a square. Only the density of the bounded network's features falls off in every direction.
///
/// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582, after van Amersfoort et al., ICML 2020, arXiv:2003.02037.
public struct TwoMoonsExperiment: Sendable {
  /// The defaults are the published ones.
  public struct Settings: Codable, Hashable, Sendable {
    public var seed: UInt64 = 0
    public var sampleCount = 2000
    public var noise = 0.1
    /// Points on a side of the grid.
    public var gridSize = 100
    /// Epochs of the network with bounded norms.
    public var epochs = 150
    public var ensembleSize = 3
    public var ensembleEpochs = 5
    public var coefficient = 0.65
    public var powerIterations = 5

    public init() {}
  }

  /// Where the grid lies.
  public static let x = -2.5...3.5
  public static let y = -3.0...3.0

  /// One number for each point of the grid, rows of rising x, row after row of rising y.
  public struct Map: Sendable {
    public var title: String
    public var values: [Double]
  }

  public let settings: Settings
  /// The samples, and the class of each.
  public let points: [(x: Double, y: Double)]
  public let labels: [Int32]
  /// Confidences: higher where the network is surer.
  public let maps: [Map]

  /// Trains the networks and asks them.
  ///
  /// - Parameters:
  ///   - settings: The published ones unless told otherwise.
  ///   - progress: Told which network learns and how many epochs are done.
  /// - Throws: `EvaluationError.invalidSetting`, `EngineError`, `TrainingError`.
  public init(
    _ settings: Settings = Settings(), progress: (String, Int) -> Void = { _, _ in }
  ) throws {
    guard settings.sampleCount >= 10, settings.gridSize >= 2, settings.ensembleSize >= 1 else {
      throw EvaluationError.invalidSetting(
        name: "The two moons", value: "\(settings.sampleCount) samples, grid \(settings.gridSize)",
        allowed: "at least 10 samples, 2 grid points and one network")
    }
    self.settings = settings
    (points, labels) = try Self.samples(settings)
    let inputs = try Tensor(
      points.flatMap { [Float($0.x), Float($0.y)] }, shape: [points.count, 2])
    let side = settings.gridSize
    func place(_ range: ClosedRange<Double>, _ index: Int) -> Double {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double(index) / Double(side - 1)
    }
    let grid = try Tensor(
      (0..<side * side).flatMap { position in
        [Float(place(Self.x, position % side)), Float(place(Self.y, position / side))]
      }, shape: [side * side, 2])

    var members: [Matrix] = []
    for member in 0..<settings.ensembleSize {
      let network = try Self.trained(
        inputs, labels, settings, seed: settings.seed + UInt64(member), bound: .off,
        epochs: settings.ensembleEpochs
      ) { progress("Network \(member + 1) of the ensemble", $0) }
      members.append(try network(grid).logits)
    }
    let bound = SpectralNorm.on(
      SpectralNorm.Settings(
        coefficient: settings.coefficient, powerIterations: settings.powerIterations,
        warmupIterations: 0))
    let network = try Self.trained(
      inputs, labels, settings, seed: settings.seed, bound: bound, epochs: settings.epochs
    ) { progress("The network with bounded norms", $0) }
    let (known, asked) = (try network(inputs), try network(grid))
    let density = try GaussianDensity.fit(known.features, labels: labels)
    let scoring = try DensityScoring(density)
    let least = try scoring.scores(of: known.features).logDensities.min() ?? 0
    let raised = try scoring.scores(of: asked.features).logDensities.map { max($0 - least, -1) }
    let greatest = max(raised.max() ?? 1, 1e-12)
    maps = [
      Map(
        title: "Softmax entropy",
        values: try ConfidenceFunction.rows([.negativeEntropy], of: asked.logits).confidences[0]),
      Map(
        title: "Predictive entropy of an ensemble",
        values: try EnsembleScores(members).predictiveEntropies.map { -$0 }),
      Map(title: "Density of features", values: raised.map { $0 / greatest }),
    ]
  }

  /// The points, in random order.
  private static func samples(_ settings: Settings) throws -> ([(x: Double, y: Double)], [Int32]) {
    let moons = try TwoMoons(
      count: settings.sampleCount, noise: settings.noise,
      seed: UInt32(truncatingIfNeeded: settings.seed))
    let samples = (0..<moons.count).map { (x: moons.points[2 * $0], y: moons.points[2 * $0 + 1]) }
    return (samples, moons.labels.map(Int32.init))
  }

  /// A trained network as a function of points.
  private static func trained(
    _ inputs: Tensor, _ labels: [Int32], _ settings: Settings, seed: UInt64, bound: SpectralNorm,
    epochs: Int, progress: (Int) -> Void
  ) throws -> (Tensor) throws -> (logits: Matrix, features: Matrix) {
    let store = ParameterStore(.random(try Generator(seed: seed)))
    let network = try ResidualMLP(store.root, spectralNorm: bound)
    var configuration = TrainingConfiguration()
    configuration.seed = seed
    configuration.epochCount = epochs
    configuration.batchSize = 64
    configuration.memoryFormat = .contiguous
    configuration.optimizer.algorithm = "adam"
    configuration.optimizer.learningRate = 1e-3
    configuration.optimizer.weightDecay = 0
    configuration.schedule.shape = "constant"
    let source = ResidentSource(
      inputs: inputs, labels: try Tensor(labels.map { Int64($0) }, shape: [labels.count]))
    let trainer = try Trainer(
      TrainableNetwork(store) { try network($0, $1) },
      Objective<NetworkOutput>(
        loss: { try $0.logits.crossEntropy($1) }, logits: { $0.logits }),
      learning: SampleSet(source), configuration: configuration)
    _ = try trainer.run { event in
      if case .epoch(let record) = event { progress(record.epoch) }
    }
    return { points in
      try withInference {
        let output = try network(points, .evaluation)
        let (logits, features): ([Float], [Float]) = (
          try output.logits.values(), try output.embeddings.values()
        )
        return (
          try Matrix(logits, columnCount: output.logits.shape[1]),
          try Matrix(features, columnCount: output.embeddings.shape[1])
        )
      }
    }
  }
}
