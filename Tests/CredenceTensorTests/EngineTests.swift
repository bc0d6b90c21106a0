import CredenceTensor
import Foundation
import Testing

@Suite struct EngineTests {
  @Test func `says which LibTorch it runs on`() throws {
    let version = try Engine.version()
    #expect(version.contains("."))
    #expect(try Device.available().last == .cpu)
  }

  @Test func `a device that is not there is named with those that are`() throws {
    let missing = Device.cuda(127)
    let error = #expect(throws: EngineError.self) { try missing.checked() }
    guard case .deviceUnavailable(let device, let available)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(device == "cuda:127")
    #expect(available.contains("cpu"))
  }

  @Test(arguments: [
    ("cpu", Device.cpu), ("cuda", .cuda(0)), ("cuda:3", .cuda(3)), ("mps", .mps),
  ])
  func `devices are read and written by name`(_ text: String, _ device: Device) {
    #expect(Device(text) == device)
    #expect(Device(device.description) == device)
  }

  @Test(arguments: ["", "gpu", "cuda:", "cuda:-1", "cuda:x", "CPU", "meta"])
  func `other texts are no device`(_ text: String) { #expect(Device(text) == nil) }

  @Test func `shapes that do not fit fail with LibTorch's words`() throws {
    let a = try Tensor.ones([2, 3])
    let b = try Tensor.ones([4, 5])
    let error = #expect(throws: EngineError.self) { try a.matrixProduct(b) }
    guard case .failed(let operation, let reason)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(operation == "aten::matmul")
    #expect(reason.contains("2x3") && reason.contains("4x5"))
    #expect(!reason.contains("\n"))
  }

  @Test func `element types that do not fit fail`() throws {
    let a = try Tensor.ones([2, 2])
    let b = try Tensor.ones([2, 2], elementType: .int64)
    #expect(throws: EngineError.self) { try a.matrixProduct(b) }
  }

  @Test func `memory that does not suffice says how much was asked for, and what to do`() throws {
    let error = #expect(throws: EngineError.self) {
      // 4 EiB are more than any machine maps.
      try Tensor.empty([1 << 40, 1 << 20])
    }
    guard case .outOfMemory(_, let bytes, _)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(bytes == 1 << 62)
    #expect(error?.recoverySuggestion?.contains("--batch-size") == true)
  }

  @Test func `an operation that LibTorch lacks is named`() throws {
    let error = #expect(throws: EngineError.self) { try Operator("aten::no_such_thing")() }
    guard case .unknownOperation(let name, _)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(name == "aten::no_such_thing")
  }

  @Test func `too many arguments and arguments of the wrong kind fail`() throws {
    let a = try Tensor.ones([2])
    #expect(throws: EngineError.self) {
      try Operator("aten::relu")(.tensor(a), .int(1), .int(2))
    }
    #expect(throws: EngineError.self) { try Operator("aten::relu")(.text("a")) }
    #expect(throws: EngineError.self) { try Operator("aten::relu")(.ints([1, 2])) }
    #expect(throws: EngineError.self) { try Operator("aten::relu")() }
  }

  @Test func `a million operations leave no memory behind`() throws {
    let a = try Tensor([1, 2, 3] as [Float], shape: [3])
    func run(_ count: Int) throws {
      try withoutGradients {
        for _ in 0..<count {
          let sum = try a + a
          _ = try Tensor.concatenated([sum, a])
        }
      }
    }
    try run(50_000)
    let before = try residentBytes()
    try run(500_000)
    let growth = try residentBytes() - before
    // A tensor leaked per operation would be more than 100 MB.
    #expect(growth < 16_000_000, "grew by \(growth) bytes")
  }

  @Test func `failures leave no memory behind`() throws {
    let a = try Tensor.ones([2, 3])
    func run(_ count: Int) { for _ in 0..<count { _ = try? a.matrixProduct(a) } }
    run(2_000)
    let before = try residentBytes()
    run(20_000)
    #expect(try residentBytes() - before < 16_000_000)
  }

  private func residentBytes() throws -> Int {
    #if os(Linux)
      let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      return try #require(Int(text.split(separator: " ")[1])) * 4096
    #else
      return 0
    #endif
  }
}
