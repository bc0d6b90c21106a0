import CredenceErrorAnalysis
import Foundation
import GoldenSupport
import Testing

@Suite struct MistakeStatisticsGoldenTests {
  private func statistics(_ dataset: String) throws -> MistakeStatistics {
    let golden = try GoldenAnalysis(dataset)
    return try MistakeCounter(samples: golden.samples, groups: golden.groups, classCount: 1000)
      .statistics(
        of: golden.tables, imageNet: dataset == "imagenet" ? nil : GoldenAnalysis.imageNet())
  }

  @Test(arguments: ["imagenet", "imagenet-a"])
  func `tables are the published ones`(dataset: String) throws {
    let statistics = try statistics(dataset)
    #expect(statistics.groups.map(\.name) == ["all", "organism", "artifact", "other"])
    #expect(statistics.warnings.isEmpty)
    for group in statistics.groups {
      let file = "expected/stats-\(dataset)/\(MistakeStatisticsCSV.fileName(group: group.name))"
      let expected = try String(decoding: GoldenAnalysis.set.data(file), as: UTF8.self)
      let found = MistakeStatisticsCSV.text(group, hasImageNetM: dataset == "imagenet")
      let (a, b) = (expected.split(separator: "\n"), found.split(separator: "\n"))
      #expect(a.count == b.count)
      #expect(a.first == b.first)
      let columns = (a.first ?? "").split(separator: ",")
      for (line, other) in zip(a, b).dropFirst() {
        let (fields, others) = (self.fields(line), self.fields(other))
        #expect(fields.count == columns.count)
        for (index, column) in columns.enumerated() {
          // A constant of the reference; the list here has 30 names.
          if column == "num_all_imagenet-m_samples" {
            #expect(others[index] == "30")
            continue
          }
          if fields[index] == others[index] { continue }
          let (x, y) = (Double(fields[index]), Double(others[index]))
          let difference = abs((x ?? .nan) - (y ?? .nan))
          #expect(
            difference <= 1e-9 * abs(x ?? 0),
            "\(file) \(column): \(fields[index]), \(others[index])")
        }
      }
    }
  }

  /// The fields of a line; the only quoted ones hold lists.
  private func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  @Test(arguments: ["imagenet", "imagenet-a"])
  func `multi-label accuracies are the published ones`(dataset: String) throws {
    let statistics = try statistics(dataset)
    let expected = try GoldenAnalysis.set.json("expected/mla.json")
    var group = GoldenGroup(
      set: "errors", name: "multi-label accuracy \(dataset)", file: "expected/mla.json")
    for (model, groups) in try #require(expected[dataset]).members {
      for (name, values) in groups.members {
        let row = try #require(statistics[group: name]?.rows.first { $0.model == model })
        let mla = try #require(row.mlaGroup)
        for (key, found) in [
          ("no_error", mla.noError), ("minor_error", mla.minorError),
          ("explainable_error", mla.explainableError),
        ] {
          let value = try #require(values[key]?.number)
          group.check(
            path: "\(dataset).\(model).\(name).\(key)", expected: value, actual: found,
            tolerance: 1e-12 * value)
        }
      }
    }
    group.finish()
    #expect(group.failures.isEmpty)
  }
}
