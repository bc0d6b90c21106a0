import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct PickledFileTests {
  @Test func `dictionaries with NumPy arrays are read`() throws {
    let file = try PickledFile(
      Data(contentsOf: fixture("pickled-file/batch.pkl")), file: "batch")
    guard case .tensor(let data)? = file.root["data"], case .list(let labels)? = file.root["labels"]
    else {
      Issue.record("no data or labels")
      return
    }
    #expect(data.shape == [2, 6] && labels.count == 2)
    #expect(try data.array().integers() == Array(0..<12))
  }

  @Test func `bytes of Python 2 stay bytes`() throws {
    // {'a': '\xff\x00', 'b': 'text'} as Python 2 writes it.
    let pickle =
      Data([0x80, 2]) + Data("}(U\u{1}aU\u{2}".utf8) + Data([0xff, 0])
      + Data("U\u{1}bU\u{4}textu.".utf8)
    let root = try PickledFile(pickle, file: "f").root
    guard case .bytes(Data([0xff, 0]))? = root["a"], case .string("text")? = root["b"] else {
      Issue.record("other values: \(root)")
      return
    }
  }

  @Test func `programs are refused by name`() {
    let pickle = Data("cos\nsystem\n(S'true'\ntR.".utf8)
    #expect(
      fileError { _ = try PickledFile(pickle, file: "f") }
        == .refusedName(file: "f", name: "os.system"))
    #expect(
      fileError { _ = try PickledFile(Data([0x80, 2, 0xee]), file: "f") }
        == .malformed(file: "f", format: "pickle", problem: "byte 2 is no instruction"))
  }
}
