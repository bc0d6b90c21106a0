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
}
