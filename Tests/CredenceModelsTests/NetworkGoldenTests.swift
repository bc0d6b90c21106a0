import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import Foundation
import GoldenSupport
import Testing

/// What timm says of a variant.
struct NetworkExample: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let parameters: Int
  let digest: String
  let input: [Int]
  let features: Int
  let classes: Int
  let flopsHint: Double?
  let gain: Double?
  let logits: [[Double]]?
  let norms: [Double]?
  let featureNorms: [Double]?

  private enum CodingKeys: String, CodingKey {
    case name, parameters, digest, input, features, classes, gain, logits, norms
    case flopsHint = "flops_hint"
    case featureNorms = "feature_norms"
  }

  var testDescription: String { name }

  /// The network, without weights.
  func network() throws -> (network: any Network, store: ParameterStore) {
    let descriptor = try #require(ModelCatalog[name], "‘\(name)’ is not in the catalog")
    var settings = descriptor.settings
    settings.imageSize = Array(input.suffix(2))
    settings.channelCount = input[0]
    let store = ParameterStore(.awaitingWeights)
    return (try descriptor.make(store.root, settings), store)
  }

  /// Whether it is small enough to run in every test.
  var isSmall: Bool { logits != nil && parameters < 25_000_000 && (flopsHint ?? 99) < 2.6 }

  static func all() throws -> [(family: String, examples: [NetworkExample])] {
    let set = GoldenSet("networks")
    let files = try FileManager.default.contentsOfDirectory(atPath: set.folder.path).sorted()
    return try files.filter { $0.hasSuffix(".json") }.map { file in
      (
        String(file.dropLast(5)),
        try JSONDecoder().decode([NetworkExample].self, from: set.data(file))
      )
    }
  }

  /// Those whose logits are compared: the small ones, or with CREDENCE_ALL_NETWORKS=1 every one.
  static func runnable() throws -> [NetworkExample] {
    let runsAll = ProcessInfo.processInfo.environment["CREDENCE_ALL_NETWORKS"] == "1"
    return try all().flatMap(\.examples).filter { runsAll ? $0.logits != nil : $0.isSmall }
  }
}

@Suite(.serialized) struct NetworkGoldenTests {
  @Test func `every variant has timm's parameters, by name and shape`() throws {
    for (family, examples) in try NetworkExample.all() {
      var group = GoldenGroup(set: "networks", name: "\(family) names", file: "\(family).json")
      for (index, example) in examples.enumerated() {
        let (_, store) = try example.network()
        group.check(
          path: "\(index).parameters", expected: example.parameters, actual: store.learnedCount)
        let lines = store.parameters.map { parameter in
          "\(parameter.name) \(parameter.shape.map(String.init).joined(separator: ","))\n"
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        group.check(
          path: "\(index).digest", expected: example.digest,
          actual: digest(lines.joined()))
      }
      group.finish()
      #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
    }
  }

  private func digest(_ text: String) -> String {
    var hash = SHA256()
    hash.update(Data(text.utf8))
    return hash.hexadecimal()
  }

  @Test(arguments: try NetworkExample.runnable())
  func `logits are timm's, step by step and compiled`(_ example: NetworkExample) throws {
    let (network, store) = try example.network()
    try FormulaWeights.fill(store, gain: example.gain ?? 1)
    let images = try FormulaWeights.images(example.input)
    let eager = try withInference { try network(images, .evaluation) }
    try compare(example, eager.logits, eager.embeddings, what: "step by step")
    let program = try InferenceProgram(recording: images.slice(0, to: 1)) { images in
      let output = try network(images, .evaluation)
      return [output.logits, output.embeddings]
    }
    let compiled = try program(images)
    try compare(example, compiled[0], compiled[1], what: "compiled")
  }

  private func compare(
    _ example: NetworkExample, _ logits: Tensor, _ embeddings: Tensor, what: String
  ) throws {
    let rows = try values(logits)
    for (row, picks) in try zip(rows, #require(example.logits)) {
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // Float32 alone is off by up to 2e-6 of the norm.
      for (position, expected) in picks.enumerated() {
        let found = row[position * row.count / picks.count]
        #expect(
          abs(found - expected) < 1e-4 * norm / Double(row.count).squareRoot() + 1e-6 * norm,
          "\(what), logit \(position): \(found) instead of \(expected)")
      }
    }
    for (row, expected) in try zip(values(embeddings), #require(example.featureNorms)) {
      #expect(row.count == example.features)
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(norm - expected) < 1e-4 * expected, "\(what), embedding")
    }
  }

  private func values(_ tensor: Tensor) throws -> [[Double]] {
    let values: [Double] = try tensor.values()
    let width = tensor.shape[1]
    return (0..<tensor.shape[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }
}
