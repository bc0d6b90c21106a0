import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct StateDictionaryWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `what is written is read again, names, shapes, types and numbers`() throws {
    let url = folder.url.appendingPathComponent("net.model")
    let arrays = [
      OutgoingArray(
        "module.conv.weight", (0..<24).map { Float($0).bitPattern }, element: .float32,
        shape: [2, 3, 2, 2]),
      OutgoingArray("scale", [Float(0.5).bitPattern], element: .float32, shape: []),
      OutgoingArray("count", [Int64(7)], element: .int64, shape: [1]),
      OutgoingArray("nothing", [UInt32](), element: .float32, shape: [0, 3]),
      OutgoingArray("Größe", [1.5, 2.5].map(\.bitPattern), element: .float64),
    ]
    try StateDictionaryWriter.write(arrays, to: url)
    let archive = try TensorArchive(contentsOf: url)
    #expect(archive.entries.map(\.name) == ["conv.weight", "scale", "count", "nothing", "Größe"])
    #expect(archive.entries.map(\.shape) == [[2, 3, 2, 2], [], [1], [0, 3], [2]])
    #expect(archive["count"]?.element == .int64)
    #expect(try archive.array("conv.weight")?.doubles() == (0..<24).map(Double.init))
    #expect(try archive.array("scale")?.doubles() == [0.5])
    #expect(try archive.array("Größe")?.doubles() == [1.5, 2.5])
  }

  @Test func `numbers start where they can be mapped`() throws {
    let url = folder.url.appendingPathComponent("net.model")
    let pattern: [UInt8] = Array("unmistakable pattern".utf8)
    try StateDictionaryWriter.write([OutgoingArray("a", bytes: Data(pattern))], to: url)
    let file = try Data(contentsOf: url)
    let place = try #require(file.range(of: Data(pattern)))
    #expect(place.lowerBound % 64 == 0)
  }

  @Test func `refuses types that PyTorch lacks`() {
    let url = folder.url.appendingPathComponent("net.model")
    #expect(throws: FileError.self) {
      try StateDictionaryWriter.write([OutgoingArray("a", text: "x")], to: url)
    }
    #expect(!FileManager.default.fileExists(atPath: url.path))
  }
}
