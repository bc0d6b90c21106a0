import CredenceNN
import CredenceTensor
import Testing

/// Recorded computations against the same computations step by step.
@Suite struct InferenceProgramTests {
  /// A small network over `[batch, 4, 9, 7]`.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (ParameterPath) throws -> (Tensor) throws -> [Tensor]

    init(
      _ name: String,
      _ make: @escaping @Sendable (ParameterPath) throws -> (Tensor) throws -> [Tensor]
    ) {
      testDescription = name
      self.make = make
    }
  }

  private static func convolution(
    _ path: ParameterPath, _ kernel: Int = 3, stride: Int = 1, padding: Conv2d.Padding = .symmetric,
    dilation: Int = 1, groups: Int = 1, hasBias: Bool = false, to outputs: Int = 4
  ) throws -> Conv2d {
    try Conv2d(
      path, from: 4, to: outputs, kernel: kernel, stride: stride, padding: padding,
      dilation: dilation, groups: groups, hasBias: hasBias)
  }

  static let cases: [Case] = [
    Case("convolution and normalization") { path in
      let (a, norm) = (try convolution(path / "a"), try BatchNorm2d(path / "n", 4))
      return { try [norm(a($0, .evaluation), .evaluation)] }
    },
    Case("convolution with bias and normalization") { path in
      let (a, norm) = (try convolution(path / "a", hasBias: true), try BatchNorm2d(path / "n", 4))
      return { try [norm(a($0, .evaluation), .evaluation).relu()] }
    },
    Case("grouped, strided and dilated convolutions") { path in
      let a = try convolution(path / "a", stride: 2, groups: 4)
      let b = try convolution(path / "b", dilation: 2, groups: 2, hasBias: true)
      let norm = try BatchNorm2d(path / "n", 4)
      return { try [norm(a($0, .evaluation), .evaluation).silu(), b($0, .evaluation).relu()] }
    },
    Case("padding on one side") { path in
      let (a, norm) = (
        try convolution(path / "a", 2, stride: 2, padding: .same), try BatchNorm2d(path / "n", 4)
      )
      return { try [norm(a($0, .evaluation), .evaluation).relu6()] }
    },
    Case("normalization without a convolution before it") { path in
      let norm = try BatchNorm2d(path / "n", 4)
      return { try [norm($0, .evaluation).relu()] }
    },
    Case("a convolution used beside its normalization") { path in
      let (a, norm) = (try convolution(path / "a"), try BatchNorm2d(path / "n", 4))
      return { images in
        let convolved = try a(images, .evaluation)
        return try [norm(convolved, .evaluation) + convolved]
      }
    },
    Case("a convolution with two normalizations") { path in
      let a = try convolution(path / "a")
      let (b, c) = (try BatchNorm2d(path / "b", 4), try BatchNorm2d(path / "c", 4))
      return { images in
        let convolved = try a(images, .evaluation)
        return try [b(convolved, .evaluation).relu(), c(convolved, .evaluation)]
      }
    },
    Case("one convolution applied twice") { path in
      let (a, norm) = (try convolution(path / "a"), try BatchNorm2d(path / "n", 4))
      return { images in
        try [norm(a(a(images, .evaluation).relu(), .evaluation), .evaluation)]
      }
    },
    Case("a result that is also activated") { path in
      let a = try convolution(path / "a")
      return { images in
        let convolved = try a(images, .evaluation)
        return try [convolved, convolved.relu()]
      }
    },
    Case("an activation used twice") { path in
      let (a, b) = (try convolution(path / "a"), try convolution(path / "b"))
      return { images in
        let active = try a(images, .evaluation).gelu()
        return try [b(active, .evaluation) + active, active]
      }
    },
    Case("a shortcut around a convolution") { path in
      let (a, norm) = (try convolution(path / "a"), try BatchNorm2d(path / "n", 4))
      return { try [(norm(a($0, .evaluation), .evaluation) + $0).relu()] }
    },
    Case("a shortcut on the left, without an activation") { path in
      let a = try convolution(path / "a")
      return { try [$0 + a($0, .evaluation)] }
    },
    Case("a shortcut with another activation") { path in
      let a = try convolution(path / "a")
      return { try [(a($0, .evaluation) + $0).gelu()] }
    },
    Case("two convolutions added") { path in
      let (a, b) = (try convolution(path / "a"), try convolution(path / "b", 1))
      return { try [(a($0, .evaluation) + b($0, .evaluation)).relu()] }
    },
    Case("two convolutions added, the first made last") { path in
      let (a, b) = (try convolution(path / "a"), try convolution(path / "b", 1))
      return { images in
        let right = try b(images, .evaluation)
        return try [(a(images, .evaluation) + right).relu()]
      }
    },
    Case("three convolutions added") { path in
      let layers = try (0..<3).map { try convolution(path / $0) }
      return { images in
        let parts = try layers.map { try $0(images, .evaluation) }
        return try [(parts[0] + parts[1] + parts[2]).relu()]
      }
    },
    Case("a sum used twice") { path in
      let (a, b) = (try convolution(path / "a"), try convolution(path / "b"))
      return { images in
        let sum = try a(images, .evaluation) + images
        return try [(b(sum.relu(), .evaluation) + sum).relu()]
      }
    },
    Case("a sum that is a result and activated") { path in
      let a = try convolution(path / "a")
      return { images in
        let sum = try a(images, .evaluation) + images
        return try [sum, sum.relu()]
      }
    },
    Case("a convolution added to itself") { path in
      let a = try convolution(path / "a")
      return { images in
        let convolved = try a(images, .evaluation)
        return try [(convolved + convolved).relu()]
      }
    },
    Case("an activated convolution added to its input") { path in
      let a = try convolution(path / "a")
      return { try [(a($0, .evaluation).relu() + $0).relu()] }
    },
    Case("a sum that broadcasts") { path in
      let a = try convolution(path / "a")
      return { images in
        let convolved = try a(images, .evaluation)
        return try [convolved + images.mean(over: [2, 3], keepsDimensions: true)]
      }
    },
    Case("a sum with a parameter") { path in
      let a = try convolution(path / "a")
      let positions = try path.parameter("p", [1, 4, 9, 7], .normal(deviation: 1))
      return { try [(a($0, .evaluation) + positions.value).relu()] }
    },
    Case("parts joined in a list") { path in
      let (a, b) = (try convolution(path / "a"), try convolution(path / "b"))
      return { images in
        try [
          Tensor.concatenated(
            [a(images, .evaluation).relu(), images, b(images, .evaluation)], along: 1)
        ]
      }
    },
    Case("shortcuts in a row") { path in
      let blocks = try (0..<4).map { index in
        (try convolution(path / index / "a"), try BatchNorm2d(path / index / "n", 4))
      }
      return { images in
        try [
          blocks.reduce(images) { input, block in
            try (block.1(block.0(input, .evaluation), .evaluation) + input).relu()
          }.mean(over: [2, 3])
        ]
      }
    },
    Case("products, one of them used twice") { path in
      let a = try Linear(path / "a", from: 4, to: 6)
      let b = try Linear(path / "b", from: 6, to: 6, hasBias: false)
      let head = try Linear(path / "head", from: 6, to: 3)
      return { images in
        let wide = try a(images.mean(over: [2, 3]), .evaluation)
        let sum = try b(wide.gelu(), .evaluation) + wide
        return try [head(sum, .evaluation), sum]
      }
    },
  ]

  /// Weights with moments that do something.
  private func network(_ example: Case, seed: UInt64 = 3) throws -> (Tensor) throws -> [Tensor] {
    let generator = try Generator(seed: seed)
    let store = ParameterStore(.random(generator))
    let forward = try example.make(store.root)
    for parameter in store.parameters where parameter.shape.count == 1 {
      let isVariance = parameter.name.hasSuffix("running_var")
      try parameter.replace(
        with: .uniform(
          parameter.shape, low: isVariance ? 0.25 : -1, high: isVariance ? 4 : 2, using: generator))
    }
    return forward
  }

  private func images(_ count: Int) throws -> Tensor {
    try .normal([count, 4, 9, 7], using: Generator(seed: 11))
  }

  private func largestDifference(_ a: Tensor, _ b: Tensor) throws -> Double {
    let (a, b): ([Double], [Double]) = (try a.values(), try b.values())
    let scale = b.map(abs).max() ?? 1
    return zip(a, b).map { abs($0 - $1) }.max().map { $0 / scale } ?? 0
  }

  @Test(arguments: cases)
  func `one recording gives for batches of any size what the network gives`(_ example: Case) throws
  {
    let forward = try network(example)
    let program = try InferenceProgram(recording: images(1), InferenceSettings(), forward)
    for count in [1, 3, 5] {
      let images = try images(count)
      let expected = try withInference { try forward(images) }
      let found = try program(images)
      #expect(found.map(\.shape) == expected.map(\.shape))
      for (found, expected) in zip(found, expected) {
        #expect(try largestDifference(found, expected) < 1e-5, "\(count) images")
      }
    }
  }

  @Test(arguments: cases)
  func `without joined operations it gives the same`(_ example: Case) throws {
    let forward = try network(example)
    let program = try InferenceProgram(
      recording: images(1), InferenceSettings(fusesOperations: false), forward)
    let images = try images(3)
    for (found, expected) in try zip(program(images), forward(images)) {
      #expect(try largestDifference(found, expected) < 1e-6)
    }
  }

  @Test(arguments: cases, [ElementType.bfloat16, .float16])
  func `half precision is close and its results are float32`(
    _ example: Case, _ type: ElementType
  ) throws {
    let forward = try network(example)
    let program = try InferenceProgram(
      recording: images(1), InferenceSettings(elementType: type), forward)
    let images = try images(3)
    for (found, expected) in try zip(program(images), forward(images)) {
      #expect(found.elementType == .float32 && found.shape == expected.shape)
      #expect(
        try largestDifference(found, expected) < (type == .bfloat16 ? 0.05 : 0.01))
    }
  }

  @Test(
    arguments: [
      Activation.identity, .relu, .relu6, .gelu, .geluTanh, .quickGELU, .silu, .mish, .sigmoid,
      .hardSigmoid, .hardSwish, .tanh, .leakyReLU,
    ])
  func `every activation is the same behind a convolution, a product and a sum`(
    _ activation: Activation
  ) throws {
    let example = Case("") { path in
      let a = try Self.convolution(path / "a", hasBias: true)
      let b = try Linear(path / "b", from: 4, to: 5)
      return { images in
        let convolved = try a(images * 3, .evaluation)
        let active = try activation(convolved, .evaluation)
        return try [
          active, activation(b(images.mean(over: [2, 3]) * 20, .evaluation), .evaluation) + 0,
          activation(a(active, .evaluation) + images, .evaluation),
        ]
      }
    }
    let forward = try network(example)
    let program = try InferenceProgram(recording: images(1), InferenceSettings(), forward)
    let images = try images(3)
    for (found, expected) in try zip(program(images), forward(images)) {
      #expect(try largestDifference(found, expected) < 1e-5)
    }
  }

  @Test func `the last layer computes in float32 also in half precision`() throws {
    let store = ParameterStore(.random(try Generator(seed: 1)))
    let head = try Linear(store.root / "head", from: 4, to: 3)
    let program = try InferenceProgram(
      recording: images(1), InferenceSettings(elementType: .bfloat16)
    ) { [try head($0.mean(over: [2, 3]), .evaluation)] }
    let images = try images(3)
    let rounded = try images.to(.bfloat16).mean(over: [2, 3]).to(.float32)
    #expect(
      try largestDifference(program(images)[0], head(rounded, .evaluation)) < 1e-6)
  }

  @Test func `later changes of the parameters do not reach the recording`() throws {
    let store = ParameterStore(.random(try Generator(seed: 1)))
    let layer = try Conv2d(store.root, from: 4, to: 2, kernel: 1)
    let program = try InferenceProgram(recording: images(1)) { [try layer($0, .evaluation)] }
    let before: [Float] = try program(images(2))[0].values()
    try layer.weight.replace(with: layer.weight.value * 2)
    #expect(try program(images(2))[0].values(as: Float.self) == before)
  }

  @Test func `a result that the images have no part in is refused`() throws {
    #expect(
      throws: EngineError.failed(
        operation: "recording", reason: "A result does not depend on the images.")
    ) { try InferenceProgram(recording: images(1)) { _ in [try Tensor.ones([1])] } }
  }

  @Test func `images of another shape are refused`() throws {
    let store = ParameterStore(.random(try Generator(seed: 1)))
    let layer = try Conv2d(store.root, from: 4, to: 2, kernel: 3)
    let program = try InferenceProgram(recording: images(1)) { [try layer($0, .evaluation)] }
    #expect(throws: EngineError.self) { try program(Tensor.zeros([1, 3, 9, 7])) }
  }
}
