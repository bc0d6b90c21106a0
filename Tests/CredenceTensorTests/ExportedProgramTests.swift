import CredenceTensor
import FileSupport
import Foundation
import Testing

@Suite struct ExportedProgramTests {
  private func program(_ name: String = "classifier.pt") throws -> ExportedProgram {
    try ExportedProgram(
      contentsOf: fixture("programs/\(name)"), kind: .torchScript, device: .cpu)
  }

  /// The weights that `generate_programs.py` gives by a formula.
  private func weights(_ shape: [Int]) throws -> Tensor {
    let count = shape.reduce(1, *)
    return try Tensor((0..<count).map { Float($0 * 7 % 17 - 8) / 16 }, shape: shape)
  }

  private func images(_ count: Int, side: Int = 10) throws -> Tensor {
    try .normal([count, 1, side, side], using: Generator(seed: 8))
  }

  @Test(arguments: [1, 2, 5])
  func `a TorchScript file gives what its layers give`(_ count: Int) throws {
    let images = try images(count)
    let results = try withInference { try program()(images) }
    #expect(results.map(\.shape) == [[count, 5], [count, 4]])
    let features = try images.convolution(
      weights([4, 1, 3, 3]), weights([4]), stride: [2, 2], padding: [0, 0], dilation: [1, 1],
      groups: 1
    ).relu().mean(over: [2, 3])
    let logits = try features.linear(weights([5, 4]), weights([5]))
    for (found, expected) in zip(results, [logits, features]) {
      let pairs = try zip(found.values(as: Double.self), expected.values(as: Double.self))
      #expect(pairs.allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test func `prepared for half precision it takes and gives half precision`() throws {
    let program = try program()
    let images = try images(2)
    let expected: [Double] = try withInference { try program(images)[0].values() }
    try program.prepare(.bfloat16)
    let result = try withInference { try program(images.to(.bfloat16))[0] }
    #expect(result.elementType == .bfloat16)
    let pairs = try zip(result.values(as: Double.self), expected)
    #expect(pairs.allSatisfy { abs($0 - $1) < 0.05 })
  }

  @Test func `prepared for float32 it gives the same`() throws {
    let images = try images(3)
    let expected: [Double] = try withInference { try program()(images)[0].values() }
    let prepared = try program()
    try prepared.prepare(.float32)
    let found: [Double] = try withInference { try prepared(images)[0].values() }
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func `images that it can't take fail with LibTorch's words`() throws {
    let program = try program()
    let error = #expect(throws: EngineError.self) { try program(.zeros([2, 3, 10, 10])) }
    guard case .failed("classifier.pt", let reason)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(reason.contains("channels") && !reason.contains("\n"))
    #expect(throws: EngineError.self) { try program() }
  }

  @Test func `memory that does not suffice is told apart`() throws {
    let program = try program("two-images-at-most.pt")
    #expect(try program(images(2))[0].shape == [2, 3])
    let images = try images(3)
    let error = #expect(throws: EngineError.self) { try program(images) }
    guard case .outOfMemory? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
  }

  @Test(arguments: ExportedProgram.Kind.allCases)
  func `files that are none are refused`(_ kind: ExportedProgram.Kind) throws {
    let folder = try TemporaryFolder()
    let torn = try Data(contentsOf: fixture("programs/classifier.pt")).prefix(3000)
    for file in [
      try folder.file("garbage.pt2", "garbage"), try folder.file("empty.pt2", ""),
      try folder.file("torn.pt2", torn), folder.url.appending(path: "missing.pt2"),
    ] {
      let error = #expect(throws: EngineError.self) {
        try ExportedProgram(contentsOf: file, kind: kind, device: .cpu)
      }
      guard case .failed(let operation, let reason)? = error else {
        Issue.record("another error: \(String(describing: error))")
        continue
      }
      #expect(operation == "load ‘\(file.lastPathComponent)’")
      #expect(!reason.isEmpty && !reason.contains("\n"))
    }
  }

  @Test func `a TorchScript file is no AOTInductor package`() {
    #expect(throws: EngineError.self) {
      try ExportedProgram(
        contentsOf: fixture("programs/classifier.pt"), kind: .aotInductor, device: .cpu)
    }
  }
}
