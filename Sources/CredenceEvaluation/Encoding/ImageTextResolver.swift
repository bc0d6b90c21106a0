import CredenceFiles
public import CredenceHub
public import CredenceModels
import Foundation

/// Finds an image–text network's files on this machine, and fetches from a hub what is missing.
public struct ImageTextResolver: Sendable {
  public var hub: HubClient

  public init(hub: HubClient) { self.hub = hub }

  /// A network's files.
  public struct Located: Sendable {
    public let checkpoint: ImageTextCheckpoint
    /// What the user should know, such as a hub that can't be reached.
    public let notices: [String]
  }

  /// Opens a folder, a file, or a repository of a hub.
  ///
  /// - Parameters:
  ///   - text: A path, or a name such as `openai/clip-vit-large-patch14-336`.
  ///   - progress: Called now and then while something is fetched, from any thread.
  /// - Returns: Its files.
  /// - Throws: `ImageTextError`, `TokenizerError`, `HubError`, `FileError`.
  public func locate(
    _ text: String, progress: (@Sendable (Download.Progress) -> Void)? = nil
  ) async throws -> Located {
    let isName =
      text.split(separator: "/").count == 2 && !text.hasPrefix(".") && !text.hasPrefix("/")
    let isPrefixed = HubModel.prefixes.contains { text.hasPrefix($0) }
    guard !FileManager.default.fileExists(atPath: text), isName || isPrefixed else {
      return Located(
        checkpoint: try ImageTextCheckpoint(contentsOf: URL(fileURLWithPath: text)), notices: [])
    }
    let model = try HubModel(text)
    var notices: [String] = []
    func fetch(_ name: String) async throws -> HubClient.File? {
      do {
        let file = try await hub.file(name, of: model, progress: progress)
        if let notice = file.notice, !notices.contains(notice) { notices.append(notice) }
        return file
      } catch HubError.noSuchFile {
        return nil
      } catch let error as HubError {
        // Without the network a file that a repository lacks is not told from one that was never fetched.
        guard case .notCached = error, hub.settings.isOffline else { throw error }
        return nil
      }
    }
    func fetchFirst(_ names: [String]) async throws -> HubClient.File? {
      for name in names {
        if let file = try await fetch(name) { return file }
      }
      return nil
    }
    let isTransformers =
      try await fetch(ImageTextCheckpoint.transformersDescription)
      .map { Self.describesNetwork($0.url) } ?? false
    let description =
      isTransformers ? nil : try await fetch(ImageTextCheckpoint.openCLIPDescription)
    guard isTransformers || description != nil else {
      throw HubError.notCached(
        name: model.name, file: ImageTextCheckpoint.transformersDescription,
        folder: hub.settings.cacheFolder.path)
    }
    for name in ImageTextCheckpoint.vocabularyFiles + [ImageTextCheckpoint.preprocessingFile] {
      _ = try await fetch(name)
    }
    let names =
      isTransformers
      ? ImageTextCheckpoint.transformersWeights : ImageTextCheckpoint.openCLIPWeights
    guard let weights = try await fetchFirst(names) else {
      throw HubError.notCached(
        name: model.name, file: names[0], folder: hub.settings.cacheFolder.path)
    }
    return Located(
      checkpoint: try ImageTextCheckpoint(
        contentsOf: weights.url.deletingLastPathComponent(), name: model.name),
      notices: notices)
  }

  /// Opens a folder, a file, or a repository of a hub, waiting on this thread.
  ///
  /// - Parameters:
  ///   - text: As for `locate`.
  ///   - progress: Called now and then while something is fetched, from any thread.
  /// - Returns: Its files.
  /// - Throws: As `locate`.
  public func located(
    _ text: String, progress: (@Sendable (Download.Progress) -> Void)? = nil
  ) throws -> Located {
    try waiting { try await locate(text, progress: progress) }
  }

  /// Whether a description is one of the transformers library for such a network.
  private static func describesNetwork(_ file: URL) -> Bool {
    let data = (try? MappedFile.bytes(of: file)) ?? Data()
    let type = (try? JSONDecoder().decode(JSONValue.self, from: data))?.object?["model_type"]
    return ["clip", "siglip"].contains(type?.string)
  }
}
