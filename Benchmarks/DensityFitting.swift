import Credence
import CredenceFiles
import Foundation

extension BenchmarkCase {
  /// Gaussians over features beside the published way, in double and single precision.
  static let densities: [Self] = [
    density(classes: 10, features: 640, elementType: .float64, target: 2),
    density(classes: 10, features: 640, elementType: .float32, target: 4),
    density(classes: 20, features: 1024, elementType: .float64, target: 2),
    density(classes: 20, features: 1024, elementType: .float32, target: 4),
  ]

  private static func density(
    classes: Int, features: Int, elementType: ElementType, target: Double
  ) -> Self {
    Self(
      id: "density-\(classes)x\(features)-\(elementType.rawValue)",
      title:
        "fit and score \(classes) Gaussians of \(features) features, 10,000 embeddings, products in \(elementType.rawValue), "
        + "beside torch.distributions in double as published",
      target: target
    ) { folder in
      let embeddings = folder.appendingPathComponent("embeddings.bin")
      let labels = folder.appendingPathComponent("labels.bin")
      try SyntheticFeatures(classes: classes, features: features, seed: 3).write(embeddings, labels)
      let arguments = [embeddings.path, labels.path, "10000", "\(features)", "\(classes)"]
      return Contest(
        credence: {
          // A process of its own, so that its memory can be told from that of this one.
          let (output, run) = try ChildProcess(
            program: URL(fileURLWithPath: CommandLine.arguments[0]),
            arguments: [DensityFitting.argument] + arguments + [elementType.rawValue]
          ).run()
          var measurement = run
          measurement.values.merge(
            try JSONDecoder().decode([String: Double].self, from: output)
          ) { $1 }
          measurement.seconds = measurement.values["seconds"] ?? run.seconds
          return measurement
        },
        reference: {
          try ChildProcess.python("density.py", arguments, timesItself: true)
        })
    }
  }
}

/// Correlated features around a mean per class.
private struct SyntheticFeatures {
  let classes: Int
  let features: Int
  let seed: UInt64

  func write(_ embeddings: URL, _ labels: URL) throws {
    var generator = SplitMix64(seed: seed)
    func uniform() -> Float {
      Float(generator.next() >> 40) * 0x1p-24 - 0.5
    }
    let means = (0..<classes * features).map { _ in 2 * uniform() }
    var values: [Float] = []
    values.reserveCapacity(10_000 * features)
    for sample in 0..<10_000 {
      let common = uniform()
      var last: Float = 0
      for feature in 0..<features {
        // Each feature resembles the one before.
        last = 0.6 * last + uniform()
        values.append(means[sample % classes * features + feature] + last + common)
      }
    }
    try values.withUnsafeBytes { Data($0) }.write(to: embeddings)
    try (0..<10_000).map { Int32($0 % classes) }.withUnsafeBytes { Data($0) }.write(to: labels)
  }
}

/// The process that a density benchmark measures.
enum DensityFitting {
  static let argument = "--density"

  /// Fits and scores what the arguments name, and prints JSON.
  static func run(_ arguments: [String]) throws {
    let features = Int(arguments[3]) ?? 0
    let embeddings = try Matrix(
      bytes: Data(contentsOf: URL(fileURLWithPath: arguments[0]), options: .alwaysMapped),
      rowCount: Int(arguments[2]) ?? 0, columnCount: features, scalarType: .float32)
    let labels = try Data(contentsOf: URL(fileURLWithPath: arguments[1])).withUnsafeBytes {
      Array($0.bindMemory(to: Int32.self))
    }
    // Loads the engine.
    _ = try Tensor.zeros([1])
    let start = DispatchTime.now().uptimeNanoseconds
    let processorStart = ProcessorTime.seconds()
    let density = try GaussianDensity.fit(embeddings, labels: labels)
    let fitted = DispatchTime.now().uptimeNanoseconds
    let scores = try DensityScoring(
      density, elementType: ElementType(rawValue: arguments[5]) ?? .float64
    ).scores(of: embeddings)
    let end = DispatchTime.now().uptimeNanoseconds
    let values = [
      "seconds": Double(end - start) / 1e9,
      "processor_seconds": ProcessorTime.seconds() - processorStart,
      "fit_seconds": Double(fitted - start) / 1e9,
      "mean": scores.logDensities.reduce(0, +) / Double(scores.logDensities.count),
    ]
    FileHandle.standardOutput.write(try JSONEncoder().encode(values))
  }
}
