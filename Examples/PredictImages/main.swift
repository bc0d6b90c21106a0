// Runs a network over a folder of images and decides about each of them.
//
//     swift run PredictImages squeezenet1_0 weights.safetensors photos [policy.json]
//     swift run PredictImages --sample FOLDER     makes weights and images to try it with
//
// The folder holds one folder of images per class, or images alone. The policy is what `credence fit` wrote for
// this network; without one the confidence is the largest probability as the network gives it.

import Credence
import Foundation

func run(_ arguments: [String]) async throws {
  if arguments.count == 2, arguments[0] == "--sample" {
    return try Sample.write(to: URL(fileURLWithPath: arguments[1]))
  }
  guard arguments.count == 3 || arguments.count == 4 else {
    print("Usage: PredictImages ARCHITECTURE WEIGHTS IMAGES [POLICY.json]")
    return
  }
  let weights = URL(fileURLWithPath: arguments[1])
  let resolver = try ModelResolver(hub: HubClient(HubSettings()))
  let model = try resolver.prepare(
    await resolver.locate(.weights(architecture: arguments[0], file: weights)))
  let images = try DatasetCatalog.open(path: arguments[2])

  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  defer { try? FileManager.default.removeItem(at: folder) }
  let result = try Predictor().run(model, over: images, named: "images", to: folder)
  let set = try PredictionReader.read(PredictionSource(result.file)).set

  let policy = try arguments.dropFirst(3).first.map {
    try Policy(contentsOf: URL(fileURLWithPath: $0))
  }
  let logits = try set.scoreMatrix ?? Matrix([Float](), columnCount: model.classCount)
  for row in 0..<set.sampleCount {
    let scores = logits.row(row).map(Float.init)
    let name = set.sampleIDs?[row] ?? "\(row)"
    if let decision = try policy?.decision(forLogits: scores) {
      let verdict = decision.isAccepted.map { $0 ? ", accept" : ", reject" } ?? ""
      print("\(name): class \(decision.label), confidence \(decision.confidence)\(verdict)")
    } else {
      let largest = scores.max() ?? 0
      let sum = scores.reduce(0) { $0 + exp($1 - largest) }
      print("\(name): class \(scores.firstIndex(of: largest) ?? 0), confidence \(1 / sum)")
    }
  }
}

do {
  try await run(Array(CommandLine.arguments.dropFirst()))
} catch {
  FileHandle.standardError.write(Data("PredictImages: \(error.localizedDescription)\n".utf8))
  exit(1)
}
