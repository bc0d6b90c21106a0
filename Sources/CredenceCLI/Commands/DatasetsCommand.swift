import ArgumentParser
import Credence
import Foundation

/// The command group `credence datasets`.
struct DatasetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datasets",
    abstract: "Lists, fetches, checks and makes data sets.",
    subcommands: [
      DatasetsListCommand.self, DatasetsInfoCommand.self, DatasetsVerifyCommand.self,
      DatasetsDownloadCommand.self, DatasetsMakeCommand.self,
    ])
}

/// The command group `credence datasets make`.
struct DatasetsMakeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Makes data sets from others.",
    subcommands: [
      MakeCorruptedCommand.self, MakeAmbiguousMNISTCommand.self, MakeTwoMoonsCommand.self,
    ])
}

/// How a single data set is opened.
struct DatasetReadingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A part of the data, such as val.", valueName: "name"))
  var split: String?

  @Option(help: ArgumentHelp("A file of labels.", valueName: "file"))
  var labels: String?

  @Option(
    name: [.customLong("class-map"), .customLong("class_map")],
    help: ArgumentHelp("The class number of each folder.", valueName: "file"))
  var classMap: String?
}

/// Where published data sets lie.
struct DatasetFolderOptions: ParsableArguments {
  @Option(
    name: [
      .customLong("data-dir"), .customLong("data_dir"), .customLong("dataset-root"),
      .customLong("dataset_root"),
    ],
    help: ArgumentHelp("The folder of all data sets.", valueName: "dir"))
  var folder = DatasetRegistry.defaultFolder
}
