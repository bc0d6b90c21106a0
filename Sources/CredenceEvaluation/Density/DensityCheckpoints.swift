import CredenceModels
public import CredenceNN
public import Foundation

/// Where the checkpoints of an evaluation lie: in `Run1`, `Run2`, … of a folder, under the published names.
///
/// A single network of run i (from 1) has the seed of the first run plus i − 1; the m-th of n networks of an ensemble the first seed plus
/// n · (i − 1) + m − 1.
public struct DensityCheckpoints: Sendable {
  /// What a checkpoint's name ends with.
  public enum Epoch: RawRepresentable, Hashable, Sendable {
    case number(Int)
    /// The best on the held-out images.
    case best

    public init?(rawValue: String) {
      if rawValue == "best" {
        self = .best
      } else if let number = Int(rawValue), number >= 0 {
        self = .number(number)
      } else {
        return nil
      }
    }

    public var rawValue: String {
      switch self {
      case .number(let number): "\(number)"
      case .best: "best"
      }
    }
  }

  /// The published name, such as `wide_resnet`, or one of `ModelCatalog`.
  public var model: String
  public var folder: URL
  /// Of the first run.
  public var seed: Int
  public var spectralNorm: SpectralNorm
  public var isModified: Bool
  /// The epoch in the files' names.
  public var epoch: Epoch
  /// Networks of an ensemble; `nil` for runs of one network.
  public var ensembleSize: Int?
  /// Whether ensembles are looked for as published: of seed 1 on, without marks of spectral normalization, and only `.model` files.
  public var isPublished: Bool

  public init(
    model: String, folder: URL, seed: Int = 1, spectralNorm: SpectralNorm = .off,
    isModified: Bool = false, epoch: Epoch = .number(350), ensembleSize: Int? = nil,
    isPublished: Bool = false
  ) {
    self.model = model
    self.folder = folder
    self.seed = seed
    self.spectralNorm = spectralNorm
    self.isModified = isModified
    self.epoch = epoch
    self.ensembleSize = ensembleSize
    self.isPublished = isPublished
  }

  /// The name of the first run's checkpoint without epoch and ending, by which results are called.
  public var name: String {
    checkpointName(seed: seed, spectralNorm: spectralNorm, isModified: isModified)
  }

  private func checkpointName(seed: Int, spectralNorm: SpectralNorm, isModified: Bool) -> String {
    if let known = DDUModel[model] {
      return known.checkpointName(
        seed: seed, spectralNorm: spectralNorm, isModified: isModified)
    }
    let bound = spectralNorm.settings.map { "_sn_\($0.coefficient)" } ?? ""
    return "\(model)\(bound)\(isModified ? "_mod" : "")_\(seed)"
  }

  /// The endings of checkpoints, the first found is taken.
  static let endings = ["safetensors", "model", "pth", "pt"]

  /// The seeds in the names of the networks of a run.
  ///
  /// - Parameter run: From 1.
  /// - Returns: One per network.
  public func seeds(of run: Int) -> [Int] {
    seeds(of: run, first: isPublished && ensembleSize != nil ? 1 : seed)
  }

  /// The seeds with which the networks of a run hold images out; always of the first run's seed on.
  ///
  /// - Parameter run: From 1.
  /// - Returns: One per network.
  public func splitSeeds(of run: Int) -> [Int] { seeds(of: run, first: seed) }

  private func seeds(of run: Int, first: Int) -> [Int] {
    let size = ensembleSize ?? 1
    let start = first + size * (run - 1)
    return Array(start..<start + size)
  }

  /// The checkpoints of a run.
  ///
  /// - Parameter run: From 1.
  /// - Returns: One file per network.
  /// - Throws: `EvaluationError.missingRun` or `missingCheckpoint`, naming what was looked for.
  public func files(of run: Int) throws -> [URL] {
    let runFolder = folder.appending(path: "Run\(run)")
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: runFolder.path, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw EvaluationError.missingRun(run: run, folder: runFolder.relativePath)
    }
    return try seeds(of: run).map { seed in
      let full = checkpointName(
        seed: seed, spectralNorm: spectralNorm, isModified: isModified)
      let plain = checkpointName(seed: seed, spectralNorm: .off, isModified: false)
      let stems =
        ensembleSize == nil
        ? [full] : isPublished ? [plain] : full == plain ? [full] : [full, plain]
      let names = stems.flatMap { stem in
        (isPublished ? ["model"] : Self.endings).map { "\(stem)_\(epoch.rawValue).\($0)" }
      }
      let files = names.map { runFolder.appending(path: $0) }
      guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) })
      else {
        throw EvaluationError.missingCheckpoint(
          folder: runFolder.relativePath, names: names,
          present: Self.checkpoints(in: runFolder))
      }
      return file
    }
  }

  private static func checkpoints(in folder: URL) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { endings.contains(URL(fileURLWithPath: $0).pathExtension) }.sorted()
  }
}
