import CredenceErrorAnalysis
import CredenceReports
import Foundation
import Testing

@Suite struct ErrorFigureTests {
  private static func statistics() throws -> ErrorStatistics {
    try StatisticsFolder.statistics()
  }

  @Test func `every family of the catalog has figures, and every figure a family`() {
    let used = ["imagenet", "imagenet-a"].flatMap { ErrorFigureCatalog.figures(of: $0) }
    #expect(Set(used.map(\.family)) == Set(ErrorFigureFamily.all.map(\.id)))
    for figure in used {
      #expect(figure.y.limits.lowerBound < figure.y.limits.upperBound)
      #expect(figure.x.ticks.count > 1 && figure.y.ticks.count > 1)
      #expect(figure.name.utf8.count < 200)
    }
  }

  @Test func `shares of nothing are not defined`() throws {
    let statistics = try StatisticsFolder.statistics([
      StatisticsFolder.line("perfect", mistakes: [0, 0, 0, 0, 0, 0, 0]),
      StatisticsFolder.line("all-labels", mistakes: [3, 4, 0, 0, 0, 0, 0]),
    ])
    let figure = try #require(
      ErrorFigureCatalog.figures(of: "imagenet").first {
        $0.computation == .groupMultiLabelErrors
      })
    let series = try figure.series(statistics)
    #expect(series.allSatisfy { $0.y.allSatisfy(\.isNaN) })
    // A page with no point at all can still be written.
    let drawing = try ErrorFigureDrawing(statistics, families: ["fine-grained"])
    #expect(try drawing.page().contains("no value"))
  }

  @Test func `settings change shapes, colors, groups and names`() throws {
    var settings = ErrorFigureSettings()
    settings.marker = "training_data"
    settings.color = "num_params"
    settings.groups = [.artifact]
    let drawing = try ErrorFigureDrawing(
      Self.statistics(), families: ["model-failures"], settings: settings)
    // Figures that differ in their groups only are one now: shares, and counts.
    #expect(drawing.figures.count == 2)
    #expect(
      drawing.names.allSatisfy {
        $0.contains("marker=training_data_color=num_params_groups=artifact")
      })
    #expect(Set(drawing.names).count == 2)
    #expect(drawing.legend.prefix(2) == ["ImageNet-1k (1.2M)", "ImageNet-21k (14M)"])
    #expect(drawing.legend.suffix(2) == ["Own images (7.5M)", "mine"])
    #expect(drawing.warnings.count == 1)
  }

  @Test func `unknown names are refused with a hint`() throws {
    let statistics = try Self.statistics()
    do {
      _ = try ErrorFigureDrawing(statistics, families: ["fine-graned"])
      Issue.record("an unknown family passed")
    } catch {
      #expect(error.recoverySuggestion == "Did you mean ‘fine-grained’?")
    }
    var settings = ErrorFigureSettings()
    settings.marker = "size"
    #expect(throws: ErrorFigureError.self) {
      try ErrorFigureDrawing(statistics, settings: settings)
    }
  }

  @Test func `a page explains colors only where sizes are known`() throws {
    let known = try ErrorFigureDrawing(Self.statistics()).page()
    #expect(known.contains("all classes: 1.2 million to 2.3 billion"))
    let mistakes = [1, 0, 2, 0, 0, 3, 4]
    let unknown = try StatisticsFolder.statistics(
      [StatisticsFolder.line("a", data: "mine", mistakes: mistakes)])
    let page = try ErrorFigureDrawing(unknown).page()
    #expect(page.contains("1 model without a known size") && !page.contains("class=\"ramp\""))
  }

  @Test func `figures of ImageNet-A can have ImageNet's accuracy as their abscissa`() throws {
    let statistics = try StatisticsFolder.statistics(
      [StatisticsFolder.line("a", mistakes: [1, 0, 2, 0, 0, 3, 4])], dataset: "imagenet-a")
    var settings = ErrorFigureSettings()
    settings.isBasedOnImageNet = true
    let drawing = try ErrorFigureDrawing(statistics, settings: settings)
    #expect(
      drawing.figures.allSatisfy {
        ["imagenet_top1_val_acc", "imagenet_mla_val_acc"].contains($0.x.column)
      })
  }

  @Test func `axes can end where the points do`() throws {
    var settings = ErrorFigureSettings()
    settings.fitsAxesToData = true
    let drawing = try ErrorFigureDrawing(Self.statistics(), settings: settings)
    for (figure, series) in zip(drawing.figures, drawing.series) {
      for points in series {
        #expect(points.x.allSatisfy { figure.x.limits.contains($0) })
        #expect(points.y.allSatisfy { $0.isNaN || figure.y.limits.contains($0) })
      }
      #expect(2...12 ~= figure.y.ticks.count)
    }
  }

  @Test(arguments: [1e-300, 1e-9, 0, 1, 3e7, 1e15])
  func `axes fit numbers of any size`(size: Double) throws {
    let axis = ErrorFigure.Axis(
      column: "x", lower: 0, upper: 1, firstTick: 0, step: 1, lastTick: 1)
    let fitted = axis.fitted(to: [0, size], startsAtZero: true)
    #expect(fitted.limits.contains(size))
    #expect(1...20 ~= fitted.ticks.count)
  }

  @Test func `lines are fitted to parts of the points, those too small left out`() throws {
    let statistics = try StatisticsFolder.statistics(StatisticsFolder.lines(count: 9))
    var settings = ErrorFigureSettings()
    settings.fit = .inflection(75)
    let split = try ErrorFigureDrawing(
      statistics, families: ["class-overlap"], settings: settings)
    let lines = split.fits[0][0]
    #expect(lines.map(\.subject) == ["up to 75", "above 75"])
    #expect(lines.map(\.count) == [4, 5])
    settings.fit = .column("arch_family")
    let families = try ErrorFigureDrawing(
      statistics, families: ["class-overlap"], settings: settings)
    // Only one family has three models.
    #expect(families.fits[0][0].map(\.subject) == ["cnn"])
    #expect(families.fitTable.hasPrefix("figure,group,points,n,x_mean"))
    settings.fit = .column("family")
    #expect(throws: ErrorFigureError.self) {
      try ErrorFigureDrawing(statistics, settings: settings)
    }
  }

  @Test func `a line needs three points and two abscissas`() {
    #expect(throws: ErrorFigureError.self) { try ErrorFigureFit(x: [1, 2], y: [1, 2]) }
    #expect(throws: ErrorFigureError.self) { try ErrorFigureFit(x: [1, 1, 1], y: [1, 2, 3]) }
    #expect(throws: ErrorFigureError.self) {
      try ErrorFigureFit(x: [1, 2, .nan], y: [1, 2, 3])
    }
  }

  @Test(arguments: 0..<20) func `a line goes through points that lie on one`(seed: Int) throws {
    let (slope, height) = (Double(seed) - 9.5, Double(seed * seed))
    let x = (0..<(3 + seed)).map { Double($0 * $0) }
    let fit = try ErrorFigureFit(x: x, y: x.map { height + slope * $0 })
    #expect(abs(fit.slope - slope) < 1e-9)
    #expect(abs(fit.value(at: 5) - height - 5 * slope) < 1e-7)
    #expect(fit.slopeHalfWidth < 1e-6)
  }

  @Test func `names of models never become markup, and the data stay JSON`() throws {
    let hostile = "</script><img src=x onerror=alert(1)>"
    let statistics = try StatisticsFolder.statistics([
      StatisticsFolder.line(
        hostile, data: "'\"><b>x</b>", family: hostile, mistakes: [1, 2, 3, 4, 5, 6, 7]),
      StatisticsFolder.line("b", mistakes: [1, 2, 3, 4, 5, 6, 7]),
    ])
    let drawing = try ErrorFigureDrawing(statistics)
    let page = try drawing.page()
    let body = page.components(separatedBy: "<script type=\"application/json\"")[0]
    #expect(!body.contains("<img"))
    #expect(!body.contains("<b>x"))
    #expect(page.matches(of: /<\/script>/).count == 3)
    for chart in drawing.charts {
      let text = try chart.specification()
      #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil)
    }
    #expect(!drawing.names.contains { $0.contains("/") })
  }

  @Test(.enabled(if: Browser.path != nil, "needs Chromium"))
  func `the open family's figures are drawn by a browser`() throws {
    let page = try ErrorFigureDrawing(
      Self.statistics(), families: ["class-overlap", "model-failures"]
    ).page()
    #expect(try Browser.outcome(of: page) == Outcome(charts: 6, drawn: 6, errors: "0"))
  }

  @Test(.enabled(if: (try? ChartRenderer()) != nil, "needs a Python with vl-convert-python"))
  func `figures become files under their published names, in several kinds at once`() throws {
    var settings = ErrorFigureSettings()
    settings.fit = ErrorFigure.FitSplit.none
    let drawing = try ErrorFigureDrawing(
      Self.statistics(), families: ["class-overlap"], settings: settings)
    let charts = Array(drawing.charts.prefix(1))
    let files = try ChartRenderer().draw(charts, as: [.png, .svg])
    #expect(Set(files.keys) == Set(["png", "svg"].map { "\(drawing.names[0]).\($0)" }))
    let drawn = String(decoding: files["\(drawing.names[0]).svg"] ?? Data(), as: UTF8.self)
    #expect(drawn.contains("Portion of Group's Top-1 Errors [%]"))
    #expect(drawn.contains("#fafafa"))
  }
}
