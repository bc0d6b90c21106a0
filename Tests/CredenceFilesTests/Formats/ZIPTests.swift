import CredenceFiles
import FileSupport
import Foundation
import Testing

/// Archives made to do harm, or of kinds that are not read.
@Suite struct ZIPTests {
  /// A stored or deflated member and how its records describe it.
  struct Member {
    var name = "a.npy"
    var localName: String?
    var content = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", Data([7, 8]))
    var method: UInt16 = 0
    var flags: UInt16 = 0
    var checksum: UInt32?
    var size: UInt32?
    /// Where the directory says that it starts, instead of where it does.
    var offset: UInt32?
  }

  private static func archive(_ members: [Member], entryCount: UInt16? = nil) -> Data {
    var data = Data()
    var directory = Data()
    for member in members {
      let checksum = member.checksum ?? member.content.withUnsafeBytes { CRC32.checksum($0) }
      let compressedSize = UInt32(member.content.count)
      let size = member.size ?? compressedSize
      func fields(_ name: String) -> Data {
        bytes([20, member.flags, member.method, 0, 0x21] as [UInt16])
          + bytes([checksum, compressedSize, size]) + bytes([UInt16(name.utf8.count), 0])
      }
      directory +=
        bytes([UInt32(0x0201_4b50)]) + bytes([UInt16(20)]) + fields(member.name) + Data(count: 10)
        + bytes([member.offset ?? UInt32(data.count)]) + Data(member.name.utf8)
      let localName = member.localName ?? member.name
      data +=
        bytes([UInt32(0x0403_4b50)]) + fields(localName) + Data(localName.utf8) + member.content
    }
    let count = entryCount ?? UInt16(members.count)
    return data + directory + bytes([UInt32(0x0605_4b50)])
      + bytes([0, 0, count, count] as [UInt16])
      + bytes([UInt32(directory.count), UInt32(data.count)]) + bytes([UInt16(0)])
  }

  private func error(_ data: Data) -> FileError? {
    fileError {
      let archive = try NPZ(data, file: "f")
      for name in archive.names { _ = try archive.array(name) }
    }
  }

  @Test func `reads its own example`() throws {
    let archive = try NPZ(Self.archive([Member(), Member(name: "x/b.npy")]), file: "f")
    #expect(archive.names == ["a", "x/b"])
    #expect(try archive.array("x/b")?.integers() == [7, 8])
  }

  @Test(arguments: [
    ("../a.npy", "its name leads out of its folder"), ("/a.npy", "its name is an absolute path"),
    ("x/../../a.npy", "its name leads out of its folder"),
    ("..\\a.npy", "its name leads out of its folder"),
    ("C:\\a.npy", "its name starts with a drive"), ("", "it has no name"),
    ("a\n.npy", "its name has control characters"),
  ])
  func `refuses names that are paths`(_ name: String, _ problem: String) {
    #expect(
      error(Self.archive([Member(name: name)]))
        == .unsafeArchive(file: "f", member: name, problem: problem))
  }

  @Test func `refuses two members of one name`() {
    #expect(
      error(Self.archive([Member(), Member()]))
        == .unsafeArchive(file: "f", member: "a.npy", problem: "its name stands twice"))
  }

  @Test func `refuses members that overlap`() {
    let first = Member()
    var second = Member(name: "b.npy")
    second.localName = "a.npy"
    second.offset = 0
    // The second is the first again, under the name that its local header has.
    second.name = "a.npy"
    #expect(
      error(Self.archive([first, second]))
        == .unsafeArchive(file: "f", member: "a.npy", problem: "its name stands twice"))
    let inner = Self.archive([Member(name: "b.npy")])
    var outer = Member(name: "o.npy", content: inner.prefix(inner.count / 2))
    outer.content = inner
    var hidden = Member(name: "b.npy")
    hidden.offset = UInt32(30 + 5)
    #expect(
      error(Self.archive([outer, hidden]))
        == .unsafeArchive(file: "f", member: "b.npy", problem: "it overlaps the part ‘o.npy’"))
  }

  @Test func `refuses bombs before it allocates`() {
    let compressed = Data(count: 1000)
    #expect(
      error(Self.archive([Member(content: compressed, method: 8, size: 0xffff_fff0)]))
        == .unsafeArchive(
          file: "f", member: "a.npy",
          problem: "it announces 4294967280 bytes, more than 1000 compressed bytes can hold"))
    let large = Data(count: 5_000_000)
    #expect(
      error(Self.archive([Member(content: large, method: 8, size: 0x8000_0000)]))
        == .unsafeArchive(
          file: "f", member: "a.npy",
          problem: "it would grow from 5000000 to 2147483648 bytes"))
  }

  @Test func `refuses compressed data longer or shorter than announced`() throws {
    let stream = try Data(contentsOf: fixture("deflate/zeros.deflate"))
    #expect(
      error(Self.archive([Member(content: stream, method: 8, size: 99_000)]))
        == .malformed(
          file: "f/a.npy", format: "NumPy array",
          problem: "it does not start with the mark of that format"))
    let header = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (9,)}")
    let stored = Data([1]) + bytes([UInt16(header.count), ~UInt16(header.count)]) + header
    #expect(
      error(Self.archive([Member(content: stored, method: 8, size: UInt32(header.count + 9))]))
        == .truncated(
          file: "f", what: "the part ‘a.npy’", expected: header.count + 9, found: header.count))
  }

  @Test func `refuses a wrong checksum`() {
    #expect(
      error(Self.archive([Member(checksum: 1)]))
        == .checksumMismatch(file: "f", member: "a.npy"))
  }

  @Test func `refuses encrypted members and other methods by name`() {
    #expect(
      error(Self.archive([Member(flags: 1)]))
        == .unsupported(
          file: "f", what: "the encrypted part ‘a.npy’", instead: "Write it without a password."))
    #expect(
      fileError { _ = try NPZ(contentsOf: fixture("npz/bzip2.npz")) }
        == .unsupported(
          file: fixture("npz/bzip2.npz").relativePath,
          what: "the part ‘logits.npy’, compressed by bzip2",
          instead: "Write it with np.savez or np.savez_compressed."))
  }

  @Test func `refuses records that contradict each other`() {
    #expect(
      error(Self.archive([Member(localName: "b.npy")]))
        == .malformed(
          file: "f", format: "ZIP",
          problem: "the part ‘a.npy’ is described in two different ways"))
    #expect(
      error(Self.archive([Member(size: 3)]))
        == .malformed(
          file: "f", format: "ZIP", problem: "the stored part ‘a.npy’ has two different sizes"))
    #expect(
      error(Self.archive([Member()], entryCount: 2))
        == .malformed(
          file: "f", format: "ZIP", problem: "its directory is too short for 2 entries"))
    #expect(
      error(Self.archive([Member(offset: 5)]))
        == .malformed(
          file: "f", format: "ZIP", problem: "the part ‘a.npy’ is not where the directory says"))
    #expect(
      error(Self.archive([Member(name: "a.txt")]))
        == .malformed(
          file: "f", format: "NumPy archive", problem: "its part ‘a.txt’ is no array"))
    #expect(
      error(Data("no archive".utf8))
        == .malformed(
          file: "f", format: "ZIP", problem: "it does not start with the mark of that format"))
  }
}
