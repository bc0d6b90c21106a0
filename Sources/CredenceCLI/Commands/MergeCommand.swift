import ArgumentParser
import Credence
import Foundation

/// The command `credence merge`.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Joins the parts that ‘credence predict --shard’ wrote.",
    discussion: """
      Every part must be there once. The samples of the whole are in the order of the data.

      Example:
        credence merge predictions/resnet50__imagenet__val.shard*of4.safetensors --output predictions
      """)

  @Argument(help: ArgumentHelp("The parts.", valueName: "files"))
  var files: [String]

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp(
      "The joined file, or the folder in which it gets its usual name.", valueName: "file|dir"))
  var output: String

  func run() throws {
    let set = try ShardMerger.merged(files.map { URL(fileURLWithPath: $0) })
    var target = URL(fileURLWithPath: output)
    if target.pathExtension != PredictionFileFormat.safetensors.rawValue {
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      target = target.appending(path: set.metadata.fileName())
    }
    try OverwrittenInput.check(target, inputs: files)
    try set.write(to: target, format: .safetensors)
    try StandardOutput.write(target.relativePath + "\n")
  }
}
