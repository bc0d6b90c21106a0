public import CredenceFiles
public import Foundation

/// One file from a server, which appears whole and verified or not at all.
///
/// The content is written beside its place, under the file's name with `.incomplete`, and moved when it is complete. A transfer
/// that is cut goes on where it stopped, in the same run or, where a checksum can tell that both parts belong together, in a
/// later one. Two processes that fetch the same file wait for one another.
public struct Download: Sendable {
  /// What the content must have.
  public typealias Checksum = CredenceFiles.Checksum

  /// How far it is.
  public struct Progress: Hashable, Sendable {
    public let url: URL
    /// Bytes on the disk, those of earlier runs included.
    public let received: Int
    /// All bytes, where the server says how many.
    public let total: Int?
  }

  /// How often, and after what time, a transfer is tried again that failed for a passing reason.
  public struct Retries: Hashable, Sendable {
    public var count = 5
    /// The first pause; each further one is twice as long.
    public var pause = Duration.milliseconds(500)
    public init() {}
  }

  public var url: URL
  public var destination: URL
  public var checksum = Checksum.none
  /// The number of bytes, where it is known beforehand.
  public var size: Int?
  /// More bytes than these are refused.
  public var sizeLimit = 50_000_000_000
  /// Sent to the server of `url` alone, as a bearer.
  public var token: String?
  public var retries = Retries()
  /// Whether a part that an earlier run left belongs to this content; always so where a checksum will tell.
  var continuesEarlierRuns = false
  var environment = ProcessInfo.processInfo.environment

  public init(_ url: URL, to destination: URL) {
    self.url = url
    self.destination = destination
  }

  /// Where the content is written first.
  var partial: URL {
    destination.deletingLastPathComponent()
      .appendingPathComponent(destination.lastPathComponent + ".incomplete")
  }

  /// Fetches the file, unless it is there with the right checksum and size.
  ///
  /// - Parameter progress: Called now and then, from any thread.
  /// - Returns: Whether anything was fetched.
  /// - Throws: `HubError`; `CancellationError`.
  @discardableResult
  public func run(progress: (@Sendable (Progress) -> Void)? = nil) async throws -> Bool {
    let folder = destination.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw HubError.unwritable(path: folder.path, reason: error.localizedDescription)
    }
    if try isThere() { return false }
    let file = try await LockedFile.open(partial)
    // Another process may have been quicker.
    if try isThere() {
      try? FileManager.default.removeItem(at: partial)
      return false
    }
    let transfer = Transfer(self, file, progress)
    do {
      try await HTTPSession.with(environment: environment, for: url) { session in
        try await transfer.run(session)
      }
    } catch {
      // What has come is kept for the next run.
      if (try? file.size()) == 0 { try? FileManager.default.removeItem(at: partial) }
      throw error
    }
    try file.move(to: destination)
    return true
  }

  private func isThere() throws -> Bool {
    guard FileManager.default.fileExists(atPath: destination.path) else { return false }
    let data = try MappedFile.bytes(of: destination)
    if let size, size != data.count { return false }
    return checksum.hexadecimal(of: data) == checksum.expected
  }
}
