import CredenceErrorAnalysis
import CredenceReports
import FileSupport
import Foundation
import Testing

private let folder = UndistributedData.folder?.appendingPathComponent("tables/error-analysis")

/// The tables that came with the publication, which may not be distributed.
@Suite(.enabled(if: folder != nil, "CREDENCE_DATA is not set")) struct ReleasedTablesTests {
  private func statistics() throws -> ErrorStatistics {
    try ErrorStatistics(folder: #require(folder), dataset: "imagenet")
  }

  @Test func `their groups agree with each other`() throws {
    let statistics = try statistics()
    #expect(statistics.models.count > 900)
    for group in ClassGroup.allCases {
      for column in ["mla_all", "mla_all_minor_error", "num_all_top1_errors"] {
        #expect(
          try statistics.numbers(column, of: group) == statistics.numbers(column, of: .all))
      }
      #expect(
        try statistics.numbers("num_all_top1_errors", of: group)
          == statistics.numbers("num_group_top1_errors", of: .all))
      #expect(
        try statistics.numbers("imagenet_mla_val_acc", of: group)
          == statistics.numbers("mla_all", of: group))
    }
    #expect(
      try ClassGroup.allCases.map { try statistics.numbers("num_group_samples", of: $0)[0] }
        == [18_692, 7_624, 10_184, 1_596])
    #expect(
      try statistics.texts("arch").map { ArchitectureGroup(architecture: $0).rawValue }
        == statistics.texts("arch_group"))
  }

  @Test func `the list of models is made in the published order`() throws {
    let url = try #require(folder).appendingPathComponent("models_summary.csv")
    let published = try String(contentsOf: url, encoding: .utf8)
      .split(separator: "\r\n").dropFirst().map(String.init)
    let statistics = try statistics()
    let (families, architectures) = (
      try statistics.texts("arch_family"), try statistics.texts("arch")
    )
    let (data, annotations) = (
      try statistics.texts("training_data"), try statistics.texts("extra_annotations")
    )
    let models = statistics.models.enumerated().map { index, model in
      let publisher = model.prefix { $0 != "-" }
      let sources = ["facebook": "huggingface", "torchvision": "torchvision.models"]
      return ModelRecord(
        folder: model, modelID: model, architectureFamily: families[index],
        architecture: architectures[index], trainingData: data[index],
        source: sources[String(publisher)] ?? "timm",
        extraAnnotations: annotations[index].split(separator: ", ").map(String.init),
        parameterCount: 1)
    }
    // Numbers and publishers aside, the lines are those of the publication.
    func rest(_ line: String) -> [String] {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return [fields[1]] + fields[3...]
    }
    let found = ModelListing.csv(models.shuffled()).split(separator: "\r\n").dropFirst()
      .map { rest(String($0)) }
    let known = Set(
      models.map { $0.modelID.components(separatedBy: "--").dropFirst().joined(separator: "--") })
    #expect(published.map(rest).filter { known.contains($0[0]) } == found)
  }
}
