import ArgumentParser
import Credence
import Foundation

/// The command `credence datasets verify`.
struct DatasetsVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compares files with the checksums that they were published with.",
    discussion: """
      Takes names of ‘credence datasets list’, and folders with a list of checksums (SHA256SUMS, MD5SUMS). Says of every \
      file whether it is the published one; ends with status 1 where one is wrong or missing.

      Examples:
        credence datasets verify mnist cifar10 --data-dir /data
        credence datasets verify /data/photographs
      """)

  @Argument(help: ArgumentHelp("Data sets or folders.", valueName: "name|folder"))
  var names: [String]

  @OptionGroup var place: DatasetFolderOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let progress = Progress()
    defer { progress.finish() }
    let results = try names.map { name in
      try DatasetVerification.of(name, in: place.folder) {
        progress.enter("checking \(name)", detail: $0)
      }
    }
    try StandardOutput.write(
      json ? results.json() + "\n" : results.map { $0.text() }.joined(separator: "\n"))
    if !results.allSatisfy(\.isComplete) { throw ExitCode(1) }
  }
}
