import CredenceErrorAnalysis

extension ErrorFigureDrawing {
  /// The name under which a page holds the points of all figures.
  static let dataName = "points"

  /// One chart for each figure, for a page and for paper.
  ///
  /// The page's charts take their points from `pageData`.
  public var charts: [Chart] {
    let data = ErrorFigureData(self)
    return figures.indices.map { index in
      let figure = figures[index]
      let groups = figure.groups.map(\.title).joined(separator: ", ")
      return Chart(
        id: names[index], title: "\(figure.yTitle): \(groups)", caption: caption(index),
        subject: figure.family, view: pageView(index, data), paperView: paperView(index, data))
    }
  }

  /// The points of every figure: a row for each model and group.
  var pageData: [[String: VegaLite.Value]] { ErrorFigureData(self).rows }

  private func caption(_ index: Int) -> String {
    let figure = figures[index]
    let (outside, undefined) = hiddenCount(index)
    var sentences = [
      "Each point is a model and a group of classes, over \(figure.xTitle.replacing(" [%]", with: ""))."
    ]
    if outside > 0 {
      sentences.append(
        "\(NumberText.count(outside, "point")) outside of the axes \(outside == 1 ? "is" : "are") not shown."
      )
    }
    if undefined > 0 {
      sentences.append(
        "\(NumberText.count(undefined, "point")) \(undefined == 1 ? "has" : "have") no value.")
    }
    if !statistics.marks.isEmpty {
      sentences.append("\(statistics.marks.joined(separator: ", ")).")
    }
    if !figure.isPublished { sentences.append("The published program leaves this figure out.") }
    return sentences.joined(separator: " ")
  }

  // MARK: On a page

  private func pageView(_ index: Int, _ data: ErrorFigureData) -> VegaLite.View {
    let figure = figures[index]
    let (x, y) = (data.xKey(figure), data.yKey(figure))
    let isShare = figure.computation != .absolute
    var legend = VegaLite.Legend.below(columns: 4)
    // Seen on a light and on a dark screen.
    legend.symbolFillColor = "#808890"
    var axis = VegaLite.Axis(format: ".6~f")
    axis.grid = false
    axis.values = figure.y.ticks
    var xAxis = axis
    xAxis.values = figure.x.ticks
    var points = VegaLite.View(
      mark: VegaLite.Mark(.point).with {
        $0.filled = true
        // Of the filling alone: files are a fifth as large as with points that are groups of their own.
        $0.opacity = 1
        $0.fillOpacity = 0.5
        $0.size = 35
        $0.clip = true
      },
      encoding: [
        .x: .number(
          x, title: figure.xTitle,
          scale: VegaLite.Scale(figure.x.limits.lowerBound, figure.x.limits.upperBound), axis: xAxis
        ),
        .y: .number(
          y, title: figure.yTitle,
          scale: VegaLite.Scale(figure.y.limits.lowerBound, figure.y.limits.upperBound), axis: axis),
        .shape: shape(legend: legend), .color: colors(data),
        .tooltip: .tooltip(
          [
            .name("model", "Model"), .name("group", "Classes"), .number(x, figure.xTitle, ".2f"),
            .number(y, figure.yTitle, isShare ? ".4~g" : ",d"),
          ] + (isShare ? [.number(data.countKey(figure), "Number", ",d")] : []) + [
            .name("architecture", "Architecture"), .name("training", "Training data"),
            .name("method", "Pretraining"), .number("parameters", "Parameters", ",d"),
          ]),
      ])
    let wanted = figure.groups.map { "datum.g === '\($0.rawValue)'" }.joined(separator: " || ")
    points.transform = [
      VegaLite.Transform(filter: "(\(wanted)) && isValid(datum.\(x)) && isValid(datum.\(y))")
    ]
    var view = VegaLite.View(
      width: 520, height: 340, data: VegaLite.Data(name: Self.dataName),
      layer: fitLayers(index) + [points] + noteLayers(figure, fontSize: 13))
    view.view = VegaLite.Ground(fill: "#fafafa")
    return view
  }

  // MARK: On paper

  /// The published layout: 10 × 8 inches, letters of 40 points, no frame, a light gray ground.
  private func paperView(_ index: Int, _ data: ErrorFigureData) -> VegaLite.View {
    let figure = figures[index]
    var axis = VegaLite.Axis(format: ".6~f")
    axis.values = figure.y.ticks
    axis.labelOverlap = false
    var xAxis = axis
    xAxis.values = figure.x.ticks
    var legend: VegaLite.Legend?
    if figure.hasLegend {
      var inside = VegaLite.Legend()
      inside.title = .null
      inside.orient = "top-left"
      inside.offset = 0
      inside.labelLimit = 0
      inside.symbolOpacity = 1
      inside.symbolSize = 150
      inside.symbolFillColor = "#000000"
      inside.symbolStrokeColor = "transparent"
      legend = inside
    }
    let points = VegaLite.View(
      data: VegaLite.Data(data.paperRows(figure, series[index])),
      mark: VegaLite.Mark(.point).with {
        $0.filled = true
        // Of the filling alone: files are a fifth as large as with points that are groups of their own.
        $0.opacity = 1
        $0.fillOpacity = 0.5
        $0.size = 35
        $0.clip = true
      },
      encoding: [
        .x: .number(
          "x", title: figure.xTitle,
          scale: VegaLite.Scale(figure.x.limits.lowerBound, figure.x.limits.upperBound), axis: xAxis
        ),
        .y: .number(
          "y", title: "",
          scale: VegaLite.Scale(figure.y.limits.lowerBound, figure.y.limits.upperBound), axis: axis),
        .shape: shape(legend: legend), .color: colors(data),
      ])
    var view = VegaLite.View(
      title: figure.yTitle, width: 558, height: 444,
      layer: fitLayers(index) + [points] + noteLayers(figure, fontSize: 32))
    view.description = "\(figure.yTitle). \(caption(index))"
    view.config = Self.paperConfig
    return view
  }

  private static let paperConfig: VegaLite.Config = {
    var config = ChartTheme.light.config
    let ink = "#000000"
    config.font = "serif"
    config.title = VegaLite.Config.Text(
      color: ink, fontSize: 40, anchor: "start", offset: 14, fontWeight: "normal", frame: "bounds")
    config.axis = VegaLite.Config.Axis(
      domainColor: ink, gridColor: ink, tickColor: ink, labelColor: ink, titleColor: ink,
      labelFontSize: 40, titleFontSize: 40, titleFontWeight: "normal", domain: false, grid: false,
      titlePadding: 10)
    config.legend = VegaLite.Config.Legend(
      labelColor: ink, titleColor: ink, labelFontSize: 32, titleFontSize: 32,
      titleFontWeight: "normal")
    config.view = VegaLite.Config.View(stroke: "transparent", fill: "#fafafa")
    return config
  }()

  // MARK: Parts of both

  private func shape(legend: VegaLite.Legend?) -> VegaLite.Encoding {
    let outlines =
      MarkerColumn.named(settings.marker)?
      .outlines(of: Set(statistics.texts[settings.marker] ?? [])) ?? []
    var scale = VegaLite.Scale()
    scale.domain = outlines.map { .text($0.value) }
    scale.range = .names(outlines.map(\.path))
    var field = VegaLite.Field(
      field: "s", type: .nominal, scale: scale, sort: .order(outlines.map(\.value)))
    field.legend = legend
    if legend == nil { field.legend = .absent }
    return .field(field)
  }

  /// Every row says its own color.
  private func colors(_ data: ErrorFigureData) -> VegaLite.Encoding {
    var scale = VegaLite.Scale()
    scale.domain = data.colors.map { .text($0) }
    scale.range = .names(data.colors)
    var field = VegaLite.Field(field: "c", type: .nominal, scale: scale)
    field.legend = .absent
    return .field(field)
  }

  private func noteLayers(_ figure: ErrorFigure, fontSize: Double) -> [VegaLite.View] {
    guard !figure.notes.isEmpty else { return [] }
    return [
      VegaLite.View(
        data: VegaLite.Data(
          figure.notes.map { ["x": .number($0.x), "y": .number($0.y), "text": .text($0.text)] }),
        mark: VegaLite.Mark(.text, style: "label").with {
          $0.align = "left"
          $0.baseline = "alphabetic"
          $0.fontSize = fontSize
          // The ground is light on a dark screen, too.
          $0.color = "#1c2330"
        },
        encoding: [
          .x: .field(VegaLite.Field(field: "x", type: .quantitative)),
          .y: .field(VegaLite.Field(field: "y", type: .quantitative)),
          .text: .field(VegaLite.Field(field: "text", type: .nominal)),
        ])
    ]
  }

  /// A band and a line for each fit, from 0 to 100 as published; later parts of a split are darker.
  private func fitLayers(_ index: Int) -> [VegaLite.View] {
    fits[index].flatMap { lines in
      lines.enumerated().flatMap { position, fit -> [VegaLite.View] in
        var opacity = 0.2
        if case .column = settings.fit {
          opacity = 0.1
          for _ in 0..<position { opacity = min(opacity * 1.4, 0.8) }
        }
        let rows: [[String: VegaLite.Value]] = (0...100).map { x in
          let band = fit.band(at: Double(x))
          return [
            "x": .count(x), "low": .rounded(band.lowerBound), "high": .rounded(band.upperBound),
            "y": .rounded(fit.value(at: Double(x))),
          ]
        }
        func layer(_ mark: VegaLite.Mark, _ y: String, _ y2: String?) -> VegaLite.View {
          VegaLite.View(
            data: VegaLite.Data(rows), mark: mark,
            encoding: [
              .x: .field(VegaLite.Field(field: "x", type: .quantitative)),
              .y: .field(VegaLite.Field(field: y, type: .quantitative)),
            ].merging(y2.map { [.y2: .end($0)] } ?? [:]) { first, _ in first })
        }
        return [
          layer(
            VegaLite.Mark(.area).with {
              $0.color = "#808080"
              $0.opacity = opacity
              $0.clip = true
            }, "low", "high"),
          layer(
            VegaLite.Mark(.line).with {
              $0.color = "#808080"
              $0.strokeWidth = 1.5
              $0.clip = true
            }, "y", nil),
        ]
      }
    }
  }
}
