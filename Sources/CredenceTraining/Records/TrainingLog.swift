import CredenceFiles
public import Foundation

/// The history of a training as files for other programs.
///
/// Each file is made anew from the whole history after every epoch: it is complete at any time, and a training that goes on from a stored
/// state leaves no gap and no epoch twice.
public struct TrainingLog: Sendable {
  /// The checkpoint's name, such as `wide_resnet_sn_3.0_mod_1`.
  public let name: String
  public let history: [EpochRecord]

  public init(name: String, history: [EpochRecord]) {
    self.name = name
    self.history = history
  }

  /// One JSON object a line for each epoch.
  ///
  /// - Throws: Foundation's error for numbers that JSON lacks.
  public func jsonLines() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var lines = Data()
    for record in history {
      lines.append(try encoder.encode(record))
      lines.append(UInt8(ascii: "\n"))
    }
    return lines
  }

  /// A table with a row for each epoch; fields that an epoch lacks are empty.
  public func csv() -> Data {
    var text = "epoch,loss,learning_rate,validation_accuracy,validation_nll,seconds\n"
    for record in history {
      let fields = [
        "\(record.epoch)", "\(record.loss)", "\(record.learningRate)",
        record.validation.map { "\($0.accuracy)" } ?? "",
        record.validation.map { "\($0.nll)" } ?? "", "\(record.seconds)",
      ]
      text += fields.joined(separator: ",") + "\n"
    }
    return Data(text.utf8)
  }

  /// Which number the published training program would have written.
  public enum LossScale: Sendable {
    /// The mean loss of a sample.
    case mean
    /// The sum of the batches' mean losses divided by the number of samples, as published: too small by the batch size.
    case published
  }

  /// The losses by epoch, counted from 0, as one JSON object: the content of `NAME_train_loss.json`.
  public func lossTable(_ scale: LossScale = .mean) -> Data {
    let entries = history.map { "\"\($0.epoch - 1)\": \($0.loss(scale))" }
    return Data("{\(entries.joined(separator: ", "))}\n".utf8)
  }
}

extension EpochRecord {
  /// The loss as one of the programs writes it.
  public func loss(_ scale: TrainingLog.LossScale) -> Double {
    switch scale {
    case .mean: loss
    case .published: batchLossSum / Double(sampleCount)
    }
  }
}
