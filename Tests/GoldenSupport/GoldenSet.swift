public import Foundation

/// A folder of reference values.
///
/// `Tests/Golden/<set>` of the project, or the folder of the same form that `CREDENCE_GOLDEN` names.
public struct GoldenSet: Sendable {
  public let name: String
  public let folder: URL

  public init(_ name: String) {
    let root =
      ProcessInfo.processInfo.environment["CREDENCE_GOLDEN"].map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Golden")
    self.name = name
    folder = root.appendingPathComponent(name)
  }

  /// A file of the set; whoever asks for it is taken to test it.
  public func url(_ file: String) -> URL {
    GoldenLedger.append(GoldenLedger.Entry(set: name, opened: file))
    return folder.appendingPathComponent(file)
  }

  public func data(_ file: String) throws -> Data { try Data(contentsOf: url(file)) }
}
