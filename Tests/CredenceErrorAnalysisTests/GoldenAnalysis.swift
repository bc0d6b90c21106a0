import CredenceErrorAnalysis
import Foundation
import GoldenSupport

/// The golden artefacts tree: samples, and what the reference found each model's answers to be.
///
/// Read without the rules and readers of the library, so that statistics are tested apart from them.
struct GoldenAnalysis {
  let samples: AnnotatedSamples
  let tables: [ErrorTable]
  /// The published texts of each model's answers, by row.
  let texts: [[[String]]]
  let groups: ClassGroups

  static let set = GoldenSet("errors")

  init(_ dataset: String) throws {
    let set = Self.set
    let wnids = try set.json("artefacts/imagenet_wnet_id_to_target.json").members
    let classes = Dictionary(
      uniqueKeysWithValues: wnids.map { ($0.key, Int32($0.value.number ?? -1)) })
    let list = try SampleList(
      contentsOf: set.url("artefacts/\(dataset)/samples_info.npz"), classCount: 1000)
    let annotations = try set.json("annotations/human_accuracy.json")
    let initial = annotations["initial_annots"]
    let problematic = Set(annotations["problematic_images"]?.members.map(\.key) ?? [])
    let hard = Set(annotations["imagenet_m"]?.array?.compactMap(\.text) ?? [])
    var rows: [Int] = []
    var labels: [[Int32]] = []
    for row in 0..<list.count {
      guard dataset == "imagenet" else {
        rows.append(row)
        labels.append([list.targets[row]])
        continue
      }
      guard let entry = initial?[String(list.name(at: row))] else { continue }
      rows.append(row)
      labels.append(
        ["correct", "unclear"].flatMap { entry[$0]?.array ?? [] }
          .compactMap { classes[$0.text ?? ""] })
    }
    let names = rows.map { String(list.name(at: $0)) }
    samples = AnnotatedSamples(
      dataset: dataset, files: rows.map { list.files[$0] }, positions: rows,
      predictionCount: list.count, targets: rows.map { list.targets[$0] },
      labels: LabelLists(labels), isProblematic: names.map { problematic.contains($0) },
      isNonPrototypical: names.map { _ in false },
      isImageNetM: dataset == "imagenet" ? names.map { hard.contains($0) } : nil)

    let kinds = Dictionary(
      uniqueKeysWithValues: ErrorType.allCases.map { ($0.key, $0) })
    let remarks = Dictionary(
      uniqueKeysWithValues: LabelRemark.allCases.map { ($0.key ?? "", $0) })
    var tables: [ErrorTable] = []
    var texts: [[[String]]] = []
    let expected = try set.json("expected/error_types_\(dataset).json")
    for (model, answers) in expected.members {
      let entries = samples.files.map { answers[$0] }
      _ = set.url("artefacts/\(dataset)/\(model)/metadata.json")
      tables.append(
        ErrorTable(
          model: try ModelRecord(
            folder: set.folder.appendingPathComponent("artefacts/\(dataset)/\(model)")),
          predictions: entries.map { Int32($0?["top1"]?.number ?? -1) },
          outcomes: entries.map { entry in
            let keys = entry?["keys"]?.array?.compactMap(\.text) ?? []
            return ErrorOutcome(
              kinds[keys.last ?? ""] ?? .notClassified,
              remark: keys.count == 2 ? remarks[keys[0]] ?? .none : .none)
          }))
      texts.append(entries.map(Self.texts))
    }
    self.tables = tables
    self.texts = texts
    let members = try set.json("expected/groups.json")
    var ancestors = [Set<String>](repeating: [], count: 1000)
    for group in ["organism", "artifact"] {
      for index in members[group]?.array ?? [] {
        ancestors[Int(index.number ?? 0)].insert(group)
      }
    }
    groups = ClassGroups(classCount: 1000, ancestorNames: ancestors)
  }

  /// The published list of texts of a decision out of vocabulary; of others the kinds alone.
  private static func texts(_ entry: GoldenJSON?) -> [String] {
    let types = entry?["types"]?.array?.compactMap(\.text) ?? []
    guard let best = entry?["top5"]?.array, let count = entry?["proposal_count"]?.number else {
      return types
    }
    let proposals = best.map { proposal in
      let parts = proposal.array ?? []
      let name = parts[1].text ?? ""
      let quoted = name.contains("'") ? "\"\(name)\"" : "'\(name)'"
      return "(\(Int(parts[0].number ?? 0)), \(quoted), '\(parts[2].text ?? "")')"
    }
    return types + [
      "Top-5 alternative proposals: [\(proposals.joined(separator: ", "))] | out of \(Int(count))"
    ]
  }

  /// What ImageNet's own table says, for tables of other data sets.
  static func imageNet() throws -> [String: MistakeCounter.ImageNetAccuracy] {
    let own = try GoldenAnalysis("imagenet")
    let counter = try MistakeCounter(samples: own.samples, groups: own.groups, classCount: 1000)
    return try counter.imageNetAccuracies(of: own.tables)
  }
}
