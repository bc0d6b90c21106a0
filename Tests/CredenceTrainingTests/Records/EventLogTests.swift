import CredenceFiles
import CredenceTraining
import FileSupport
import Foundation
import Testing

@Suite struct EventLogTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func record(_ epoch: Int, isValidated: Bool = true) -> EpochRecord {
    EpochRecord(
      epoch: epoch, loss: 0.5, batchLossSum: 4, sampleCount: 64, learningRate: 0.1,
      validation: isValidated ? ValidationRecord(accuracy: 0.75, nll: 0.25, sampleCount: 8) : nil,
      seconds: 2)
  }

  private func log(resumedAfter: Int? = nil, at time: Double) -> EventLog {
    EventLog(folder.url, name: "lenet_1", resumedAfter: resumedAfter) {
      Date(timeIntervalSince1970: time)
    }
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  /// Reads the framing by its definition, with checksums computed bit by bit.
  private func records(_ name: String) throws -> [[UInt8]] {
    let bytes = [UInt8](try Data(contentsOf: folder.url.appending(path: name)))
    func checksum(_ part: ArraySlice<UInt8>) -> UInt32 {
      var crc = UInt32.max
      for byte in part {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
      }
      crc = ~crc
      return (crc >> 15 | crc << 17) &+ 0xa282_ead8
    }
    func number(_ start: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) }
    }
    var position = 0
    var records: [[UInt8]] = []
    while position < bytes.count {
      let length = Int(number(position))
      #expect(number(position + 8) == checksum(bytes[position..<position + 8]))
      let data = bytes[position + 12..<position + 12 + length]
      #expect(number(position + 12 + length) == checksum(data))
      records.append(Array(data))
      position += 16 + length
    }
    return records
  }

  private func bytes(of time: Double) -> [UInt8] {
    withUnsafeBytes(of: time.bitPattern.littleEndian) { Array($0) }
  }

  @Test func `files are framed with right checksums and hold the numbers`() throws {
    let log = log(at: 997)
    try log.append(Self.record(1))
    try log.append(Self.record(2, isValidated: false))
    #expect(try names() == ["events.out.tfevents.0000000997.lenet_1"])
    // The version, four scalars of the first epoch, two of the second.
    let records = try records("events.out.tfevents.0000000997.lenet_1")
    #expect(records.count == 7)
    #expect(String(decoding: records[0], as: UTF8.self).hasSuffix("brain.Event:2"))
    // Event.wall_time = 997, Event.step = 1, Summary.Value.tag and simple_value = 0.5.
    let tag = Array("lenet_1_train_loss".utf8)
    let value = [0x0a, UInt8(tag.count)] + tag + [0x15, 0, 0, 0, 0x3f]
    let summary = [0x0a, UInt8(value.count)] + value
    #expect(
      records[1] == [0x09] + bytes(of: 997) + [0x10, 1, 0x2a, UInt8(summary.count)] + summary)
  }

  @Test func `a run that goes on leaves earlier files and says where it starts`() throws {
    try log(at: 1000).append(Self.record(1))
    let first = try Data(
      contentsOf: folder.url.appending(path: "events.out.tfevents.0000001000.lenet_1"))
    // Nothing is written before there is an epoch.
    _ = log(resumedAfter: 1, at: 2000)
    #expect(try names().count == 1)
    // The clock may be behind: names keep the order of runs.
    try log(resumedAfter: 1, at: 900).append(Self.record(2))
    try log(resumedAfter: 2, at: 900).append(Self.record(3))
    let found = try names()
    #expect(
      found == [
        "events.out.tfevents.0000001000.lenet_1", "events.out.tfevents.0000001001.lenet_1",
        "events.out.tfevents.0000001002.lenet_1",
      ])
    #expect(try Data(contentsOf: folder.url.appending(path: found[0])) == first)
    let records = try records(found[1])
    #expect(records.count == 6)
    // Event.session_log.status = START of step 2.
    #expect(records[1] == [0x09] + bytes(of: 900) + [0x10, 2, 0x3a, 2, 0x08, 1])
  }

  @Test func `a folder that is not there is named`() throws {
    let log = EventLog(folder.url.appending(path: "missing"), name: "a")
    #expect(throws: FileError.self) { try log.append(Self.record(1)) }
  }
}
