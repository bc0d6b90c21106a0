public import CredenceData
import Foundation

/// What is known of a published data set, and what was found of it.
public struct DatasetDescription: Sendable {
  private let entry: DatasetEntry
  private let part: DatasetEntry.Part
  private let location: String?
  private let found: String

  /// Looks for a data set.
  ///
  /// - Parameters:
  ///   - entry: The data set.
  ///   - part: The part to open.
  ///   - folder: The folder of all data sets.
  public init(
    _ entry: DatasetEntry, part: DatasetEntry.Part,
    in folder: String = DatasetRegistry.defaultFolder
  ) {
    self.entry = entry
    self.part = part
    location = entry.location(in: folder)
    if location == nil {
      found = "not in ‘\(folder)’"
    } else {
      do {
        let images = try entry.open(part: part, in: folder)
        let subsets = images.subsets.map { "\($0.samples.count) \($0.name)" }
        found =
          "\(images.count) images for \(part.rawValue)"
          + (subsets.isEmpty ? "" : " (\(subsets.joined(separator: ", ")))")
      } catch {
        found = error.localizedDescription
      }
    }
  }

  /// A line for each fact.
  ///
  /// - Returns: Text that ends with a line break.
  public func text() -> String {
    let names = entry.classNames.prefix(10).joined(separator: ", ")
    let counts = entry.parts.map { "\(entry.sampleCounts[$0] ?? 0) \($0.rawValue)" }
    func numbers(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: " ") }
    let normalization = entry.normalization
    let augmentation = entry.augmentation
    var lines = [
      ("name", ([entry.id] + entry.aliases).joined(separator: ", ")), ("title", entry.title),
      ("published", counts.joined(separator: ", ") + " images"),
      (
        "images",
        "\(entry.imageSize.map(String.init).joined(separator: " × ")) pixels, "
          + (entry.channelCount == 1 ? "gray" : "color")
      ),
      (
        "classes",
        "\(entry.classCount)"
          + (names.isEmpty ? "" : " (\(names)\(entry.classNames.count > 10 ? ", …" : ""))")
      ),
      ("mean", numbers(normalization.mean)), ("deviation", numbers(normalization.std)),
      (
        "augmentation",
        augmentation == .none
          ? "none"
          : "crop after \(augmentation.cropPadding) pixels of padding"
            + (augmentation.flips ? ", flips" : "")
      ),
      ("license", entry.license), ("source", entry.source), ("page", entry.page),
      ("place", location ?? "–"), ("found", found),
    ]
    if entry.ownNormalization != normalization {
      let own = entry.ownNormalization
      lines.insert(("of its own", "\(numbers(own.mean)); \(numbers(own.std))"), at: 7)
    }
    if location == nil, !entry.manualStep.isEmpty { lines.append(("to do", entry.manualStep)) }
    let width = lines.map(\.0.count).max() ?? 0
    return lines.map { name, value in
      name.padding(toLength: width + 2, withPad: " ", startingAt: 0)
        + TerminalText.sanitized(value) + "\n"
    }.joined()
  }
}
