import CredenceFiles
import Foundation

extension MultiLabels {
  /// Names of images that are evaluated begin so in the published file.
  private static let validationPrefix = "ILSVRC2012_val_"

  /// Reads the published `human_accuracy_v3.0.0.json`: the keys `initial_annots`, `problematic_images` and `imagenet_m`; others are skipped.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError` naming the image.
  init(humanAccuracy data: Data, file: String, classes: ClassList) throws {
    var entries: [Entry] = []
    var problematic: Set<String> = []
    var imageNetM: [String]?
    var found: Set<String> = []
    try data.withUnsafeBytes { bytes in
      var scanner = JSONScanner(bytes, file: file)
      try scanner.object { key, scanner in
        switch key {
        case "initial_annots":
          try scanner.object { name, scanner in
            let entry = try Self.entry(name, &scanner, file: file, classes: classes)
            if name.hasPrefix(Self.validationPrefix) { entries.append(entry) }
          }
        case "problematic_images":
          try scanner.object { name, scanner in
            problematic.insert(name)
            try scanner.skip()
          }
        case "imagenet_m": imageNetM = try scanner.strings()
        default: try scanner.skip()
        }
        found.insert(key)
      }
      try scanner.expectEnd()
    }
    guard found.isSuperset(of: ["initial_annots", "problematic_images"]) else {
      throw ErrorAnalysisError.mismatch(
        file: file, problem: "it lacks the key initial_annots or problematic_images")
    }
    for index in entries.indices {
      entries[index].isProblematic = problematic.contains(entries[index].file)
    }
    try self.init(
      entries: entries, imageNetM: imageNetM, classCount: classes.count, source: file)
  }

  private static func entry(
    _ name: String, _ scanner: inout JSONScanner, file: String, classes: ClassList
  ) throws -> Entry {
    var entry = Entry(file: name, correct: [])
    try scanner.object { key, scanner in
      guard ["correct", "wrong", "unclear"].contains(key) else { return try scanner.skip() }
      let labels = try scanner.strings().map { id throws(ErrorAnalysisError) -> Int32 in
        guard let index = classes.index(ofID: id) else {
          throw .badEntry(
            file: file, entry: "image ‘\(name)’", problem: "‘\(id)’ is no class")
        }
        return index
      }
      switch key {
      case "correct": entry.correct = labels
      case "wrong": entry.wrong = labels
      default: entry.unclear = labels
      }
    }
    return entry
  }
}
