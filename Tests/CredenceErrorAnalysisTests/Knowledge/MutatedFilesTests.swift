import CredenceErrorAnalysis
import CredenceFiles
import FileSupport
import Foundation
import Testing

/// Correct files with bytes changed, cut out and doubled: each is read or refused with an error of a known kind.
@Suite struct MutatedFilesTests {
  private static let annotations = """
    {"initial_annots":{"ILSVRC2012_val_00000001.JPEG":{"correct":["n01440764"],"unclear":["n01443537"],"x":[1.5e3,{"a":null}]},
    "other":{}},"problematic_images":{"ILSVRC2012_val_00000001.JPEG":"\\u00e9"},"imagenet_m":["a.JPEG"],"more":[[true,"\\""]]}
    """
  private static let table = """
    id,proposed_labels,unclear_multi_labels,wrong_multi_labels,is_problematic
    ILSVRC2012_val_00000001.JPEG,"1, 2",3,,False
    ILSVRC2012_val_00000002.JPEG,,,,True

    """
  private static let nouns = """
      1 license
    00000001 03 n 01 entity 0 001 ~ 00000002 n 0000 | gloss
    00000002 03 n 02 dog 0 Canis 1 002 @ 00000001 n 0000 @i 00000001 n 0000 | gloss

    """

  private func mutated(_ data: Data, _ generator: inout SplitMix64) -> Data {
    var bytes = [UInt8](data)
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let position = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes.removeSubrange(position..<min(bytes.count, position + 5))
      case 3: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 9)], at: 0)
      default: bytes.removeLast(bytes.count - position)
      }
    }
    return Data(bytes)
  }

  /// How many files were read, and how many were refused as readers may.
  private struct Tally {
    var accepted = 0
    var refused = 0

    /// Reads; errors of other kinds are passed on.
    mutating func read(_ body: () throws -> Void) throws {
      do {
        try body()
        accepted += 1
      } catch is FileError {
        refused += 1
      } catch is ErrorAnalysisError {
        refused += 1
      }
    }
  }

  @Test(arguments: 0..<40) func `readers survive anything`(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let classes = try ClassList.imageNet()
    let superclasses = try Superclasses.singletons(classes)
    var generator = SplitMix64(seed: seed)
    var tally = Tally()
    for _ in 0..<25 {
      for (name, text) in [("a.json", Self.annotations), ("a.csv", Self.table)] {
        let file = try folder.file(name, mutated(Data(text.utf8), &generator))
        try tally.read { _ = try MultiLabels(contentsOf: file, classes: classes) }
        try tally.read { _ = try OwnHierarchy(contentsOf: file) }
        try tally.read { _ = try CollapsedMappings(contentsOf: file, classes: classes) }
        try tally.read {
          _ = try CoOccurrencePairs(
            contentsOf: file, classes: classes, superclasses: superclasses)
        }
        try tally.read { _ = try ClassList(contentsOf: file) }
        try tally.read { _ = try ImageNetM.names(contentsOf: file) }
        try tally.read { _ = try RealLabels(contentsOf: file, classCount: 1000) }
        try tally.read { _ = try ExpertMistakes(contentsOf: file, model: "m", classCount: 1000) }
      }
      let nouns = mutated(Data(Self.nouns.utf8), &generator)
      var hierarchy: LabelHierarchy?
      try tally.read { hierarchy = try WordNet.nouns(nouns, file: "data.noun") }
      for concept in hierarchy?.concepts ?? [] {
        try tally.read { _ = try hierarchy?.paths(to: concept.id) }
      }
      let definitions = mutated(
        Data("{\"a\": [[\"b\", \"c\"], [\"d\"]]}\n".utf8), &generator)
      try tally.read { _ = try SuperclassDefinitions(definitions, source: "superclasses") }
    }
    #expect(tally.accepted > 0 && tally.refused > 0)
  }

  @Test(arguments: 0..<40) func `messages in correct records survive anything`(seed: UInt64) throws
  {
    let folder = try TemporaryFolder()
    let classes = try ClassList.imageNet()
    // { features: { feature: { key: …, value: … }, … } }: a text, and five lists of one class or truth value.
    func entry(_ key: String, _ value: [UInt8]) -> Data {
      let content = Data([0x0a, UInt8(key.utf8.count)]) + key.utf8 + Data([0x12, 5]) + value
      return Data([0x0a, UInt8(content.count)]) + content
    }
    let lists = [
      "original_label", "correct_multi_labels", "unclear_multi_labels", "wrong_multi_labels",
      "is_problematic",
    ]
    let entries = lists.reduce(entry("file_name", [0x0a, 3, 0x0a, 1, 0x61])) {
      $0 + entry($1, [0x1a, 3, 0x0a, 1, 1])
    }
    let size = [UInt8(entries.count & 127) | 128, UInt8(entries.count >> 7)]
    let message = Data([0x0a]) + size + entries
    var generator = SplitMix64(seed: seed)
    var tally = Tally()
    for turn in 0..<50 {
      let content = turn == 0 ? message : mutated(message, &generator)
      let length = bytes([UInt64(content.count)])
      func masked(_ data: Data) -> Data { bytes([data.withUnsafeBytes { CRC32C.masked($0) }]) }
      let file = try folder.file(
        "a.tfrecord", length + masked(length) + content + masked(content))
      try tally.read { _ = try MultiLabels(contentsOf: file, classes: classes) }
    }
    #expect(tally.accepted > 0 && tally.refused > 0)
  }
}
