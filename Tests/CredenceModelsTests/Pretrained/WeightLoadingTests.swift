import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import FileSupport
import Foundation
import Testing

/// Files of weights against a LeNet for gray images.
@Suite struct WeightLoadingTests {
  private typealias Arrays = [(name: String, shape: [Int], values: [Float])]

  private let folder: TemporaryFolder
  private let descriptor: ModelDescriptor
  /// The numbers of a random network.
  private let arrays: Arrays

  init() throws {
    folder = try TemporaryFolder()
    descriptor = try #require(ModelCatalog["lenet"])
    let store = ParameterStore(.random(try Generator(seed: 2)))
    _ = try descriptor.make(store.root, descriptor.settings)
    arrays = try store.parameters.map { ($0.name, $0.shape, try $0.value.values()) }
  }

  private func archive(_ arrays: Arrays) throws -> TensorArchive {
    let file = folder.url.appending(path: "w.safetensors")
    try SafetensorsWriter.write(
      arrays.map {
        OutgoingArray($0.name, $0.values.map(\.bitPattern), element: .float32, shape: $0.shape)
      }, metadata: [:], to: file)
    return try TensorArchive(contentsOf: file)
  }

  private func values(_ store: ParameterStore) throws -> [String: [Float]] {
    try Dictionary(
      uniqueKeysWithValues: store.parameters.map { ($0.name, try $0.value.values()) })
  }

  private var expected: [String: [Float]] {
    Dictionary(uniqueKeysWithValues: arrays.map { ($0.name, $0.values) })
  }

  /// The same arrays with one of another shape.
  private func reshaped(_ shapes: [String: [Int]]) -> Arrays {
    arrays.map { array in
      guard let shape = shapes[array.name] else { return array }
      return (array.name, shape, [Float](repeating: 0.5, count: shape.reduce(1, *)))
    }
  }

  private func mismatch(_ arrays: Arrays, classCount: Int? = nil) throws -> (
    String, String, String
  ) {
    let weights = try archive(arrays)
    let error = #expect(throws: ModelError.self) {
      try ClassifierModel(descriptor, weights: weights, classCount: classCount)
    }
    return (
      error?.errorDescription?.replacing(weights.file, with: "w") ?? "",
      error?.failureReason ?? "", error?.recoverySuggestion ?? ""
    )
  }

  // MARK: - What fits

  @Test func `every parameter gets the file's numbers`() throws {
    let model = try ClassifierModel(descriptor, weights: archive(arrays))
    #expect(model.name == "lenet" && model.settings.classCount == 10)
    #expect(try values(model.store) == expected)
    #expect(model.store.pendingNames.isEmpty)
  }

  @Test(arguments: ["module.", "_orig_mod.", "module._orig_mod."])
  func `prefixes that training programs put before names are taken off`(_ prefix: String) throws {
    let named = arrays.map { (prefix + $0.name, $0.shape, $0.values) }
    #expect(
      try values(ClassifierModel(descriptor, weights: archive(named)).store) == expected)
  }

  @Test func `counters of batch normalization are passed over`() throws {
    let more = arrays + [("bn1.num_batches_tracked", [], [3])]
    #expect(
      try values(ClassifierModel(descriptor, weights: archive(more)).store) == expected)
  }

  @Test(arguments: [ElementType.float16, .bfloat16, .float64])
  func `numbers of other widths become float32`(_ type: ElementType) throws {
    let element: StoredArray.Element =
      switch type {
      case .float16: .float16
      case .bfloat16: .bfloat16
      default: .float64
      }
    let file = folder.url.appending(path: "half.safetensors")
    let outgoing = try arrays.map { array in
      let bytes = try Tensor(array.values, shape: array.shape).to(type).bytes()
      return OutgoingArray(array.name, shape: array.shape, element: element) { try $0(bytes) }
    }
    try SafetensorsWriter.write(outgoing, metadata: [:], to: file)
    let store = try ClassifierModel(
      descriptor, weights: TensorArchive(contentsOf: file)
    ).store
    let rounded = try Dictionary(
      uniqueKeysWithValues: arrays.map { array in
        (
          array.name,
          try Tensor(array.values, shape: array.shape).to(type).values(as: Float.self)
        )
      })
    #expect(try values(store) == rounded)
    #expect(store.parameters.allSatisfy { $0.value.elementType == .float32 })
  }

  @Test func `the number of classes is the file's`() throws {
    let model = try ClassifierModel(
      descriptor,
      weights: archive(reshaped(["fc3.weight": [7, 84], "fc3.bias": [7]])))
    #expect(model.settings.classCount == 7)
    #expect(model.network.classifier?.weight.shape == [7, 84])
    let logits = try model.network(.zeros([2, 1, 28, 28]), .evaluation).logits
    #expect(logits.shape == [2, 7])
  }

  // MARK: - What does not fit

  @Test func `parameters that the file lacks are named`() throws {
    let (what, why, advice) = try mismatch(arrays.filter { !$0.name.hasPrefix("fc1.") })
    #expect(what == "The weights in ‘w’ do not fit ‘lenet’: 2 missing.")
    #expect(why == "Missing in the file: fc1.weight, fc1.bias.")
    #expect(
      advice
        == "Check that the file belongs to this architecture; ‘credence models’ lists all.")
  }

  @Test func `tensors that the network lacks are named`() throws {
    let (what, why, _) = try mismatch(arrays + [("fc4.weight", [1], [0]), ("aux", [1], [0])])
    #expect(what == "The weights in ‘w’ do not fit ‘lenet’: 2 unknown.")
    #expect(why.hasPrefix("Unknown to the network: "))
    #expect(why.contains("fc4.weight") && why.contains("aux"))
  }

  @Test func `of many differences the first are named and the others counted`() throws {
    let more = (0..<11).map { ("x\($0)", [1], [Float(0)]) }
    let (what, why, _) = try mismatch(more)
    #expect(
      what == "The weights in ‘w’ do not fit ‘lenet’: 10 missing, 11 unknown.")
    #expect(
      why.hasPrefix(
        "Missing in the file: conv1.weight, conv1.bias, conv2.weight, conv2.bias, fc1.weight, "
          + "fc1.bias, fc2.weight, fc2.bias and 2 more. Unknown to the network: "))
    #expect(why.hasSuffix(" and 3 more."))
  }

  @Test func `another number of classes than asked for says so`() throws {
    let (what, why, advice) = try mismatch(arrays, classCount: 12)
    #expect(what == "The weights in ‘w’ do not fit ‘lenet’: 2 of another shape.")
    #expect(
      why
        == "Of another shape: fc3.weight is [10, 84] instead of [12, 84], fc3.bias is [10] instead of [12]."
    )
    #expect(advice == "The file is for another number of classes; say which by --num-classes.")
  }

  @Test func `another number of channels says so`() throws {
    let (what, why, advice) = try mismatch(reshaped(["conv1.weight": [6, 3, 5, 5]]))
    #expect(what == "The weights in ‘w’ do not fit ‘lenet’: 1 of another shape.")
    #expect(
      why == "Of another shape: conv1.weight is [6, 3, 5, 5] instead of [6, 1, 5, 5].")
    #expect(advice == "The file is for images of another number of channels.")
  }

  @Test func `nothing is changed where something does not fit`() throws {
    let store = ParameterStore(.random(try Generator(seed: 9)))
    _ = try descriptor.make(store.root, descriptor.settings)
    let before = try values(store)
    for bad in [Array(arrays.dropLast()), reshaped(["fc3.bias": [11]])] {
      let weights = try archive(bad)
      #expect(throws: ModelError.self) { try store.load(weights, model: "lenet") }
      #expect(try values(store) == before)
    }
    try store.load(archive(arrays), model: "lenet")
    #expect(try values(store) == expected)
  }

  @Test func `numbers that LibTorch lacks are refused`() throws {
    let file = folder.url.appending(path: "odd.safetensors")
    try SafetensorsWriter.write(
      arrays.map { array in
        OutgoingArray(
          array.name, [UInt32](repeating: 1, count: array.values.count), element: .uint32,
          shape: array.shape)
      }, metadata: [:], to: file)
    let weights = try TensorArchive(contentsOf: file)
    let error = fileError { _ = try ClassifierModel(descriptor, weights: weights) }
    guard case .unsupported(_, let what, let instead)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(what.contains("‘conv1.weight’"))
    #expect(instead == "Weights are floating-point numbers or signed integers.")
  }
}
