public import Foundation

/// The account of a golden run: a file of JSON lines that `CREDENCE_GOLDEN_LEDGER` names.
public enum GoldenLedger {
  /// A line: a file that a test opened, or a finished group.
  public struct Entry: Codable, Sendable {
    public let set: String
    public var opened: String?
    public var group: String?
    public var cases: Int?
    public var values: Int?
    public var failures: [String]?
    /// `FILE:PATH` of every leaf that was compared.
    public var covered: [String]?

    public init(
      set: String, opened: String? = nil, group: String? = nil, cases: Int? = nil,
      values: Int? = nil, failures: [String]? = nil, covered: [String]? = nil
    ) {
      self.set = set
      self.opened = opened
      self.group = group
      self.cases = cases
      self.values = values
      self.failures = failures
      self.covered = covered
    }
  }

  /// The ledger, where this run keeps one.
  public static var url: URL? {
    ProcessInfo.processInfo.environment["CREDENCE_GOLDEN_LEDGER"].map { URL(fileURLWithPath: $0) }
  }

  /// The sets of which an account is asked; empty in an ordinary test run.
  public static var sets: [String] {
    (ProcessInfo.processInfo.environment["CREDENCE_GOLDEN_SETS"] ?? "")
      .split(separator: " ").map(String.init)
  }

  /// Reads a ledger.
  public static func entries(of url: URL) throws -> [Entry] {
    try Data(contentsOf: url).split(separator: UInt8(ascii: "\n"))
      .map { try JSONDecoder().decode(Entry.self, from: $0) }
  }

  /// Appends in one write, so that lines of tests that run at the same time do not mix.
  static func append(_ entry: Entry) {
    guard let url, var line = try? JSONEncoder().encode(entry) else { return }
    line.append(UInt8(ascii: "\n"))
    let descriptor = open(url.path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
    guard descriptor >= 0 else { return }
    FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(line)
  }
}
