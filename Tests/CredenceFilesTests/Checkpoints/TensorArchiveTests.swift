import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct TensorArchiveTests {
  @Test func `takes averaged weights unless told otherwise`() throws {
    let url = fixture("checkpoint/wrapped.pth.tar")
    let averaged = try TensorArchive(contentsOf: url)
    let trained = try TensorArchive(contentsOf: url, source: .trained)
    let named = try TensorArchive(contentsOf: url, source: .key("state_dict"))
    let name = "conv.weight"
    #expect(trained.entries.map(\.name) == averaged.entries.map(\.name))
    let values = try #require(try trained.array(name)?.doubles())
    #expect(try averaged.array(name)?.doubles() == values.map { $0 * 2 })
    #expect(try named.array(name)?.doubles() == values)
    guard
      case .unsupported(_, let what, _)? = fileError({
        _ = try TensorArchive(contentsOf: url, source: .key("absent"))
      })
    else {
      Issue.record("not refused")
      return
    }
    #expect(what.hasPrefix("nothing under ‘absent’, but ‘epoch’"))
  }

  @Test func `takes the same prefixes off the names in safetensors`() throws {
    let file = safetensors(
      #"{"module.a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""_orig_mod.module.b":{"dtype":"I64","shape":[],"data_offsets":[4,12]},"#
        + #""__metadata__":{"arch":"x"}}"#,
      bytes([1.5] as [Float]) + bytes([7] as [Int64]))
    let archive = try TensorArchive(file, file: "f")
    #expect(archive.entries.map(\.name) == ["a", "b"])
    #expect(archive["b"]?.shape == [])
    #expect(archive["b"]?.element == .int64)
    #expect(archive["c"] == nil)
    #expect(try archive.array("c") == nil)
    #expect(try archive.array("a")?.doubles() == [1.5])
    #expect(archive.metadata == ["arch": "x"])
  }

  @Test func `refuses two tensors of one name`() {
    let file = safetensors(
      #"{"module.a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, Data([1, 2]))
    #expect(
      fileError { _ = try TensorArchive(file, file: "f") }
        == .malformed(file: "f", format: "weights", problem: "two tensors are called ‘a’"))
  }

  @Test func `can be written as safetensors`() throws {
    let folder = try TemporaryFolder()
    let archive = try TensorArchive(contentsOf: fixture("checkpoint/zip.pth"))
    let url = folder.url.appendingPathComponent("w.safetensors")
    try SafetensorsWriter.write(
      archive.entries.map { entry in
        OutgoingArray(entry.name, try #require(try archive.array(entry.name)))
      }, metadata: ["producer": "test"], to: url)
    let copy = try TensorArchive(contentsOf: url)
    #expect(Set(copy.entries) == Set(archive.entries))
    for entry in archive.entries {
      #expect(try copy.array(entry.name)?.bytes == archive.array(entry.name)?.bytes)
    }
    #expect(copy.metadata == ["producer": "test"])
  }

  /// The folder with real weights; `nil` where the environment names none.
  private static let models = UndistributedData.folder?.appendingPathComponent("models")

  @Test(.enabled(if: models != nil, "CREDENCE_DATA names no folder with real weights"))
  func `reads a published checkpoint like its conversion`() throws {
    let models = try #require(Self.models)
    let original = try TensorArchive(
      contentsOf: models.appendingPathComponent("resnet20-12fca82f.th"))
    let converted = try TensorArchive(
      contentsOf: models.appendingPathComponent("cifar10-resnet20.safetensors"))
    #expect(
      original.metadata["best_prec1"].flatMap(Double.init).map { ($0 * 100).rounded() } == 9178)
    #expect(original.entries.count == converted.entries.count)
    for entry in converted.entries {
      #expect(original[entry.name] == entry)
      #expect(try original.array(entry.name)?.bytes == converted.array(entry.name)?.bytes)
    }
  }
}
