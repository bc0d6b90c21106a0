import CredenceTraining
import Foundation
import Testing

@Suite struct TrainingLogTests {
  private let log = TrainingLog(
    name: "lenet_1",
    history: [
      EpochRecord(
        epoch: 1, loss: 0.5, batchLossSum: 4, sampleCount: 64, learningRate: 0.1,
        validation: ValidationRecord(accuracy: 0.75, nll: 0.25, sampleCount: 8), seconds: 2),
      EpochRecord(
        epoch: 2, loss: 0.25, batchLossSum: 2, sampleCount: 64, learningRate: 0.01, seconds: 3),
    ])

  @Test func `JSON Lines give every epoch back`() throws {
    let lines = try log.jsonLines().split(separator: UInt8(ascii: "\n"))
    let records = try lines.map { try JSONDecoder().decode(EpochRecord.self, from: Data($0)) }
    #expect(records == log.history)
  }

  @Test func `the table leaves fields empty that an epoch lacks`() {
    #expect(
      String(decoding: log.csv(), as: UTF8.self) == """
        epoch,loss,learning_rate,validation_accuracy,validation_nll,seconds
        1,0.5,0.1,0.75,0.25,2.0
        2,0.25,0.01,,,3.0

        """)
  }

  @Test func `the published table of losses is one JSON object, counted from 0`() throws {
    func table(_ scale: TrainingLog.LossScale) throws -> [String: Double] {
      try JSONDecoder().decode([String: Double].self, from: log.lossTable(scale))
    }
    #expect(try table(.mean) == ["0": 0.5, "1": 0.25])
    #expect(try table(.published) == ["0": 4.0 / 64, "1": 2.0 / 64])
  }

  /// Reads the framing by its definition, with a checksum computed bit by bit.
  @Test func `event files are framed with right checksums and hold the numbers`() throws {
    let bytes = [UInt8](log.events(endedAt: Date(timeIntervalSince1970: 1000)))
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
    var records: [ArraySlice<UInt8>] = []
    while position < bytes.count {
      let length = Int(number(position))
      #expect(number(position + 8) == checksum(bytes[position..<position + 8]))
      let data = bytes[position + 12..<position + 12 + length]
      #expect(number(position + 12 + length) == checksum(data))
      records.append(data)
      position += 16 + length
    }
    // The version, four scalars of the first epoch, two of the second.
    #expect(records.count == 7)
    #expect(String(decoding: records[0], as: UTF8.self).hasSuffix("brain.Event:2"))
    let loss = Array(records[1])
    // Event.wall_time = 997, Event.step = 1, Summary.Value.tag and simple_value = 0.5.
    let time = withUnsafeBytes(of: 997.0.bitPattern.littleEndian) { Array($0) }
    let tag = Array("lenet_1_train_loss".utf8)
    let value = [0x0a, UInt8(tag.count)] + tag + [0x15, 0, 0, 0, 0x3f]
    let summary = [0x0a, UInt8(value.count)] + value
    #expect(loss == [0x09] + time + [0x10, 1, 0x2a, UInt8(summary.count)] + summary)
  }
}
