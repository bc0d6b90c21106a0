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

  /// A TensorBoard event file with the loss, the learning rate and the validation's results.
  ///
  /// - Parameters:
  ///   - scale: Which loss.
  ///   - date: When the last epoch ended.
  /// - Returns: The bytes of a file whose name begins with `events.out.tfevents.`.
  public func events(_ scale: LossScale = .mean, endedAt date: Date) -> Data {
    var file = EventFile(startedAt: date.timeIntervalSince1970 - totalSeconds)
    var time = date.timeIntervalSince1970 - totalSeconds
    for record in history {
      time += record.seconds
      var scalars = [
        ("\(name)_train_loss", record.loss(scale)), ("learning_rate", record.learningRate),
      ]
      if let validation = record.validation {
        scalars += [
          ("validation_accuracy", validation.accuracy), ("validation_nll", validation.nll),
        ]
      }
      for (tag, value) in scalars {
        file.append(tag: tag, value: Float(value), step: record.epoch, time: time)
      }
    }
    return file.bytes
  }

  private var totalSeconds: Double { history.reduce(0) { $0 + $1.seconds } }
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
