import CredencePredictions
import FileSupport
import Testing

@Suite struct SampleIDsTests {
  @Test func `finds rows by name`() throws {
    let ids = try SampleIDs((0..<5000).map { "folder/with/a/long/name/\($0)" } + ["", "ć"])
    #expect(ids.count == 5002)
    for row in [0, 17, 4999] { #expect(ids.row(of: ids[row]) == row) }
    #expect(ids.row(of: "") == 5000)
    #expect(ids.row(of: "ć") == 5001)
    #expect(ids.row(of: "absent") == nil)
    let other = try SampleIDs(["x", "folder/with/a/long/name/3"])
    #expect(ids.row(of: 1, in: other) == 3)
    #expect(ids.row(of: 0, in: other) == nil)
  }

  @Test func `refuses a name that stands twice`() {
    #expect(throws: PredictionError.duplicateSampleID(id: "b", row: 3, earlierRow: 1)) {
      try SampleIDs(["a", "b", "c", "b"])
    }
  }

  @Test func `refuses offsets that fall or leave the text`() {
    for offsets in [[0, 2, 1, 3], [0, 4], [1, 3], [], [0, -1, 3]] {
      #expect(throws: PredictionError.self) {
        try SampleIDs(bytes: bytes([UInt8(97), 98, 99]), offsets: offsets)
      }
    }
    #expect(throws: Never.self) { try SampleIDs(bytes: bytes([UInt8]()), offsets: [0]) }
  }

  /// Names that share their first 80 bytes must not make the index slow.
  @Test func `takes long names with a common start`() throws {
    let prefix = String(repeating: "x", count: 200)
    let ids = try SampleIDs((0..<200_000).map { "\(prefix)\($0)" })
    #expect(ids.row(of: "\(prefix)123456") == 123456)
  }
}
