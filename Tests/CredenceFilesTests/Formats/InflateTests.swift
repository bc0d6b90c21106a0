import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct InflateTests {
  private static let lines = Array((0..<900).map { "\($0),\($0 * $0)\n" }.joined().utf8)

  private func inflate(
    _ stream: Data, room: Int, stopsWhenFull: Bool = false
  ) throws(Inflate.Problem) -> [UInt8] {
    var output = [UInt8](repeating: 0xaa, count: room)
    let result = output.withUnsafeMutableBytes { output in
      stream.withUnsafeBytes { input in
        Result { () throws(Inflate.Problem) in
          try Inflate.decompress(input, into: output, stopsWhenFull: stopsWhenFull)
        }
      }
    }
    return Array(output.prefix(try result.get()))
  }

  @Test(arguments: ["stored", "fixed", "huffman", "runs", "best"])
  func `agrees with zlib`(_ name: String) throws {
    let stream = try Data(contentsOf: fixture("deflate/\(name).deflate"))
    let expected = name == "best" ? Self.lines : Array(Self.lines.prefix(3000))
    #expect(try inflate(stream, room: expected.count) == expected)
    #expect(try inflate(stream, room: expected.count + 1000) == expected)
    #expect(throws: Inflate.Problem.tooLong) { try inflate(stream, room: expected.count - 1) }
    for room in [0, 1, 299, 1000] {
      #expect(try inflate(stream, room: room, stopsWhenFull: true) == Array(expected.prefix(room)))
    }
  }

  @Test func `repeats runs of zeros`() throws {
    let stream = try Data(contentsOf: fixture("deflate/zeros.deflate"))
    #expect(try inflate(stream, room: 100_000) == [UInt8](repeating: 0, count: 100_000))
  }

  @Test func `refuses a stream cut at any byte`() throws {
    let stream = try Data(contentsOf: fixture("deflate/best.deflate"))
    for count in stride(from: 0, to: stream.count, by: 7) {
      #expect(throws: Inflate.Problem.endsEarly, "\(count) bytes") {
        try inflate(stream.prefix(count), room: Self.lines.count)
      }
    }
  }

  @Test(arguments: [
    ([0x07], Inflate.Problem.badBlockType),
    ([0x01, 0x01, 0x00, 0x00, 0x00], .badStoredLength),
    // Fixed codes: a match of length 3 at distance 1 before anything was written.
    ([0x03, 0x02, 0x00], .badDistance),
    // Fixed codes: literal symbol 286, and distance symbol 30.
    ([0x1b, 0x03, 0x00, 0x00], .badSymbol),
    // Dynamic codes: no symbol has a code word.
    ([0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00], .badCodeLengths),
    ([0xfd, 0xff, 0xff, 0xff], .badCodeLengths),
  ])
  func `refuses broken streams`(_ stream: [UInt8], _ problem: Inflate.Problem) {
    #expect(throws: problem) { try inflate(Data(stream), room: 1000) }
  }
}
