import CredenceFiles
import FileSupport
import Foundation
import Testing

/// Files that PyTorch wrote, against what `Fixtures/generate_checkpoints.py` says of them.
@Suite struct CheckpointGoldenTests {
  struct Expected: Decodable, Sendable {
    struct Tensor: Decodable, Sendable {
      let shape: [Int]
      let element: String
      let values: [Number]
    }

    let tensors: [String: Tensor]
    let metadata: [String: String]
  }

  /// A number, or the name of one that JSON lacks.
  struct Number: Decodable, Sendable {
    let value: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        value = number
      } else {
        value = try #require(Double(try container.decode(String.self)))
      }
    }
  }

  static let expected: [String: Expected] = {
    let url = fixture("checkpoint/expected.json")
    guard let data = try? Data(contentsOf: url) else { return [:] }
    return (try? JSONDecoder().decode([String: Expected].self, from: data)) ?? [:]
  }()

  @Test func `covers every file`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: fixture("checkpoint").path)
    #expect(Set(names).subtracting(["expected.json", "hostile"]) == Set(Self.expected.keys))
  }

  @Test(arguments: expected.keys.sorted())
  func `reads what PyTorch wrote`(_ name: String) throws {
    let expected = try #require(Self.expected[name])
    let archive = try TensorArchive(contentsOf: fixture("checkpoint/\(name)"))
    #expect(Set(archive.entries.map(\.name)) == Set(expected.tensors.keys))
    for (key, tensor) in expected.tensors {
      let array = try #require(try archive.array(key))
      #expect(array.shape == tensor.shape, "\(key)")
      #expect(archive[key]?.shape == tensor.shape)
      #expect("\(array.element)" == tensor.element, "\(key)")
      #expect(array.doubles() == tensor.values.map(\.value), "\(key)")
    }
    for (key, text) in expected.metadata { #expect(archive.metadata[key] == text, "\(key)") }
  }

  @Test func `keeps single numbers beside the weights`() throws {
    for name in ["wrapped.pth.tar", "wrapped-legacy.tar"] {
      let archive = try TensorArchive(contentsOf: fixture("checkpoint/\(name)"))
      let accuracy = try #require(archive.metadata["best_prec1"].flatMap(Double.init))
      #expect(Float(accuracy) == 91.73)
      #expect(archive.metadata["big"].flatMap(Double.init) == 1e30)
      #expect(archive.metadata["optimizer"] == nil)
    }
  }

  @Test func `maps contiguous tensors instead of copying them`() throws {
    let data = try Data(contentsOf: fixture("checkpoint/zip.pth"))
    let archive = try TensorArchive(data, file: "f")
    func address(_ data: Data) -> Int {
      data.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
    }
    let file = address(data)..<address(data) + data.count
    for (name, isMapped) in [("conv.weight", true), ("view", true), ("fc.weight", false)] {
      let bytes = try #require(try archive.array(name)?.bytes)
      #expect(file.contains(address(bytes)) == isMapped, "\(name)")
    }
  }
}
