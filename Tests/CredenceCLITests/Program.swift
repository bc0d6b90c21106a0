import Foundation

/// The built program, run as a user runs it.
enum Program {
  /// What a run left behind.
  struct Run {
    let status: Int32
    let output: String
    let error: String
    /// The lines of standard output; tables of RFC 4180 end theirs in CRLF.
    var lines: [String] { output.split(whereSeparator: \.isNewline).map(String.init) }
    /// The lines of standard error.
    var errorLines: [String] { error.split(whereSeparator: \.isNewline).map(String.init) }
  }

  /// Why the program can't be run.
  struct Missing: Error, CustomStringConvertible {
    let folders: [String]
    var description: String { "no program ‘credence’ in \(folders.joined(separator: ", "))" }
  }

  /// The folder of the package.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The program: beside the test bundle, or in one of the folders above it.
  static func url() throws -> URL {
    var folders: [URL] = []
    for start in [Bundle.main.bundleURL, URL(fileURLWithPath: CommandLine.arguments[0])] {
      var folder = start.standardizedFileURL
      for _ in 0..<5 {
        folders.append(folder)
        folder = folder.deletingLastPathComponent()
      }
    }
    folders += ["release", "debug"].map { package.appendingPathComponent(".build/\($0)") }
    let programs = folders.map { $0.appendingPathComponent("credence") }
    let found = programs.first {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    guard let found else { throw Missing(folders: folders.map(\.path)) }
    return found
  }

  /// Runs the program.
  ///
  /// - Parameters:
  ///   - arguments: As the shell would hand them over.
  ///   - workspace: The folder in which it runs.
  /// - Returns: What it printed, and its exit status.
  /// - Throws: `Missing` where it was not built.
  static func run(_ arguments: [String], in workspace: Workspace) throws -> Run {
    try run(url(), arguments, in: workspace)
  }

  /// Runs any program; its output goes through files, since a full pipe would block it.
  static func run(_ program: URL, _ arguments: [String], in workspace: Workspace) throws -> Run {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = workspace.folder
    let logs = try Workspace()
    let (output, error) = (logs.url("output"), logs.url("error"))
    for url in [output, error] { try Data().write(to: url) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Run(
      status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      error: try String(contentsOf: error, encoding: .utf8))
  }
}
