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
      var isFolder: ObjCBool = false
      let tell: (String) -> Void = { progress.enter("checking \(name)", detail: $0) }
      // A published name comes before a folder of the same name, which has no list.
      if DatasetRegistry[name] == nil,
        FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), isFolder.boolValue
      {
        return try DatasetVerification(folder: name, progress: tell)
      }
      return try DatasetVerification(DatasetRegistry.named(name), in: place.folder, progress: tell)
    }
    try StandardOutput.write(
      json ? results.json() + "\n" : results.map { $0.text() }.joined(separator: "\n"))
    if !results.allSatisfy(\.isComplete) { throw ExitCode(1) }
  }
}
