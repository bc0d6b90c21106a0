import ArgumentParser
import Credence
import Foundation

/// The command `credence datasets make corrupted`.
struct MakeCorruptedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corrupted",
    abstract: "Makes the corrupted copies of a data set, as ImageNet-C and CIFAR-10-C.",
    discussion: """
      Images in files become OUTPUT/corruption/severity/class/image, images in arrays and CIFAR files one \
      corruption.npy with all severities, and labels.npy: what ‘credence benchmark’ takes as --data. Files that are \
      there are not made again, so an interrupted run can be repeated and corruptions can be added.

      Corruptions: \(CorruptionCatalog.standard.map(\.id).joined(separator: ", ")) (together ‘all’); \
      \(CorruptionCatalog.extra.map(\.id).joined(separator: ", ")) (with these ‘all-extra’).

      Examples:
        credence datasets make corrupted --data imagenet/val --corruption all --resize-crop 224 --output imagenet-c
        credence datasets make corrupted --data photos --corruption fog snow --severity 1 3-5 --output photos-c
        credence datasets make corrupted --data cifar10/test_batch.bin --corruption all-extra --output cifar10-c
      """)

  @Option(help: ArgumentHelp("The clean images.", valueName: "path"))
  var data: String

  @OptionGroup(title: "Images") var reading: DatasetReadingOptions

  @Option(
    name: [.customLong("corruption"), .customLong("corruptions")], parsing: .upToNextOption,
    help: ArgumentHelp("Names of corruptions, ‘all’ or ‘all-extra’.", valueName: "name"))
  var corruptions: [String]

  @Option(
    name: [.customLong("severity"), .customLong("severities")], parsing: .upToNextOption,
    help: ArgumentHelp("From 1 to 5, several or ranges such as 2-4.", valueName: "n|n-m"))
  var severities = ["1-5"]

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp("The folder of the corrupted images.", valueName: "dir"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Whose strengths the severities have; by default that whose images are nearest in size.",
      valueName: CorruptionBenchmark.allCases.map(\.rawValue).joined(separator: "|")))
  var benchmark: String?

  @Option(help: ArgumentHelp("Another seed, other noise.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("The quality of JPEG files; 85 unless told otherwise.", valueName: "1…100"))
  var quality: Int?

  @Flag(help: "Write PNG files, which lose nothing.")
  var png = false

  @Option(
    help: ArgumentHelp(
      "Photographs of frost, such as frost1.png to frost5.jpg of ImageNet-C; without them frost is drawn.",
      valueName: "dir"))
  var frostImages: String?

  @Option(
    help: ArgumentHelp(
      "Cut the center of n × n pixels after resizing the shorter side to 8/7 of it; ImageNet-C has 224.",
      valueName: "n"))
  var resizeCrop: Int?

  @Option(help: ArgumentHelp("Threads.", valueName: "n"))
  var workers: Int?

  @Flag(name: .customLong("skip-unreadable"), help: "Leave out images that can't be read.")
  var skipsUnreadable = false

  func validate() throws {
    if png, quality != nil {
      throw ValidationError("Give one of --png and --quality: PNG files lose nothing.")
    }
    if let quality, !(1...100).contains(quality) {
      throw ValidationError("--quality is \(quality); it must be from 1 to 100.")
    }
    if let workers, !(1...1024).contains(workers) {
      throw ValidationError("--workers is \(workers); it must be from 1 to 1024.")
    }
    if let resizeCrop, !(1...65_500).contains(resizeCrop) {
      throw ValidationError("--resize-crop is \(resizeCrop); it must be from 1 to 65500.")
    }
    do {
      _ = try settings()
    } catch let error as CorruptionError {
      throw ValidationError(ErrorText.sentences(error))
    }
  }

  private func settings() throws -> CorruptedDatasetSettings {
    var settings = CorruptedDatasetSettings(
      corruptions: try CorruptionCatalog.named(Self.parts(corruptions)),
      severities: try Self.parts(severities).flatMap(Self.severities))
    settings.benchmark = try benchmark.map { try CorruptionBenchmark.named($0) }
    settings.seed = seed
    if let resizeCrop { settings.crop = .center(side: resizeCrop) }
    if let quality { settings.encoding = .jpeg(quality: quality) }
    if png { settings.encoding = .png }
    if let workers { settings.workerCount = workers }
    settings.unreadableImages = skipsUnreadable ? .skip : .fail
    return settings
  }

  func run() throws {
    var settings = try settings()
    if let frostImages {
      settings.frostImages = try CorruptionResources.frostImages(in: frostImages)
    }
    let images = try DatasetCatalog.open(
      path: data, split: reading.split, labels: reading.labels, classMap: reading.classMap)
    var writer = try CorruptedDatasetWriter(images, settings)
    let progress = Progress()
    writer.progress = { state in
      progress.enter("corrupting \(data)", detail: RunReporting.detail(state))
    }
    let result: CorruptedDatasetWriter.Result
    do {
      result = try writer.write(to: URL(fileURLWithPath: output))
    } catch {
      progress.finish()
      throw error
    }
    progress.finish()
    for image in result.skipped { ErrorText.write(image.error) }
    StandardError.writeLine(RunReporting.summary(result))
    try StandardOutput.write(output + "\n")
    if !result.skipped.isEmpty { throw ExitCode(2) }
  }

  private static func parts(_ texts: [String]) -> [String] {
    texts.flatMap { $0.split(whereSeparator: { ", ".contains($0) }).map(String.init) }
  }

  /// The numbers of one argument, such as `3` or `2-4`.
  private static func severities(_ text: String) throws -> [Int] {
    let ends = text.replacingOccurrences(of: "…", with: "-")
      .split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
      (1...5).contains(first), (1...5).contains(last), first <= last
    else {
      throw ValidationError(
        "--severity is ‘\(text)’; it must be a number from 1 to 5 or a range such as 2-4.")
    }
    return Array(first...last)
  }
}
