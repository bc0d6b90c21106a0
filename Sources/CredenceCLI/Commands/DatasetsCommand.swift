import ArgumentParser
import Credence
import Foundation

/// The command group `credence datasets`.
struct DatasetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datasets",
    abstract: "Describes image data sets, and makes corrupted ones.",
    subcommands: [DatasetsInfoCommand.self, DatasetsMakeCommand.self])
}

/// The command `credence datasets info`.
struct DatasetsInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Says what a path is recognized as.",
    discussion: """
      Examples:
        credence datasets info imagenet --split val
        credence datasets info imagenet-c
      """)

  @Argument(help: "A file or folder of images.")
  var path: String

  @OptionGroup(title: "Images") var reading: DatasetReadingOptions

  func run() throws {
    let summary = try DatasetSummary(
      path: path, split: reading.split, labels: reading.labels, classMap: reading.classMap)
    var lines = [
      ("path", summary.path), ("kind", "\(summary.kind): \(summary.title)"),
      ("images", "\(summary.imageCount)"),
    ]
    if !summary.corruptions.isEmpty {
      lines += [
        ("corruptions", summary.corruptions.joined(separator: ", ")),
        ("severities", summary.severities.map(String.init).joined(separator: ", ")),
      ]
    }
    let names = summary.firstClassNames.joined(separator: ", ")
    let more = summary.classCount > summary.firstClassNames.count ? ", …" : ""
    let size = summary.firstImageSize.map(String.init).joined(separator: " × ")
    lines += [
      (
        "classes",
        summary.classCount == 0
          ? "not known" : "\(summary.classCount)" + (names.isEmpty ? "" : " (\(names)\(more))")
      ),
      (
        "labels",
        summary.labeledCount == summary.imageCount
          ? "known" : summary.labeledCount == 0 ? "not known" : "known of \(summary.labeledCount)"
      ),
      ("first image", "\(summary.firstImageID), \(size) pixels"),
    ]
    let width = lines.map(\.0.count).max() ?? 0
    for (name, value) in lines {
      let label = name.padding(toLength: width + 2, withPad: " ", startingAt: 0)
      try StandardOutput.write("\(label)\(value)\n")
    }
  }
}

/// The command group `credence datasets make`.
struct DatasetsMakeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Makes data sets from others.",
    subcommands: [MakeCorruptedCommand.self])
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
