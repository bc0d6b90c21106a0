import CredenceErrorAnalysis
import CredenceReports
import Foundation
import GoldenSupport
import Testing

@Suite struct ErrorFigureGoldenTests {
  private static let set = GoldenSet("errors")

  private static func statistics(_ dataset: String) throws -> ErrorStatistics {
    for group in ClassGroup.allCases {
      _ = set.url("expected/stats-\(dataset)/non_problematic_stats_\(group.rawValue).csv")
    }
    return try ErrorStatistics(
      folder: set.folder.appendingPathComponent("expected/stats-\(dataset)"), dataset: dataset)
  }

  @Test(arguments: ["imagenet", "imagenet-a"])
  func `every published figure has its axes, words, legend, name and points`(dataset: String) throws
  {
    let drawing = try ErrorFigureDrawing(Self.statistics(dataset))
    let expected = try #require(
      Self.set.json("expected/figures.json")["figures"]?[dataset]?.array)
    let published = drawing.figures.indices.filter { drawing.figures[$0].isPublished }
    #expect(published.count == expected.count)
    #expect(drawing.figures.count == (dataset == "imagenet" ? 52 : 48))
    var group = GoldenGroup(
      set: "errors", name: "figures of \(dataset)", file: "expected/figures.json")
    for (position, (index, golden)) in zip(published, expected).enumerated() {
      let figure = drawing.figures[index]
      let path = "figures.\(dataset).\(position)"
      group.check(
        path: "\(path).file", expected: golden["file"]?.text ?? "",
        actual: "figures/\(dataset)/\(figure.name)")
      group.check(
        path: "\(path).xlabel", expected: golden["xlabel"]?.text ?? "",
        actual: ErrorFigure.tex(figure.xTitle))
      group.check(
        path: "\(path).ylabel", expected: golden["ylabel"]?.text ?? "",
        actual: ErrorFigure.tex(figure.yTitle))
      for (key, values) in [
        ("xlim", [figure.x.limits.lowerBound, figure.x.limits.upperBound]),
        ("ylim", [figure.y.limits.lowerBound, figure.y.limits.upperBound]),
        ("xticks", figure.x.ticks), ("yticks", figure.y.ticks),
      ] {
        Self.check(&group, "\(path).\(key)", golden[key]?.array ?? [], values)
      }
      group.check(
        path: "\(path).texts",
        expected: (golden["texts"]?.array ?? []).map { text in
          (text.array ?? []).map { $0.text ?? "\($0.number ?? .nan)" }
        }, actual: figure.notes.map { ["\($0.x)", "\($0.y)", $0.text] })
      group.check(
        path: "\(path).legend", expected: (golden["legend"]?.array ?? []).map { $0.text ?? "" },
        actual: figure.hasLegend ? drawing.legend : [])
      // The reference divides by ImageNet-A's 7500 images, though there are 100.
      let scale = figure.x.column == "imagenet_a_top1_val_acc" ? 75.0 : 1
      let series = golden["series"]?.array ?? []
      group.check(
        path: "\(path).series", expected: series.count, actual: drawing.series[index].count)
      for (number, (points, want)) in zip(drawing.series[index], series).enumerated() {
        let path = "\(path).series.\(number)"
        Self.check(&group, "\(path).x", want["x"]?.array ?? [], points.x.map { $0 / scale })
        Self.check(&group, "\(path).y", want["y"]?.array ?? [], points.y)
      }
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.prefix(10))")
  }

  @Test func `fitted lines have the published slopes, half-widths and bands`() throws {
    let statistics = try Self.statistics("imagenet")
    let fits = try #require(Self.set.json("expected/figures.json")["fits"]?.array)
    var group = GoldenGroup(set: "errors", name: "fits", file: "expected/figures.json")
    for (index, golden) in fits.enumerated() {
      let classes = try #require(ClassGroup(rawValue: golden["group"]?.text ?? ""))
      let figure = try #require(
        ErrorFigureCatalog.figures(of: "imagenet").first {
          $0.y.column == golden["y"]?.text && $0.computation == .groupMultiLabelErrors
        })
      var asked = figure
      asked.groups = [classes]
      asked.x.column = golden["x"]?.text ?? ""
      let series = try #require(asked.series(statistics).first)
      let fit = try ErrorFigureFit(x: series.x, y: series.y)
      let values = [
        ("x_mean", fit.meanX), ("slope", fit.slope), ("intercept_at_mean", fit.intercept),
        ("slope_half_width", fit.slopeHalfWidth), ("intercept_half_width", fit.interceptHalfWidth),
        ("n", Double(fit.count)),
      ]
      for (key, value) in values {
        Self.check(&group, "fits.\(index).\(key)", golden[key].map { [$0] } ?? [], [value])
      }
      for (place, x) in ErrorFigureFit.publishedPositions.enumerated() {
        let band = fit.band(at: x)
        Self.check(
          &group, "fits.\(index).band_at_80_90_95_98.\(place)",
          golden["band_at_80_90_95_98"]?.array?[place].array ?? [],
          [band.lowerBound, band.upperBound])
      }
    }
    group.finish()
    #expect(fits.count == 40)
    #expect(group.failures.isEmpty, "\(group.failures.prefix(10))")
  }

  @Test func `names that occur twice get a number, and no file is written over another`() {
    for (dataset, distinct) in [("imagenet", 45), ("imagenet-a", 46)] {
      let published = ErrorFigureCatalog.figures(of: dataset).filter(\.isPublished)
      #expect(Set(published.map(\.name)).count == distinct)
      let names = ErrorFigureCatalog.names(of: ErrorFigureCatalog.figures(of: dataset))
      #expect(Set(names).count == names.count)
      #expect(names.count { $0.hasSuffix("_2") } == 2)
    }
  }

  /// Within a millionth of the value; null is a value that is not defined.
  private static func check(
    _ group: inout GoldenGroup, _ path: String, _ expected: [GoldenJSON], _ actual: [Double]
  ) {
    group.check(path: "\(path).count", expected: expected.count, actual: actual.count)
    for (index, (want, value)) in zip(expected, actual).enumerated() {
      let number = want.number ?? .nan
      group.check(
        path: "\(path).\(index)", expected: number, actual: value,
        tolerance: 1e-6 * max(1, abs(number.isNaN ? 1 : number)))
    }
  }
}
