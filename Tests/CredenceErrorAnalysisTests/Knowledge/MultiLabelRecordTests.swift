import CredenceErrorAnalysis
import CredenceFiles
import FileSupport
import Foundation
import Testing

/// TFRecord files as TensorFlow Datasets writes them, made here field by field.
@Suite struct MultiLabelRecordTests {
  private let classes: ClassList

  init() throws { classes = try ClassList.imageNet() }

  /// A field of a message: its number, and bytes.
  private static func field(_ number: UInt8, _ bytes: Data) -> Data {
    Data([number << 3 | 2]) + varint(UInt64(bytes.count)) + bytes
  }

  private static func varint(_ value: UInt64) -> Data {
    var value = value
    var bytes = Data()
    while value >= 0x80 {
      bytes.append(UInt8(value & 0x7f) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
    return bytes
  }

  private enum Value {
    case text(String)
    case packed([Int64])
    case single([Int64])
  }

  private static func example(_ features: [(String, Value)]) -> Data {
    var map = Data()
    for (name, value) in features {
      let feature: Data
      switch value {
      case .text(let text): feature = field(1, field(1, Data(text.utf8)))
      case .packed(let numbers):
        feature = field(
          3, field(1, numbers.reduce(Data()) { $0 + varint(UInt64(bitPattern: $1)) }))
      case .single(let numbers):
        feature = field(
          3, numbers.reduce(Data()) { $0 + [8] + varint(UInt64(bitPattern: $1)) })
      }
      map += field(1, field(1, Data(name.utf8)) + field(2, feature))
    }
    return field(1, map)
  }

  private static func record(_ content: Data) -> Data {
    let length = bytes([UInt64(content.count)])
    func masked(_ data: Data) -> Data { bytes([data.withUnsafeBytes { CRC32C.masked($0) }]) }
    return length + masked(length) + content + masked(content)
  }

  private static let first: [(String, Value)] = [
    ("correct_multi_labels", .packed([141, 13])),
    ("file_name", .text("ILSVRC2012_val_00000001.JPEG")),
    ("image", .text("\u{1}not read")), ("is_problematic", .packed([0])),
    ("original_label", .packed([13])), ("unclear_multi_labels", .single([622])),
    ("wrong_multi_labels", .packed([844])),
  ]
  private static let second: [(String, Value)] = [
    ("correct_multi_labels", .packed([])), ("file_name", .text("ILSVRC2012_val_00000002.JPEG")),
    ("is_problematic", .single([1])), ("original_label", .packed([999])),
    ("unclear_multi_labels", .packed([])), ("wrong_multi_labels", .packed([])),
  ]

  @Test func `the checksum is Castagnoli's, masked as TensorFlow does`() {
    let data = Data("123456789".utf8)
    #expect(data.withUnsafeBytes { CRC32C.checksum($0) } == 0xe306_9283)
    // From RFC 3720, B.4: 32 bytes of zeros.
    #expect(Data(count: 32).withUnsafeBytes { CRC32C.checksum($0) } == 0x8a91_36aa)
    // (crc >> 15 | crc << 17) + 0xa282ead8
    #expect(data.withUnsafeBytes { CRC32C.masked($0) } == 0xc78a_b0e5 as UInt32)
  }

  @Test func `records of a folder are read, packed or not`() throws {
    let folder = try TemporaryFolder()
    let version = folder.url.appendingPathComponent("3.0.0")
    try FileManager.default.createDirectory(at: version, withIntermediateDirectories: true)
    for (index, features) in [Self.first, Self.second].enumerated() {
      try Self.record(Self.example(features)).write(
        to: version.appendingPathComponent("validation.tfrecord-0000\(index)-of-00002"))
    }
    let labels = try MultiLabels(contentsOf: folder.url, classes: classes)
    #expect(
      labels.entries == [
        MultiLabels.Entry(
          file: "ILSVRC2012_val_00000001.JPEG", correct: [141, 13], unclear: [622], wrong: [844],
          original: 13),
        MultiLabels.Entry(
          file: "ILSVRC2012_val_00000002.JPEG", correct: [], isProblematic: true, original: 999),
      ])
    #expect(labels.entries[0].labels == [141, 13, 622])
  }

  @Test func `damage is found, and the record named`() throws {
    let folder = try TemporaryFolder()
    let good = Self.record(Self.example(Self.first)) + Self.record(Self.example(Self.second))
    func failure(_ data: Data) -> FileError? {
      fileError {
        let file = try folder.file("a.tfrecord", data)
        _ = try MultiLabels(contentsOf: file, classes: classes)
      }
    }
    #expect(failure(good) == nil)
    for cut in [1, 5, 11, 13, 60, good.count - 1] {
      guard case .truncated = failure(good.prefix(cut)) else {
        Issue.record("cut after \(cut) bytes")
        continue
      }
    }
    for position in [0, 9, 40, good.count - 1] {
      var bad = good
      bad[position] ^= 1
      guard case .checksumMismatch(_, let member) = failure(bad) else {
        Issue.record("byte \(position)")
        continue
      }
      #expect(member.contains(position < 100 ? "record 0" : "record 1"))
    }
    // A length that promises more than any file has.
    let huge = bytes([UInt64.max])
    let head = huge + bytes([huge.withUnsafeBytes { CRC32C.masked($0) }])
    guard case .truncated = failure(head + Data(count: 8)) else {
      Issue.record("a huge length")
      return
    }
  }

  @Test(arguments: ["file_name", "original_label", "is_problematic"])
  func `a missing feature is named`(feature: String) throws {
    let folder = try TemporaryFolder()
    let features = Self.first.filter { $0.0 != feature }
    let file = try folder.file("a.tfrecord", Self.record(Self.example(features)))
    #expect {
      try MultiLabels(contentsOf: file, classes: classes)
    } throws: { error in
      "\(error)".contains(feature) && "\(error)".contains("record 0")
    }
  }

  @Test func `messages that break the wire format are refused`() throws {
    let folder = try TemporaryFolder()
    for content in [
      Data([0x0a]), Data([0x0a, 0x05, 1]), Data([0x0b]),
      Data([0x08] + [UInt8](repeating: 0xff, count: 11)),
      Data([0x0a, 2, 0x08, 1]), Data([0x02, 0]),
    ] {
      let file = try folder.file("a.tfrecord", Self.record(content))
      guard
        case .malformed = fileError({
          _ = try MultiLabels(contentsOf: file, classes: classes)
        })
      else {
        Issue.record("\([UInt8](content))")
        continue
      }
    }
  }
}
