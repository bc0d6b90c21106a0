import Credence
import Foundation

extension BenchmarkCase {
  /// Scores of stored predictions for outlier detection.
  static let outlierDetection: [Self] = [detect, neighbors]

  /// Every method that needs stored outputs only, but for neighbors.
  static let detect = Self(
    id: "detect",
    title:
      "23 detection scores, 10,000 + 26,000 × 2,048 features × 1,000 classes, 50,000 training samples, beside plain PyTorch",
    target: 3
  ) { folder in
    let sets = try DetectionSets(in: folder)
    let methods = DetectionDescriptor.all.map(\.id).filter {
      !["knn", "ddu", "ensemble_mi", "ensemble_entropy", "odin"].contains($0)
    }
    return Contest(
      credence: { try sets.run(methods) },
      reference: { try ChildProcess.python("detect.py", [folder.path], timesItself: true) })
  }

  /// The 50th neighbor of 36,000 samples among 50,000.
  static let neighbors = Self(
    id: "neighbors",
    title:
      "50th of 50,000 neighbors of 10,000 × 2,048 features, the whole command beside the search of faiss's exact index",
    target: 1
  ) { folder in
    let sets = try DetectionSets(in: folder, foreignCount: 5000, knownCount: 5000)
    return Contest(
      credence: { try sets.run(["knn"]) },
      reference: { try ChildProcess.python("neighbors.py", [folder.path], timesItself: true) })
  }
}

/// Synthetic predictions of a classifier on its training set, on known and on foreign samples.
private struct DetectionSets {
  private let folder: URL

  init(
    in folder: URL, classCount: Int = 1000, width: Int = 2048, foreignCount: Int = 26_000,
    knownCount: Int = 10_000
  ) throws {
    self.folder = folder
    var generator = SplitMix(state: 1)
    let centers = (0..<classCount * width).map { _ in generator.normal() }
    let scale = 0.6 / Float(width).squareRoot()
    let head = LinearHead(
      weight: try Matrix(centers.map { $0 * scale }, columnCount: width),
      bias: [Double](repeating: 0, count: classCount))
    let weight = try Tensor(centers.map { $0 * scale }, shape: [classCount, width]).transposed()
    for (name, count, share) in [
      ("train", 50_000, Float(0.6)), ("id", knownCount, 0.6), ("ood", foreignCount, 0.3),
    ] {
      var features = [Float](repeating: 0, count: count * width)
      for row in 0..<count {
        let center = row % classCount * width
        for k in 0..<width {
          let value = generator.normal() * 0.7 + centers[center + k] * share - 0.3
          features[row * width + k] = max(0, value)
        }
      }
      let logits: [Float] = try Tensor(features, shape: [count, width]).matrixProduct(weight)
        .values()
      try PredictionSet(
        .logits(Matrix(logits, columnCount: classCount)),
        labels: (0..<count).map { Int32($0 % classCount) },
        embeddings: Matrix(features, columnCount: width), head: head
      ).write(to: folder.appendingPathComponent("\(name).safetensors"), format: .safetensors)
    }
  }

  func run(_ methods: [String]) throws -> Measurement {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("credence")
    func path(_ name: String) -> String {
      folder.appendingPathComponent("\(name).safetensors").path
    }
    let (output, run) = try ChildProcess(
      program: program,
      arguments: [
        "detect", "--id", path("id"), "--train", path("train"), "--ood", path("ood"), "--method",
        methods.joined(separator: ","), "--bootstrap", "0", "--format", "json",
      ]
    ).run()
    var measurement = run
    for entry in try DetectionJSON.report(decoding: output).entries {
      measurement.values["auroc_\(entry.row.confidence)"] = entry.row.metrics["auroc"]
    }
    return measurement
  }

  /// SplitMix64, with sums of four uniform numbers for normal ones.
  private struct SplitMix {
    var state: UInt64

    mutating func normal() -> Float {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      z ^= z >> 31
      let sum = (z & 0xffff) + (z >> 16 & 0xffff) + (z >> 32 & 0xffff) + (z >> 48 & 0xffff)
      return (Float(sum) / 65536 - 2) * 1.732
    }
  }
}
