import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct ImageTextGoldenTests {
  @Test(arguments: try ImageTextExample.all())
  func `features are those of the published program`(_ example: ImageTextExample) throws {
    let folder = try TemporaryFolder()
    let description = try ImageTextDescription(
      contentsOf: example.write(to: folder.url))
    let (network, store) = try description.network()
    #expect(store.pendingNames.isEmpty)
    let images = try FormulaWeights.images([3, example.size, example.size])
    try withInference {
      try compare(network.imageFeatures(images), example.image, "images")
      let places = description.configuration.text.contextLength
      for (index, text) in example.texts.enumerated() {
        let padded = text + Array(repeating: 1, count: example.padded ? places - text.count : 0)
        let features = try network.textFeatures(
          Tensor(padded, shape: [1, padded.count]), ends: [padded.count - 1])
        try compare(features, [example.text[index]], "text \(index)")
      }
    }
  }

  @Test func `texts of several lengths in one batch have the features of each alone`() throws {
    let example = try #require(try ImageTextExample.all().first)
    let folder = try TemporaryFolder()
    let (network, _) = try ImageTextDescription(
      contentsOf: example.write(to: folder.url)
    ).network()
    let longest = example.texts.map(\.count).max() ?? 0
    let padded = example.texts.flatMap { $0 + Array(repeating: 0, count: longest - $0.count) }
    let features = try withInference {
      try network.textFeatures(
        Tensor(padded, shape: [example.texts.count, longest]),
        ends: example.texts.map { $0.count - 1 })
    }
    try compare(features, example.text, "batch")
  }

  private func compare(_ features: Tensor, _ expected: [[Double]], _ what: String) throws {
    let values: [Double] = try features.values()
    #expect(features.shape == [expected.count, expected[0].count], "\(what)")
    for (row, wanted) in expected.enumerated() {
      let norm = wanted.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for (column, number) in wanted.enumerated() {
        let found = values[row * wanted.count + column]
        // Sums of up to a thousand float32 products differ in the last digits.
        #expect(abs(found - number) < 1e-5 * norm, "\(what), row \(row), \(column)")
      }
    }
  }
}

/// What a published network's configuration tells of its parameters.
struct ImageTextListing: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let layout: String
  let config: GoldenJSON
  let tensors: Int
  let numbers: Int
  let digest: String
  let parameters: Int

  var testDescription: String { name }

  static func all() throws -> [Self] {
    try JSONDecoder().decode([Self].self, from: GoldenSet("clip").data("full.json"))
  }
}

@Suite struct ImageTextNamesTests {
  @Test(arguments: try ImageTextListing.all())
  func `published networks have the published parameters, by name and shape`(
    _ listing: ImageTextListing
  ) throws {
    let folder = try TemporaryFolder()
    let isOpenCLIP = listing.layout == "open_clip"
    _ = try folder.file(
      isOpenCLIP ? "open_clip_config.json" : "config.json",
      JSONEncoder().encode(JSONText(listing.config)))
    _ = try folder.file(isOpenCLIP ? "open_clip_model.safetensors" : "model.safetensors", Data())
    let description = try ImageTextDescription(contentsOf: folder.url)
    let store = ParameterStore(.awaitingWeights)
    _ = try ImageTextNetwork(store.root, description.configuration)
    var shapes: [String: [Int]] = [:]
    for parameter in store.parameters {
      let stored = try #require(
        description.layout.storedShapes(of: parameter.name, shape: parameter.shape))
      shapes.merge(stored) { old, new in
        #expect(old == new)
        return new
      }
    }
    let lines = shapes.map { name, shape in
      "\(name) \(shape.filter { $0 != 1 }.map(String.init).joined(separator: ","))\n"
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var hash = SHA256()
    hash.update(Data(lines.joined().utf8))
    #expect(lines.count == listing.tensors)
    #expect(shapes.values.reduce(0) { $0 + $1.reduce(1, *) } == listing.numbers)
    #expect(store.learnedCount == listing.parameters)
    #expect(hash.hexadecimal() == listing.digest)
  }
}
