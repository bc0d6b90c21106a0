import CredenceFiles
public import Foundation

/// The history of a training for TensorBoard: a folder of event files, one for each time that it was started.
///
/// Every file is only appended to, and those of earlier runs stay as they are. A run that goes on from a stored state says at which
/// epoch, and TensorBoard leaves out what earlier files say of that epoch and later ones: a killed process may have written epochs that
/// its state lacks.
public final class EventLog {
  private let folder: URL
  private let name: String
  private let scale: TrainingLog.LossScale
  private let now: () -> Date
  private let resumedAfter: Int?
  private var file: (url: URL, handle: FileHandle)?

  /// A log whose file is made with its first epoch.
  ///
  /// - Parameters:
  ///   - folder: Where event files go.
  ///   - name: The checkpoint's name, of which the loss is called.
  ///   - scale: Which loss.
  ///   - resumedAfter: The epochs that were complete in the state that training goes on from; `nil` for one that begins.
  ///   - now: The time.
  public init(
    _ folder: URL, name: String, _ scale: TrainingLog.LossScale = .mean, resumedAfter: Int? = nil,
    now: @escaping () -> Date = { Date() }
  ) {
    self.folder = folder
    self.name = name
    self.scale = scale
    self.resumedAfter = resumedAfter
    self.now = now
  }

  deinit { try? file?.handle.close() }

  /// Appends an epoch's loss and learning rate, and how its validation went.
  ///
  /// - Throws: `FileError.unwritable`.
  public func append(_ record: EpochRecord) throws {
    let time = now().timeIntervalSince1970
    var events = EventFile()
    let (url, handle) = try opened(&events, at: time)
    var scalars = [
      ("\(name)_train_loss", record.loss(scale)), ("learning_rate", record.learningRate),
    ]
    if let validation = record.validation {
      scalars += [
        ("validation_accuracy", validation.accuracy), ("validation_nll", validation.nll),
      ]
    }
    for (tag, value) in scalars {
      events.append(tag: tag, value: Float(value), step: record.epoch, time: time)
    }
    do {
      try handle.write(contentsOf: events.bytes)
    } catch {
      throw FileError.unwritable(
        file: url.relativePath, reason: error.localizedDescription)
    }
  }

  /// This run's file, after all earlier ones in the order of names, which is the order in which TensorBoard reads.
  private func opened(
    _ events: inout EventFile, at time: Double
  ) throws(FileError) -> (url: URL, handle: FileHandle) {
    if let file { return file }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let earlier = names.filter { $0.hasPrefix(Self.prefix) }.compactMap {
      Int($0.dropFirst(Self.prefix.count).prefix { $0 != "." })
    }
    let number = max(Int(min(max(0, time), 9_999_999_999)), (earlier.max() ?? -1) + 1)
    let digits = String(number)
    let padded = String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    let url = folder.appending(path: "\(Self.prefix)\(padded).\(name)")
    guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
      throw .unwritable(file: url.relativePath, reason: "No file can be made in its folder.")
    }
    let opened: (url: URL, handle: FileHandle)
    do {
      opened = (url, try FileHandle(forWritingTo: url))
    } catch {
      throw FileError.unwritable(
        file: url.relativePath, reason: error.localizedDescription)
    }
    events.start(at: time)
    if let resumedAfter { events.append(restartAt: resumedAfter + 1, time: time) }
    file = opened
    return opened
  }

  private static let prefix = "events.out.tfevents."
}
