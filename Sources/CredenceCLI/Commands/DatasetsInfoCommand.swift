import ArgumentParser
import Credence
import Foundation

/// The command `credence datasets info`.
struct DatasetsInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Says what a path is recognized as, or what is known of a published data set.",
    discussion: """
      Examples:
        credence datasets info cifar10
        credence datasets info dirty_mnist/test --data-dir /data
        credence datasets info imagenet --split val
        credence datasets info imagenet-c
      """)

  @Argument(help: "A file or folder of images, or a name of ‘credence datasets list’.")
  var path: String

  @OptionGroup var place: DatasetFolderOptions

  @OptionGroup(title: "Images") var reading: DatasetReadingOptions

  func run() throws {
    if reading.labels == nil, reading.classMap == nil,
      let (entry, part) = try DatasetCatalog.registered(path, split: reading.split)
    {
      return try StandardOutput.write(
        DatasetDescription(entry, part: part, in: place.folder).text())
    }
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
