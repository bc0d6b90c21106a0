import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct NPZTests {
  @Test(arguments: ["stored", "deflated"])
  func `reads every number format, byte order and layout`(_ name: String) throws {
    let archive = try NPZ(contentsOf: fixture("npz/\(name).npz"))
    #expect(archive.names.count == 48)
    for name in archive.names where name.hasSuffix("_c") || name.hasSuffix("_f") {
      let array = try #require(try archive.array(name))
      if name.hasPrefix("cube") {
        #expect(array.doubles() == (0..<24).map(Double.init), "\(name)")
        continue
      }
      #expect(array.shape == [3, 4], "\(name)")
      let expected = (0..<12).map { index -> Double in
        let value = Double(index / 4 * 10 + index % 4)
        return name.hasPrefix("b1") ? min(value, 1) : name.hasPrefix("u") ? value : value - 2
      }
      #expect(array.doubles() == expected, "\(name)")
      if !name.hasPrefix("f") {
        #expect(array.integers() == expected.map { Int($0) }, "\(name)")
      }
    }
    #expect(try archive.array("scalar")?.doubles() == [7.5])
    #expect(try archive.array("empty")?.doubles() == [])
    #expect(try archive.array("text")?.strings() == ["", "a", "ćat", "🐈 x"])
    #expect(try archive.array("bytes")?.strings() == ["", "a", "abc"])
    #expect(try archive.array("absent") == nil)
  }

  @Test(arguments: ["streamed", "zip64"])
  func `reads archives written to a pipe and with 64-bit fields`(_ name: String) throws {
    let archive = try NPZ(contentsOf: fixture("npz/\(name).npz"))
    #expect(archive.names == ["logits", "labels", "ids"])
    #expect(try archive.array("labels")?.integers() == [0, 3, -1])
    #expect(try archive.array("ids")?.strings() == ["a", "b", "c"])
  }

  @Test func `reads the rest of an archive with Python objects`() throws {
    let archive = try NPZ(contentsOf: fixture("npz/objects.npz"))
    #expect(try archive.array("labels")?.integers() == [0, 3, -1])
    let error = fileError { _ = try archive.array("extra") }
    guard case .unsupported(let file, _, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(file.hasSuffix("objects.npz/extra.npy"))
  }

  @Test func `refuses a file cut at any byte`() throws {
    let whole = try Data(contentsOf: fixture("npz/streamed.npz"))
    for count in 0..<whole.count {
      #expect(fileError { _ = try NPZ(whole.prefix(count), file: "f") } != nil, "\(count) bytes")
    }
  }

  /// Every byte that matters is protected: by a check of its own, or by the checksum.
  @Test func `never returns other numbers after a changed byte`() throws {
    let whole = try Data(contentsOf: fixture("npz/zip64.npz"))
    let original = try NPZ(whole, file: "f").array("logits")?.doubles()
    for index in whole.indices {
      var changed = whole
      changed[index] ^= 0x55
      do {
        let numbers = try NPZ(changed, file: "f").array("logits")?.doubles()
        #expect(numbers == nil || numbers == original, "byte \(index)")
      } catch {
        #expect(error is FileError)
      }
    }
  }
}
