import ArgumentParser
import Credence
import Foundation

/// The command `credence datasets download`.
struct DatasetsDownloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "download",
    abstract: "Fetches published data sets and verifies them.",
    discussion: """
      Files appear whole and verified or not at all. What is there is not fetched again, and a transfer that was cut \
      goes on where it stopped. Archives are read as they are and need not be unpacked.

      Examples:
        credence datasets download mnist fashion_mnist
        credence datasets download svhn --part train test extra --data-dir /data
        credence datasets download cifar10 --mirror https://files.example.org/cifar
      """)

  @Argument(help: ArgumentHelp("Names of ‘credence datasets list’.", valueName: "name"))
  var names: [String]

  @OptionGroup var place: DatasetFolderOptions

  @Option(
    name: [.customLong("part"), .customLong("parts")], parsing: .upToNextOption,
    help: ArgumentHelp("The parts to fetch.", valueName: "train|test|extra"))
  var parts = ["train", "test"]

  @Option(
    help: ArgumentHelp(
      "Fetch files from this address and below, under their own names.", valueName: "url"))
  var mirror: String?

  func validate() throws {
    _ = try chosenParts()
    if let mirror, URL(string: mirror)?.scheme.map({ ["http", "https"].contains($0) }) != true {
      throw ValidationError("--mirror is ‘\(mirror)’; it must be an address such as https://….")
    }
  }

  private func chosenParts() throws -> Set<DatasetEntry.Part> {
    Set(
      try parts.map { text in
        guard let part = DatasetEntry.Part(rawValue: text) else {
          throw ValidationError("--part is ‘\(text)’; it must be train, test or extra.")
        }
        return part
      })
  }

  func run() throws {
    var downloader = DatasetDownloader(folder: place.folder)
    downloader.mirror = mirror.flatMap { URL(string: $0) }
    downloader.parts = try chosenParts()
    let entries = try names.map { try DatasetRegistry.named($0) }
    let progress = Progress()
    defer { progress.finish() }
    for entry in entries {
      let outcomes = try downloader.fetch(entry) { state in
        let total = state.total.map { " of \($0 / 1_000_000)" } ?? ""
        progress.enter(
          "fetching \(state.url.lastPathComponent)",
          detail: "\(state.received / 1_000_000)\(total) MB")
      }
      for outcome in outcomes {
        progress.interrupt {
          if outcome.wasThere { StandardError.writeLine("\(outcome.path) was there") }
        }
        try StandardOutput.write(outcome.path + "\n")
      }
    }
  }
}
