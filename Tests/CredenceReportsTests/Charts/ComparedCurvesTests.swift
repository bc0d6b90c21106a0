import CredenceEvaluation
import CredenceReports
import Testing

@Suite struct ComparedCurvesTests {
  @Test(arguments: [2, 3, 12])
  func `several models have a shaded area between neighbors and a line each`(count: Int) throws {
    let names = (0..<count).map { "model \($0)" }
    let report = SyntheticReports.report(models: names, classes: 3)
    let chart = try #require(report.charts.first { $0.id == "risk-coverage" })
    let layers = try #require(chart.view.layer)
    #expect(layers.map(\.mark?.type) == [.area, .line])
    #expect(Set(try Self.values(layers[1], "subject")) == Set(names.map { .text($0) }))
    #expect(Set(try Self.values(layers[0], "label")).count == count - 1)
  }

  @Test func `the legend has AUROC, AURC and error in the study's units`() throws {
    var report = SyntheticReports.report(models: ["a", "b"], classes: 3)
    report.entries[0].row.metrics["auroc"] = 0.7777
    report.entries[0].row.metrics["aurc"] = 0.06845
    report.entries[0].row.metrics["accuracy"] = 0.86
    let chart = try #require(report.charts.first { $0.id == "risk-coverage" })
    let labels = try Self.values(try #require(chart.view.layer?.last), "label")
    #expect(labels.contains(.text("a: AUROC 77.77, AURC 68.45, error 14.00 %")))
  }

  @Test func `of many models the best, the median and the worst stand out`() throws {
    let names = (0..<25).map { "model \($0)" }
    let report = SyntheticReports.report(models: names, classes: 3)
    let chart = try #require(report.charts.first { $0.id == "risk-coverage" })
    let layers = try #require(chart.view.layer)
    #expect(layers.map(\.mark?.type) == [.line, .area, .line])
    #expect(Set(try Self.values(layers[0], "subject")).count == 22)
    let sorted = report.entries.filter { $0.row.rescaling == "none" }.sorted {
      ($0.row.metrics["aurc"] ?? 0) < ($1.row.metrics["aurc"] ?? 0)
    }
    let expected = [sorted[0], sorted[12], sorted[24]].map { VegaLite.Value.text($0.row.model) }
    #expect(Set(try Self.values(layers[2], "subject")) == Set(expected))
  }

  @Test func `the scatter of many models is by family, one point each`() throws {
    let families = [
      "resnet", "vit_base", "tf_efficientnet_b", "convnextv2_", "swin", "a", "b", "c", "d",
    ]
    let names = (0..<27).map { "\(families[$0 % 9])\($0).in1k" }
    let report = SyntheticReports.report(models: names, classes: 3)
    let chart = try #require(report.charts.first { $0.id == "accuracy-auroc" })
    let rows = try #require(chart.view.data?.values)
    #expect(rows.count == 27)
    let found = Set(rows.compactMap { $0["family"] })
    #expect(found.count == 8)
    #expect(found.isSuperset(of: [.text("convnext"), .text("efficientnet"), .text("other")]))
    #expect(report.charts.contains { $0.id == "accuracy-ece" })
  }

  private static func values(_ view: VegaLite.View, _ field: String) throws -> [VegaLite.Value] {
    try #require(view.data?.values).compactMap { $0[field] }
  }
}
