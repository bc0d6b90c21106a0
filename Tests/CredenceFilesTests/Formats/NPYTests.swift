import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct NPYTests {
  private static func malformed(_ problem: String) -> FileError {
    .malformed(file: "f", format: "NumPy array", problem: problem)
  }

  @Test(arguments: [1, 2, 3])
  func `reads every version of the header`(_ version: Int) throws {
    let array = try NPY.read(contentsOf: fixture("npy/version\(version)-logits.npy"))
    #expect(array.shape == [3, 4])
    #expect(array.doubles() == [-2, -1, 0, 1, 8, 9, 10, 11, 18, 19, 20, 21])
  }

  @Test func `reads text`() throws {
    #expect(try NPY.read(contentsOf: fixture("npy/text.npy")).strings() == ["a", "ćat"])
  }

  @Test func `refuses Python objects and says why`() {
    let file = fixture("npy/objects.npy")
    #expect(
      throws: FileError.unsupported(
        file: file.relativePath,
        what: "Python objects (type ‘O’), which can't be read without executing code in the file",
        instead: "Save numbers: np.save(path, array.astype(np.float32)).")
    ) { try NPY.read(contentsOf: file) }
  }

  @Test(arguments: [
    ("complex", "an array of type ‘<c8’"), ("raw", "an array of raw bytes (type ‘|V2’)"),
  ])
  func `refuses types that are no numbers`(_ name: String, _ what: String) {
    let error = fileError { _ = try NPY.read(contentsOf: fixture("npy/\(name).npy")) }
    guard case .unsupported(_, what, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: [
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", nil),
    ("{\"descr\": \"<f4\", 'shape': (2L,), 'fortran_order': True, }  \n", nil),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
      "its header has ‘-’ at byte 51 where a number of at least 0 must be"
    ),
    (
      "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
      "its header has ‘0’ at byte 34 where True or False must be"
    ),
    (
      "{'descr': '<f4', 'shape': (2,)}",
      "its header lacks one of ‘descr’, ‘fortran_order’ and ‘shape’"
    ),
    (
      "{'descr': '<f4', 'descr': '<f4'}",
      "its header has an unknown or repeated entry ‘descr’"
    ),
    (
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}",
      "it holds records of several fields, not numbers"
    ),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + open('x')",
      "its header has ‘+’ at byte 56 where the end of the header must be"
    ),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 8)}",
      "no memory can hold the shape [4611686018427387904, 8]"
    ),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "4 bytes follow after its numbers"
    ),
    (
      "{'descr': '<f4\\x00'",
      "its header has ‘\\’ at byte 14 where a string without escapes must be"
    ),
  ])
  func `parses the header strictly`(_ header: String, _ problem: String?) throws {
    let data = npy(header, bytes([1.5, -2] as [Float]))
    if let problem {
      #expect(throws: Self.malformed(problem)) { try NPY.read(data, file: "f") }
    } else {
      #expect(try NPY.read(data, file: "f").doubles() == [1.5, -2])
    }
  }

  @Test func `refuses a file cut at any byte`() throws {
    let whole = try Data(contentsOf: fixture("npy/fortran-probs.npy"))
    for count in 0..<whole.count {
      let error = fileError { _ = try NPY.read(whole.prefix(count), file: "f") }
      if count == 0 {
        #expect(
          error == .truncated(file: "f", what: "the header", expected: 10, found: 0))
        continue
      }
      guard case .truncated(_, _, _, count)? = error else {
        Issue.record("\(count) bytes: \(String(describing: error))")
        continue
      }
    }
  }

  @Test func `refuses files of another format`() {
    #expect(throws: Self.malformed("it does not start with the mark of that format")) {
      try NPY.read(Data("hello, world".utf8), file: "f")
    }
    #expect(
      throws: FileError.unsupported(
        file: "f", what: "a NumPy array of format version 9.0",
        instead: "Write it again with np.save.")
    ) { try NPY.read(Data([0x93] + "NUMPY".utf8 + [9, 0, 0, 0, 0, 0]), file: "f") }
  }
}
