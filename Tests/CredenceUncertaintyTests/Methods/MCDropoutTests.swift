import CredenceModels
import CredenceNN
import CredenceTensor
import CredenceUncertainty
import Testing

@Suite struct MCDropoutTests {
  /// Dropout before the classifier, and inside of blocks.
  static let networks = ["lenet", "wrn10_1"]

  private func method(_ id: String, samples: Int = 3, seed: UInt64 = 0) throws -> (
    MCDropout, ClassifierModel
  ) {
    let model = try SmallNetworks.model(id) { $0.dropoutRate = 0.4 }
    let method = try MCDropout(
      model, inputSize: SmallNetworks.size(model), .init(samples: samples, seed: seed),
      inference: InferenceSettings())
    return (method, model)
  }

  @Test(arguments: networks) func `members differ, and their probabilities are averaged`(
    _ id: String
  ) throws {
    let (method, model) = try self.method(id)
    let output = try method(SmallNetworks.images(5, model))
    #expect(method.memberCount == 3 && method.classCount == 4)
    #expect(output.logits.count == 3 && output.logits.allSatisfy { $0.shape == [5, 4] })
    #expect(try difference(output.logits[0], output.logits[1]) > 1e-3)
    #expect(try difference(output.logits[1], output.logits[2]) > 1e-3)
    let found: [Double] = try output.probabilities.values()
    for (found, expected) in try zip(found, meanProbabilities(output.logits)) {
      #expect(abs(found - expected) < 1e-6)
    }
    let embeddings = try #require(output.embeddings)
    #expect(embeddings.shape == [5, method.embeddingWidth])
    let plain = try withInference {
      try model.network(SmallNetworks.images(5, model), .evaluation)
    }
    #expect(try difference(embeddings, plain.embeddings) < 1e-4)
  }

  @Test(arguments: networks) func `a member says the same of an image in whatever batch it stands`(
    _ id: String
  ) throws {
    let (method, model) = try self.method(id)
    let images = try SmallNetworks.images(5, model)
    let all = try method(images)
    let (again, _) = try self.method(id)
    for row in 0..<5 {
      let alone = try again(images.slice(0, from: row, to: row + 1))
      for member in 0..<3 {
        #expect(
          try difference(alone.logits[member], all.logits[member].slice(0, from: row, to: row + 1))
            < 1e-5)
      }
    }
  }

  @Test func `draws depend on the seed, and the first ones not on their number`() throws {
    let (few, model) = try method("lenet", samples: 2)
    let images = try SmallNetworks.images(3, model)
    let expected = try few(images).logits
    let more = try method("lenet", samples: 6).0(images).logits
    #expect(try difference(more[0], expected[0]) == 0)
    #expect(try difference(more[1], expected[1]) == 0)
    let other = try method("lenet", samples: 2, seed: 1).0(images).logits
    #expect(try difference(other[0], expected[0]) > 1e-3)
  }

  @Test func `many draws of the last layer's input average to the plain logits`() throws {
    let (method, model) = try self.method("lenet", samples: 600)
    let images = try SmallNetworks.images(2, model)
    let members = try method(images).logits
    let mean = try Tensor.stacked(members).mean(over: [0])
    let deviation = try Tensor.stacked(members).variance(over: [0]).squareRoot()
    let plain: [Double] = try withInference { try model.network(images, .evaluation).logits }
      .values()
    let (found, spread): ([Double], [Double]) = (try mean.values(), try deviation.values())
    for index in plain.indices {
      #expect(abs(found[index] - plain[index]) < 5 * spread[index] / 600.0.squareRoot())
    }
  }

  @Test func `a network without dropout is refused`() throws {
    let model = try SmallNetworks.model()
    #expect(throws: MethodError.noDropout(model: "lenet")) {
      try MCDropout(
        model, inputSize: [1, 28, 28], .init(), inference: InferenceSettings())
    }
    #expect(
      throws: MethodError.badSetting(name: "--samples", value: "0", allowed: "from 1 to 1000")
    ) {
      try MCDropout(
        model, inputSize: [1, 28, 28], .init(samples: 0), inference: InferenceSettings())
    }
  }
}
