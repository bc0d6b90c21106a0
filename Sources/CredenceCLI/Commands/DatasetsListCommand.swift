import ArgumentParser
import Credence
import Foundation

/// The command `credence datasets list`.
struct DatasetsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the published data sets that are known by name, and whether they are there.",
    discussion: """
      Examples:
        credence datasets list
        credence datasets list --data-dir /data --format json
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table
    case json
  }

  @OptionGroup var place: DatasetFolderOptions

  @Option(
    help: ArgumentHelp(
      "How the list is printed.",
      valueName: Format.allCases.map(\.rawValue).joined(separator: "|")))
  var format = Format.table

  func run() throws {
    let list = DatasetList(in: place.folder)
    switch format {
    case .table: try StandardOutput.write(list.table())
    case .json: try StandardOutput.write(list.json() + "\n")
    }
  }
}
