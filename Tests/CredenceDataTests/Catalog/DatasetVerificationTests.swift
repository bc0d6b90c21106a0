import CredenceData
import Foundation
import Testing

@Suite struct DatasetVerificationTests {
  @Test func `lists of checksums tell which file is wrong`() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.bin", "abc")
    try folder.write("sub/b.bin", "abd")
    try folder.write(
      "MD5SUMS",
      """
      900150983cd24fb0d6963f7d28e17f72  a.bin
      900150983CD24FB0D6963F7D28E17F72 *sub/b.bin
      ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  missing.bin
      """)
    let result = try DatasetVerification(folder: folder.path)
    #expect(result.files.map(\.state) == [.correct, .wrong, .missing])
    #expect(result.wrong.map(\.name) == ["sub/b.bin"] && !result.isComplete)
    #expect(result.files[1].found == "4911e516e5aa21d327512e0c8b197616")
  }

  @Test func `lists that lead elsewhere are refused`() throws {
    for name in ["/etc/passwd", "../x", "a/../../x", ""] {
      let folder = try TemporaryFolder()
      try folder.write("SHA256SUMS", "\(String(repeating: "0", count: 64))  \(name)\n")
      #expect(throws: DatasetError.self) { try DatasetVerification(folder: folder.path) }
    }
  }

  @Test func `what can't be verified is told by its kind`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a.bin", "abc")
    func error(_ path: String) -> DatasetError? {
      #expect(throws: DatasetError.self) { try DatasetVerification.of(path, in: folder.path) }
    }
    #expect(error(file)?.errorDescription == "‘\(file)’ can't be verified: it is a file.")
    #expect(
      error(folder.path)?.errorDescription
        == "‘\(folder.path)’ can't be verified: it holds no list of checksums.")
    try folder.write("SHA256SUMS", "")
    #expect(error(folder.path)?.errorDescription?.hasSuffix("checksum file: it is empty.") == true)
    try folder.write("SHA256SUMS", "\(String(repeating: "0", count: 64))  sub\n")
    try folder.write("sub/x", "")
    #expect(
      error(folder.path) == .unreadable(path: folder.path + "/sub", reason: "It is a folder."))
    #expect(error("mnits") == .unknownName(name: "mnits", nearest: nil, known: names))
    #expect(try DatasetVerification.of("mnist/test", in: folder.path).name == "mnist")
  }

  private var names: [String] { DatasetRegistry.all.map(\.id) }

  @Test func `packing makes no difference to MNIST, content does`() throws {
    let folder = try TemporaryFolder()
    try folder.write("mnist/t10k-labels-idx1-ubyte", idx([1], [5]))
    try folder.write("mnist/train-labels-idx1-ubyte.gz", "no gzip at all")
    let entry = try DatasetRegistry.named("mnist")
    for place in [folder.path, folder.path + "/mnist"] {
      var seen: [String] = []
      let result = try DatasetVerification(entry, in: place) { seen.append($0) }
      #expect(result.files.map(\.state) == [.missing, .wrong, .missing, .wrong])
      #expect(seen == entry.files.map(\.name))
    }
    let dirty = try DatasetVerification(DatasetRegistry.named("dirty_mnist"), in: folder.path)
    #expect(dirty.files.count == 6)
  }

  @Test func `a set that can be made anew may differ`() throws {
    let folder = try TemporaryFolder()
    try folder.write("ambiguous-mnist/amnist_samples.pt", "made anew")
    let result = try DatasetVerification(
      DatasetRegistry.named("ambiguous_mnist"), in: folder.path)
    #expect(result.files.map(\.state) == [.other, .missing])
  }
}
