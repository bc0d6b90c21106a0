import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct OutputMemoryTests {
  @Test(arguments: [0, 100_000])
  func `is filled and read the same in memory and in a temporary file`(_ limit: Int) throws {
    let (data, result) = try OutputMemory.make(50_000, for: "f", limit: limit) { memory in
      #expect(memory.allSatisfy { $0 == 0 })
      for index in memory.indices { memory[index] = UInt8(truncatingIfNeeded: index) }
      return "done"
    }
    #expect(result == "done")
    #expect(data.count == 50_000)
    #expect(data[49_999] == UInt8(truncatingIfNeeded: 49_999))
    #expect(data[300..<310].elementsEqual(data.dropFirst(300).prefix(10)))
  }

  @Test func `says where there is no room`() {
    let error = fileError {
      _ = try OutputMemory.make(1 << 50, for: "f", limit: 0) { _ in }
    }
    guard case .unreadable("f", let reason)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.hasPrefix("It needs 1125899906842624 bytes for its numbers, and ‘"))
    #expect(reason.hasSuffix("Set TMPDIR to a larger disk."))
  }
}
