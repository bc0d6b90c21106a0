public import CredenceData

/// How predictions are collected.
public struct CollectionSettings: Sendable {
  /// Batch size and threads; images that can't be read always fail, since every model must see the same ones.
  public var loading = LoaderSettings()
  /// How the probabilities of all classes are kept.
  public var probabilities = ProbabilityStorage.float32
  /// Whether files are compressed, as published.
  public var isCompressed = true
  /// Whether predictions that are there are made again.
  public var overwrites = false

  public init() {}
}

/// A model whose predictions are in the artefacts tree.
public struct CollectedModel: Sendable {
  public let modelID: String
  /// The folder with `preds.npz` and `metadata.json`.
  public let folder: String
  /// Top-1 accuracy on all classes, from 0 to 1; `nil` where an earlier run did not note it.
  public let accuracy: Double?
  public let sampleCount: Int
  /// Seconds that the predictions took, in all runs; `nil` where an earlier run did not note them.
  public let seconds: Double?
  /// Whether the predictions were there before.
  public let isReused: Bool
  /// Images that an earlier, interrupted run had done.
  public let resumedCount: Int
}
