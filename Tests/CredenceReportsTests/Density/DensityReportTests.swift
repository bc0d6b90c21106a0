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
}
