import CredenceErrorAnalysis
import Foundation
import Testing

private let folder = ProcessInfo.processInfo.environment["CREDENCE_DATA"].map {
  URL(fileURLWithPath: $0).appendingPathComponent("tables/error-analysis")
}

/// The tables that came with the publication, which may not be distributed.
@Suite(.enabled(if: folder != nil, "CREDENCE_DATA is not set")) struct ReleasedTablesTests {
  private func group(_ name: String) throws -> MistakeStatistics.Group {
    let url = try #require(folder).appendingPathComponent(
      MistakeStatisticsCSV.fileName(group: name))
    return try MistakeStatisticsCSV.group(
      Data(contentsOf: url), file: url.lastPathComponent, name: name)
  }

  @Test func `their numbers agree with each other`() throws {
    let groups = try ["all", "organism", "artifact", "other"].map(group)
    let all = groups[0]
    #expect(all.rows.count > 900)
    for other in groups {
      #expect(other.rows.map(\.model) == all.rows.map(\.model))
      for (row, whole) in zip(other.rows, all.rows) {
        #expect(row.mlaAll == whole.mlaAll)
        #expect(row.allErrors == whole.groupErrors)
        #expect(row.groupSamples == row.groupCorrect + row.groupErrors)
        #expect(row.groupErrors == row.mistakes.total)
        #expect(row.imageNetMLA == row.mlaAll?.noError)
        #expect(ArchitectureGroup(architecture: row.architecture).rawValue == row.architectureGroup)
      }
    }
    #expect(groups.map { $0.rows[0].groupSamples } == [18_692, 7_624, 10_184, 1_596])
  }

  @Test(arguments: ["all", "organism", "artifact", "other"])
  func `they are written as they were read`(name: String) throws {
    let url = try #require(folder).appendingPathComponent(
      MistakeStatisticsCSV.fileName(group: name))
    let text = try String(contentsOf: url, encoding: .utf8)
    #expect(try MistakeStatisticsCSV.text(group(name), hasImageNetM: true) == text)
  }

  @Test func `the list of models is made in the published order`() throws {
    let url = try #require(folder).appendingPathComponent("models_summary.csv")
    let published = try String(contentsOf: url, encoding: .utf8)
      .split(separator: "\r\n").dropFirst().map(String.init)
    let names = try group("all").rows.map(\.model)
    let models = try group("all").rows.map { row in
      let publisher = row.model.prefix { $0 != "-" }
      let sources = ["facebook": "huggingface", "torchvision": "torchvision.models"]
      return ModelRecord(
        folder: row.model, modelID: row.model, architectureFamily: row.architectureFamily,
        architecture: row.architecture, trainingData: row.trainingData,
        source: sources[String(publisher)] ?? "timm", extraAnnotations: row.extraAnnotations,
        parameterCount: row.parameterCount)
    }
    // Numbers and publishers aside, the lines are those of the publication.
    func rest(_ line: String) -> [String] {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return [fields[1]] + fields[3...]
    }
    let found = ModelListing.csv(models.shuffled()).split(separator: "\r\n").dropFirst()
      .map { rest(String($0)) }
    let known = Set(
      names.map { $0.components(separatedBy: "--").dropFirst().joined(separator: "--") })
    #expect(published.map(rest).filter { known.contains($0[0]) } == found)
  }
}
