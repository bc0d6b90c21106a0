public import CredenceData
import CredenceFiles
public import CredenceHub
public import Foundation

/// Fetches the published files of data sets, verified by their checksums.
///
/// What is there already and correct is not fetched again; a transfer that was cut goes on where it stopped.
public struct DatasetDownloader: Sendable {
  /// The folder of all data sets.
  public var folder: String
  /// Where the files are fetched from instead, all under their own names.
  public var mirror: URL?
  /// The parts that are fetched; files that belong to several always are.
  public var parts: Set<DatasetEntry.Part> = [.train, .test]
  public var retries = Download.Retries()

  /// What became of a file.
  public struct Outcome: Hashable, Sendable {
    public let file: String
    /// Where it lies now.
    public let path: String
    /// Whether it was there before.
    public let wasThere: Bool
  }

  public init(folder: String = DatasetRegistry.defaultFolder) { self.folder = folder }

  /// Fetches the files of a data set, or of those that it is made of.
  ///
  /// - Parameters:
  ///   - entry: The data set.
  ///   - progress: Called now and then, from any thread.
  /// - Returns: Every file that is wanted.
  /// - Throws: `DatasetError.manualStep` for a data set that can't be fetched so; `HubError` of the last server that was asked.
  public func run(
    _ entry: DatasetEntry, progress: (@Sendable (Download.Progress) -> Void)? = nil
  ) async throws -> [Outcome] {
    var outcomes: [Outcome] = []
    for source in entry.sources {
      guard source.manualStep.isEmpty || mirror != nil else {
        throw DatasetError.manualStep(
          dataset: source.id, license: source.license, step: source.manualStep)
      }
      let place = URL(fileURLWithPath: folder).appendingPathComponent(source.downloadFolder)
      for file in source.files where file.part.map(parts.contains) ?? true {
        outcomes.append(
          try await fetch(file, to: place.appendingPathComponent(file.name), progress))
      }
    }
    return outcomes
  }

  /// Fetches the files of a data set, and waits for them.
  ///
  /// - Parameters:
  ///   - entry: The data set.
  ///   - progress: Called now and then, from any thread.
  /// - Returns: Every file that is wanted.
  /// - Throws: As `run`.
  public func fetch(
    _ entry: DatasetEntry, progress: (@Sendable (Download.Progress) -> Void)? = nil
  ) throws -> [Outcome] {
    try waiting { try await run(entry, progress: progress) }
  }

  private func fetch(
    _ file: DatasetFile, to destination: URL,
    _ progress: (@Sendable (Download.Progress) -> Void)?
  ) async throws -> Outcome {
    let addresses =
      mirror.map { [$0.appendingPathComponent(file.name)] }
      ?? file.urls.compactMap { URL(string: $0) }
    var failure: any Error = HubError.noSuchFile(name: "The list of data sets", file: file.name)
    for address in addresses {
      var download = Download(address, to: destination)
      // A file that can be made anew has the published checksum at its own address alone.
      download.checksum = file.canDiffer && mirror != nil ? .none : file.checksum
      if file.size > 0 { download.size = file.size }
      download.retries = retries
      // Other addresses are tried rather than the same one for long.
      if addresses.count > 1 { download.retries.count = min(retries.count, 2) }
      do {
        let isNew = try await download.run(progress: progress)
        return Outcome(file: file.name, path: destination.path, wasThere: !isNew)
      } catch let error as HubError {
        failure = error
      }
    }
    throw failure
  }
}
