import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import Foundation
import GoldenSupport
import Testing

/// The networks of the published code, by formula weights: evaluation, a training step, evaluation after it.
@Suite(.serialized) struct DDUNetworkGoldenTests {
  private static let golden = GoldenSet("ddu")

  static func names() throws -> [String] {
    let runsAll = ProcessInfo.processInfo.environment["CREDENCE_ALL_NETWORKS"] == "1"
    return try golden.json("networks.json").members.map(\.key).filter { name in
      name != "_meta"
        && (runsAll || !["resnet101", "resnet110", "resnet152"].contains { name.hasPrefix($0) })
    }
  }

  @Test(arguments: try names())
  func `a network is the published one in every mode`(_ name: String) throws {
    let json = try Self.golden.json("networks.json")
    let example = try #require(json[name])
    let tensors = try Self.golden.tensors("networks.safetensors")
    var group = GoldenGroup(set: "ddu", name: "networks \(name)", file: "networks.json")
    group.skip(path: "_meta.input_offset", reason: "a setting")
    let offset = Int(json["_meta"]?["input_offset"]?.number ?? 0)
    let shape = try DDUFormula.integers(example["input_shape"])
    let labels = try DDUFormula.integers(example["labels"])

    let store = ParameterStore(.awaitingWeights)
    let (descriptor, settings) = try DDUFormula.model(name, inputShape: shape)
    let network = try descriptor.make(store.root, settings)

    // Names and shapes; batch norm's counters are not kept.
    let keys = try #require(example["state_keys"]).members
    for (key, value) in keys {
      let integers = try DDUFormula.integers(value)
      let path = "\(name).state_keys.\(key)"
      if key.hasSuffix("num_batches_tracked") {
        group.skip(path: path, reason: "a counter")
        continue
      }
      group.check(path: path, expected: integers, actual: store[key]?.shape ?? [-1])
      for index in integers.indices { group.skip(path: "\(path).\(index)", reason: "with all") }
    }
    let known = Set(keys.map(\.key))
    #expect(store.parameters.allSatisfy { known.contains($0.name) })
    group.check(
      path: "\(name).num_parameters",
      expected: Int(try #require(example["num_parameters"]?.number)), actual: store.learnedCount)
    for (index, _) in shape.enumerated() {
      group.skip(path: "\(name).input_shape.\(index)", reason: "a setting")
    }
    for (index, _) in labels.enumerated() {
      group.skip(path: "\(name).labels.\(index)", reason: "a setting")
    }

    try DDUFormula.fill(store, sortedKeys: keys.map(\.key), offset: offset)
    let images = try DDUFormula.input(1_000_000 + offset, shape: shape, scale: 1.5)

    let isDeep = example["state_keys"]?.members.count ?? 0 > 300
    func compare(_ key: String, _ found: Tensor, relative: Double) throws {
      let key = "\(name).\(key)"
      guard tensors.contains(key) else { return }
      let expected = try tensors.floats(key)
      #expect(try tensors.shape(key) == found.shape, "\(key)")
      let values: [Double] = try found.values()
      let scale = Double(expected.map(abs).max() ?? 1)
      for (index, expected) in expected.enumerated() {
        group.check(
          path: "\(key)[\(index)]", expected: Double(expected), actual: values[index],
          tolerance: relative * scale)
      }
    }
    for parameter in store.parameters where tensors.contains("\(name).state.\(parameter.name)") {
      let expected = try tensors.floats("\(name).state.\(parameter.name)")
      #expect(try parameter.value.values() == expected, "\(parameter.name)")
    }

    // Evaluation.
    for (key, sigma) in try #require(example["eval_sigma"]).members {
      let layer = String(key.dropLast(".weight_sigma".count))
      let normalization = store.spectralNormalizations.first { $0.layer == layer }
      let expected = try #require(sigma.number)
      group.check(
        path: "\(name).eval_sigma.\(key)", expected: expected,
        actual: try normalization?.measured(iterations: 0).estimate ?? .nan,
        tolerance: max(1e-5 * abs(expected), 2e-7))
    }
    let first = try withInference { try network(images, .evaluation) }
    try compare("eval_logits", first.logits, relative: 1e-5)
    try compare("eval_feature", first.embeddings, relative: 1e-5)

    // One training step's forward and gradients.
    let generator = try Generator(seed: 0)
    let learned = store.parameters.filter { $0.kind == .learned }
    for parameter in learned { try parameter.replace(with: parameter.value.requiringGradient()) }
    let output = try network(images, .training(generator))
    try compare("train_logits", output.logits, relative: isDeep ? 1e-3 : 1e-4)
    try compare("train_feature", output.embeddings, relative: isDeep ? 1e-3 : 1e-4)
    let target = try Tensor(labels.map(Int64.init), shape: [labels.count])
    let loss = try output.logits.crossEntropy(target)
    let expectedLoss = try #require(example["train_loss"]?.number)
    group.check(
      path: "\(name).train_loss", expected: expectedLoss, actual: try loss.item(),
      tolerance: (isDeep ? 1e-4 : 1e-5) * expectedLoss)
    let gradients = try loss.gradients(of: learned.map(\.value))
    for (parameter, gradient) in zip(learned, gradients) {
      let expected = try #require(
        example["double"]?["train_grad_l2"]?[parameter.name]?.number, "\(parameter.name)")
      let found = try #require(gradient, "\(parameter.name)").norm(over: []).item()
      for path in ["double.train_grad_l2", "train_grad_l2"] {
        group.check(
          path: "\(name).\(path).\(parameter.name)", expected: expected, actual: found,
          tolerance: 2e-2 * expected)
      }
    }
    if let exact = example["double"]?["train_loss"]?.number {
      group.check(
        path: "\(name).double.train_loss", expected: exact, actual: try loss.item(),
        tolerance: (isDeep ? 1e-4 : 1e-5) * exact)
    }
    for (key, _) in example["float32_versus_float64_relative_difference"]?.members ?? [] {
      group.skip(
        path: "\(name).float32_versus_float64_relative_difference.\(key)", reason: "informs")
    }

    // What the step moved.
    for (key, sigma) in try #require(example["train_sigma"]).members {
      let expected = try #require(sigma.number)
      group.check(
        path: "\(name).train_sigma.\(key)", expected: expected,
        actual: try store[key]?.value.item() ?? .nan, tolerance: 1e-5 * abs(expected))
    }
    for (key, checks) in try #require(example["after_train_buffers"]).members {
      let values: [Double] = try #require(store[key]).value.values()
      let path = "\(name).after_train_buffers.\(key)"
      let isVector = key.hasSuffix("weight_u") || key.hasSuffix("weight_v")
      let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let tolerance = (isDeep ? 1e-3 : 1e-4) * length
      group.check(
        path: "\(path).sum", expected: try #require(checks["sum"]?.number),
        actual: values.reduce(0, +),
        tolerance: tolerance * (isVector ? 1 : Double(values.count).squareRoot()))
      group.check(
        path: "\(path).l2", expected: try #require(checks["l2"]?.number), actual: length,
        tolerance: tolerance)
      for (index, value) in try #require(checks["first3"]?.array).enumerated() {
        group.check(
          path: "\(path).first3.\(index)", expected: try #require(value.number),
          actual: values[index], tolerance: tolerance)
      }
    }
    for parameter in learned { try parameter.replace(with: parameter.value.detached()) }
    let second = try withInference { try network(images, .evaluation) }
    try compare("eval2_logits", second.logits, relative: isDeep ? 1e-3 : 1e-4)

    // Recorded, the same.
    let program = try InferenceProgram(recording: images.slice(0, to: 1)) { images in
      let output = try network(images, .evaluation)
      return [output.logits, output.embeddings]
    }
    try compare("eval2_logits", program(images)[0], relative: isDeep ? 1e-3 : 1e-4)
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.prefix(8).joined(separator: "\n"))")
  }

  @Test func `the network for two moons is the published one`() throws {
    let json = try Self.golden.json("two_moons.json")
    let tensors = try Self.golden.tensors("two_moons.safetensors")
    for (name, example) in json.members where name != "_meta" {
      var group = GoldenGroup(set: "ddu", name: "two_moons \(name)", file: "two_moons.json")
      group.skip(path: "_meta.state_offset", reason: "a setting")
      let keys = try #require(example["keys"]).members
      let isBounded = keys.contains { $0.key == "first.weight_orig" }
      let first = try DDUFormula.integers(
        example["keys"]?[isBounded ? "first.weight_orig" : "first.weight"])
      let classes = try DDUFormula.integers(example["keys"]?["last.weight"])[0]
      let depth = keys.filter { $0.key.hasPrefix("residuals.") && $0.key.hasSuffix(".bias") }.count
      let store = ParameterStore(.awaitingWeights)
      let network = try ResidualMLP(
        store.root, inputs: first[1], width: first[0], depth: depth, classCount: classes,
        spectralNorm: isBounded
          ? .on(.init(coefficient: 0.65, powerIterations: 5, warmupIterations: 0)) : .off)
      for (key, value) in keys {
        let shape = try DDUFormula.integers(value)
        group.check(
          path: "\(name).keys.\(key)", expected: shape, actual: store[key]?.shape ?? [-1])
        for index in shape.indices {
          group.skip(path: "\(name).keys.\(key).\(index)", reason: "with all")
        }
        try store[key]?.replace(
          with: Tensor(tensors.floats("\(name).state.\(key)"), shape: shape))
      }
      let points = try Tensor(
        tensors.floats("\(name).x"), shape: tensors.shape("\(name).x"))
      func compare(_ key: String, _ found: Tensor) throws {
        let expected = try tensors.floats("\(name).\(key)")
        let values: [Double] = try found.values()
        let scale = Double(expected.map(abs).max() ?? 1)
        for (index, expected) in expected.enumerated() {
          group.check(
            path: "\(name).\(key)[\(index)]", expected: Double(expected), actual: values[index],
            tolerance: 1e-5 * scale)
        }
      }
      let evaluated = try network(points, .evaluation)
      try compare("eval_logits", evaluated.logits)
      try compare("eval_feature", evaluated.embeddings)
      try compare(
        "train_logits", network(points, .training(Generator(seed: 0))).logits)
      group.finish()
      #expect(group.failures.isEmpty, "\(group.failures.prefix(8).joined(separator: "\n"))")
    }
  }
}
