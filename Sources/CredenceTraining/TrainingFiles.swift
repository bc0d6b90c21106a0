import CredenceFiles
import CredenceModels
import CredenceNN
public import Foundation

/// Where a training's checkpoints, state and history go.
public struct TrainingFiles: Sendable {
  /// What file names begin with: a folder with its slash, or any prefix.
  public var prefix: String
  /// The checkpoint's name, such as `resnet50_1`.
  public var name: String
  /// Epochs between two checkpoints.
  public var checkpointInterval = 25
  /// Whether each checkpoint is also written as PyTorch's `.model`.
  public var writesTorchCheckpoints = false
  /// What comes before the names in `.model` files, such as `module.`.
  public var torchPrefix = ""
  /// Epochs between two savings of the state; 0 for no state.
  public var stateInterval = 1
  /// Seconds after which the state is also stored within an epoch.
  public var stateSeconds = 600.0
  /// What becomes of a training of the same name that the folder holds.
  public var former = Former.kept
  /// Which loss the history shows.
  public var lossScale = TrainingLog.LossScale.mean

  /// What becomes of a training of the same name.
  public enum Former: Sendable {
    /// It is kept, and another is refused.
    case kept
    /// Training goes on from its state.
    case continued
    /// It is removed.
    case removed
  }

  public init(prefix: String, name: String) {
    self.prefix = prefix
    self.name = name
  }

  /// The file from which an interrupted training goes on.
  public var state: URL { url("\(name).state") }

  /// The checkpoint of an epoch.
  public func checkpoint(epoch: Int) -> URL { url("\(name)_\(epoch).safetensors") }

  private func url(_ name: String) -> URL { URL(fileURLWithPath: prefix + name) }

  /// Fails early where files can't be written, or those of another training would be replaced; makes folders that are missing.
  ///
  /// - Throws: `FileError.unwritable`; `TrainingError.nameTaken`.
  public func check() throws {
    let former = FormerTraining(self)
    if !former.isEmpty, self.former == .kept || self.former == .continued && !former.hasState {
      throw TrainingError.nameTaken(
        name: name, folder: state.deletingLastPathComponent().relativePath,
        former: former.description, canResume: former.hasState)
    }
    for folder in [state.deletingLastPathComponent(), events] {
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      } catch {
        throw FileError.unwritable(
          file: folder.relativePath, reason: "No folder can be made there.")
      }
    }
    // Opening is the only sure test; the file vanishes with its object.
    _ = try AtomicFile(state)
  }

  /// Writes a checkpoint in every format that is asked for.
  ///
  /// - Returns: The files.
  func write(_ store: ParameterStore, _ description: NetworkDescription, _ suffix: String) throws
    -> [URL]
  {
    let file = url("\(name)_\(suffix).safetensors")
    try store.write(to: file, metadata: [NetworkDescription.metadataKey: try description.json()])
    guard writesTorchCheckpoints else { return [file] }
    let model = url("\(name)_\(suffix).model")
    try store.writeStateDictionary(to: model, prefix: torchPrefix)
    return [file, model]
  }

  /// The folder of event files for TensorBoard.
  var events: URL { url("stats_logging/\(name)") }

  /// The weights that training passed through, as the method `swag` reads them.
  public var posterior: URL { url("\(name)_swag.safetensors") }

  /// Writes the history in every format but TensorBoard's.
  func writeLogs(_ history: [EpochRecord]) throws {
    let log = TrainingLog(name: name, history: history)
    for (file, bytes) in [
      (url("\(name)_log.jsonl"), try log.jsonLines()), (url("\(name)_log.csv"), log.csv()),
      (url("\(name)_train_loss.json"), log.lossTable(lossScale)),
    ] {
      let output = try AtomicFile(file)
      try output.write(bytes)
      try output.finish()
    }
  }
}
