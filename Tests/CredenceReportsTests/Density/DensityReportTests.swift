import CredenceCalibration
import CredenceEvaluation
import CredenceReports
import Foundation
import Testing

@Suite struct DensityReportTests {
  private static func report(runs: Int) -> DensityReport {
    let measured = (1...runs).map { number -> DensityRun in
      var run = DensityRun(number: number, temperatures: [1.5])
      var outliers = DensityRun.Outliers(name: "svhn", sampleCount: 2)
      for (index, key) in DensityReport.publishedKeys.enumerated() {
        outliers.values[key] = 0.1 * Double(index) + 0.01 * Double(number)
      }
      outliers.values["m1_auprc_in"] = 0.5
      outliers.doubts = ["energy": [-1, -2], "softmax_entropy": [0.3, 2]]
      run.inlierDoubts = ["energy": [-9, -8, -7], "softmax_entropy": [0, 0.1, 0.2]]
      run.inlierParts = [
        DensityRun.Part(name: "clean", samples: 0..<2),
        DensityRun.Part(name: "ambiguous", samples: 2..<3),
      ]
      run.outliers = [outliers]
      return run
    }
    return DensityReport(
      information: ["seed": .number(1), "model": .text("wide_resnet"), "sn": .flag(true)],
      name: "wide_resnet_sn_3.0_1", modelType: .softmax, dataset: "cifar10", runs: measured)
  }

  @Test func `the published form has its keys, names and standard errors`() throws {
    let report = Self.report(runs: 3)
    #expect(report.fileName(of: "svhn") == "res_wide_resnet_sn_3.0_1_softmax_cifar10_svhn.json")
    let text = try DensityDocument(report, outliers: "svhn").text()
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [String: Any]])
    #expect(json.keys.sorted() == ["info", "mean", "std", "values"])
    let mean = try #require(json["mean"] as? [String: Double])
    #expect(mean.keys.count == DensityReport.publishedKeys.count + 1)
    #expect(abs((mean["m1_auroc"] ?? 0) - 0.22) < 1e-12)
    let errors = try #require(json["std"] as? [String: Double])
    #expect(abs((errors["m1_auroc"] ?? 0) - 0.01 / 3.0.squareRoot()) < 1e-12)
    let values = try #require(json["values"] as? [String: [Double]])
    #expect(values["accuracy"] == [0.01, 0.02, 0.03])
    #expect(json["info"]?["sn"] as? Bool == true)
  }

  @Test func `one run has no error: null, and the published token under compatibility`() throws {
    let report = Self.report(runs: 1)
    let ours = try DensityDocument(report, outliers: "svhn").text()
    #expect(ours.contains("\"m1_auroc\": null"))
    _ = try JSONSerialization.jsonObject(with: Data(ours.utf8))
    let theirs = try DensityDocument(report, outliers: "svhn", isPublished: true).text()
    #expect(theirs.contains("\"m1_auroc\": NaN"))
    #expect(!theirs.contains("auprc_in"))
    // Means are rounded to single precision.
    #expect(theirs.contains("\"m1_auroc\": \(Double(Float(0.1 * 2 + 0.01)))"))
  }

  @Test func `every format shows every set of outliers, and failed runs with their reason`() throws
  {
    var report = Self.report(runs: 2)
    report.runs.append(DensityRun(number: 3, failure: "Class 1 has no density."))
    for format in ReportFormatDescriptor<DensityReport>.all {
      let text = try format.make().text(of: report)
      #expect(text.contains("svhn"), "\(format.id)")
    }
    let csv = DensityCSV().text(of: report)
    #expect(csv.contains("Class 1 has no density."))
    #expect(csv.contains("standard_error"))
    let lines = DensityTable().text(of: report).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 })
  }

  @Test func `histograms stack the known images and count every sample`() throws {
    let charts = Self.report(runs: 1).charts
    #expect(charts.map(\.id) == ["histogram-softmax-entropy", "histogram-energy"])
    let specification = try #require(charts.first).specification()
    #expect(specification.contains("ambiguous"))
  }

  /// Nine in ten known samples without doubt, the others spread; foreign ones doubtful.
  private static let doubts = (
    known: (0..<100).map { $0 < 90 ? 0.0 : Double($0 - 90) / 5 },
    foreign: (0..<100).map { Double($0 % 10) / 5 }
  )

  private func entropy(_ change: (DensityHistogram) -> DensityHistogram = { $0 }) throws
    -> VegaLite.View
  {
    let histogram = try #require(DensityHistogram.all.first { $0.score == "softmax_entropy" })
    return change(histogram).chart(
      parts: [("clean", Self.doubts.known)], outliers: [("foreign", Self.doubts.foreign)]
    ).view
  }

  private func shares(_ view: VegaLite.View) -> VegaLite.Scale? {
    guard case .field(let field) = view.layer?.first?.encoding?[.y] else { return nil }
    return field.scale
  }

  @Test func `an axis is broken where columns leave a wide gap`() throws {
    let broken = try entropy()
    let panels = try #require(broken.vconcat)
    #expect(panels.count == 2)
    guard case .number(let low) = shares(panels[0])?.domain?.first,
      case .number(let high) = shares(panels[1])?.domain?.last
    else {
      Issue.record("a panel has no domain")
      return
    }
    // No column ends within the gap: the largest is 0.91, the next at most 0.2.
    #expect(high < low && low < 0.91 && high > 0.2)
    #expect(try entropy { $0.with(axisBreak: .none) }.vconcat == nil)
    let chosen = try #require(
      try entropy { $0.with(axisBreak: .between(0.3, 0.5)) }.vconcat)
    #expect(shares(chosen[0])?.domain?.first == .number(0.5))
    #expect(shares(chosen[1])?.domain?.last == .number(0.3))
  }

  @Test func `a dashed line stands where it is said, or at a part of the known`() throws {
    func line(_ view: VegaLite.View) -> VegaLite.Value? {
      view.layer?.last?.data?.values?.first?["line"]
    }
    let histogram = try #require(DensityHistogram.all.first { $0.score == "log_density" })
    // Doubt is minus the log density: five of a hundred are below 5.
    let known = (0..<100).map { -Double($0) }
    func drawn(_ histogram: DensityHistogram) -> VegaLite.View {
      histogram.with(axisBreak: .none)
        .chart(parts: [("known", known)], outliers: [("foreign", [20, 30])]).view
    }
    #expect(line(drawn(histogram)) == .number(5))
    #expect(line(drawn(histogram.with(line: .at(40)))) == .number(40))
    #expect(line(drawn(histogram.with(line: .none))) == nil)
    // Beyond the bins there is nothing to mark.
    #expect(line(drawn(histogram.with(line: .at(1e9)))) == nil)
  }

  @Test func `entropy and density are drawn against each other where both are there`() throws {
    let both = ["softmax_entropy": Self.doubts.known, "log_density": Self.doubts.foreign]
    let figures = DensityFigures(
      inliers: [("clean", both)], outliers: [("foreign", both)])
    #expect(figures.charts.map(\.id).contains("entropy-density"))
    let without = DensityFigures(
      inliers: [("clean", both)], outliers: [("foreign", ["softmax_entropy": [0, 1]])])
    #expect(!without.charts.map(\.id).contains("entropy-density"))
    let infinite = ["softmax_entropy": [0.0, .nan], "log_density": [.infinity, 1.0]]
    let odd = DensityFigures(inliers: [("a", infinite)], outliers: [])
    #expect(!odd.charts.map(\.id).contains("entropy-density"))
  }
}
