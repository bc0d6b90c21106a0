import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct SafetensorsTests {
  private static func malformed(_ problem: String) -> FileError {
    .malformed(file: "f", format: "safetensors", problem: problem)
  }

  @Test func `reads every number format`() throws {
    let file = try Safetensors(contentsOf: fixture("safetensors/dtypes.safetensors"))
    #expect(file.metadata == ["kind": "ćat \"x\" \\ \n"])
    for name in file.names where !["empty", "scalar"].contains(name) {
      let array = try #require(file[name])
      #expect(array.shape == [3, 4], "\(name)")
      let expected = (0..<12).map { index -> Double in
        let value = Double(index / 4 * 10 + index % 4)
        return name == "b1" ? min(value, 1) : name.hasPrefix("u") ? value : value - 2
      }
      #expect(array.doubles() == expected, "\(name)")
    }
    #expect(file.names.count == 15)
    #expect(file["scalar"]?.doubles() == [7.5])
    #expect(file["scalar"]?.shape == [])
    #expect(file["empty"]?.doubles() == [])
    #expect(file["i8"]?.integers()?.first == -2)
    #expect(file["f4"]?.integers() == nil)
    #expect(file["f4"]?.strings() == nil)
    #expect(file["absent"] == nil)
  }

  @Test(arguments: [
    ("{", "its header ends where ‘\"’ must be"),
    ("[]", "its header has ‘[’ at byte 0 where ‘{’ must be"),
    ("{} x", "its header has ‘x’ at byte 3 where the end of the header must be"),
    (#"{"a":{}}"#, "tensor ‘a’ lacks one of ‘dtype’, ‘shape’ and ‘data_offsets’"),
    (#"{"a":{"x":1}}"#, "tensor ‘a’ has an unknown property ‘x’"),
    (#"{"a":{"dtype":"F32","dtype":"F32"}}"#, "tensor ‘a’ has ‘dtype’ twice"),
    (
      #"{"a":{"shape":[-1]}}"#, "its header has ‘-’ at byte 15 where a number of at least 0 must be"
    ),
    (#"{"a":{"shape":[1.5]}}"#, "its header has ‘.’ at byte 16 where ‘,’ must be"),
    (
      #"{"a":{"shape":[99999999999999999999]}}"#,
      "its header has a number that is too large, at byte 33"
    ),
    (#"{"a":{"data_offsets":[0]}}"#, "tensor ‘a’ has 1 data offsets instead of 2"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,0]}}"#,
      "tensor ‘a’ starts at byte 4 and ends before, at 0"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
      "tensor ‘a’ has the shape [2] of F32, which takes 8 bytes, but its offsets span 4"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
      "tensor ‘a’ has the shape [4611686018427387904, 4], which no memory can hold"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"#
        + #""data_offsets":[2,6]}}"#,
      "tensor ‘b’ overlaps the tensor ‘a’"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
      "tensor ‘a’ leaves 4 unused bytes before it"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#,
      "4 bytes follow after its last tensor"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"#
        + #""a":{"dtype":"U8","shape":[],"data_offsets":[1,2]}}"#,
      "two tensors are called ‘a’"
    ),
    (#"{"__metadata__":{"a":"1","a":"2"}}"#, "its metadata has ‘a’ twice"),
    (#"{"\ud800":{}}"#, "its header has ‘\"’ at byte 8 where a Unicode character must be"),
    (#"{"\q":{}}"#, "its header has ‘q’ at byte 3 where an escaped character must be"),
  ])
  func `refuses headers that break the format`(_ header: String, _ problem: String) {
    #expect(throws: Self.malformed(problem)) {
      try Safetensors(safetensors(header, Data(count: 8)), file: "f")
    }
  }

  @Test func `refuses types that it does not know by name`() {
    let header = #"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#
    #expect(
      throws: FileError.unsupported(
        file: "f", what: "the tensor ‘a’ of type F8_E4M3",
        instead: "Convert it to F16, BF16, F32, F64 or an integer type, or leave it out.")
    ) { try Safetensors(safetensors(header, Data(count: 1)), file: "f") }
  }

  @Test func `refuses a header longer than the file or than any`() {
    #expect(
      throws: FileError.truncated(
        file: "f", what: "the header", expected: 108, found: 8)
    ) { try Safetensors(bytes([UInt64(100)]), file: "f") }
    #expect(
      throws: Self.malformed(
        "its first eight bytes promise a header of 18446744073709551615 bytes; "
          + "the largest allowed is 100000000")
    ) { try Safetensors(bytes([UInt64.max]), file: "f") }
  }

  @Test func `refuses a file cut at any byte`() throws {
    let whole = try Data(contentsOf: fixture("safetensors/full.safetensors"))
    #expect(throws: Never.self) { try Safetensors(whole, file: "f") }
    for count in 0..<whole.count {
      let error = fileError { _ = try Safetensors(whole.prefix(count), file: "f") }
      guard case .truncated(_, _, let expected, count)? = error else {
        Issue.record("\(count) bytes: \(String(describing: error))")
        continue
      }
      #expect(expected > count)
    }
  }

  @Test func `reads data that does not start at index 0`() throws {
    let whole = try Data(contentsOf: fixture("safetensors/top.safetensors"))
    let shifted = (Data([1, 2, 3]) + whole).dropFirst(3)
    let file = try Safetensors(shifted, file: "f")
    #expect(file["top_k.indices"]?.integers() == [2, 0, 1, 2])
  }
}
