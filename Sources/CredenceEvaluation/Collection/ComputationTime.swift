import CredenceErrorAnalysis
public import Foundation

/// How long the predictions of a data set took, all models together.
public struct ComputationTime: Hashable, Sendable {
  public let seconds: Double
  public let modelCount: Int
  /// Models whose time nobody noted.
  public let unknown: [String]

  /// Adds up the times that the models of a data set have in their descriptions.
  ///
  /// - Parameter folder: The folder of the data set in the artefacts tree.
  /// - Throws: `CollectionError.noModels`; `ArtifactError`, `FileError` for a description that can't be read.
  public init(of folder: URL) throws {
    let records = try ModelPredictions.models(in: folder).filter {
      $0.pathExtension.isEmpty || $0.pathExtension != "safetensors"
    }
    .map { try ModelRecord(folder: $0) }
    guard !records.isEmpty else { throw CollectionError.noModels(folder: folder.relativePath) }
    seconds = records.compactMap(\.seconds).reduce(0, +)
    modelCount = records.count
    unknown = records.filter { $0.seconds == nil }.map(\.folder)
  }

  /// Hours, minutes and seconds as Python writes a `timedelta`: `1 day, 2:03:04.500000`.
  public var clock: String {
    let micro = Int((seconds * 1e6).rounded(.toNearestOrEven))
    let (whole, fraction) = micro.quotientAndRemainder(dividingBy: 1_000_000)
    let days = whole / 86_400
    var text = days == 0 ? "" : "\(days) day\(days == 1 ? "" : "s"), "
    text += String(format: "%d:%02d:%02d", whole / 3600 % 24, whole / 60 % 60, whole % 60)
    if fraction > 0 { text += String(format: ".%06d", fraction) }
    return text
  }
}
