extension VegaLite.Encoding {
  /// A number on an axis.
  package static func number(
    _ field: String, title: String? = nil, scale: VegaLite.Scale? = nil,
    axis: VegaLite.Axis? = nil, stack: VegaLite.Value? = nil
  ) -> Self {
    .field(
      VegaLite.Field(
        field: field, type: .quantitative, title: title, scale: scale, axis: axis, stack: stack))
  }

  /// A number that is the lower edge of a bin; its upper edge is another field.
  package static func binEdge(
    _ field: String, title: String, scale: VegaLite.Scale? = nil, axis: VegaLite.Axis? = nil
  ) -> Self {
    .field(
      VegaLite.Field(
        field: field, type: .quantitative, bin: "binned", title: title, scale: scale, axis: axis))
  }

  /// A name from a list of known order, with a legend under the chart.
  package static func name(
    _ field: String, title: String? = nil, order: [String], axis: VegaLite.Axis? = nil,
    legend: VegaLite.Legend? = nil, scaleType: String? = nil
  ) -> Self {
    var scale = VegaLite.Scale()
    scale.type = scaleType
    scale.domain = order.map { .text($0) }
    return .field(
      VegaLite.Field(
        field: field, type: .nominal, title: title, scale: scale, axis: axis, legend: legend,
        sort: .order(order)))
  }

  /// The dashes of lines by name: the first is solid, the others let a line below them show through.
  package static func dashes(_ field: String, order: [String], legend: VegaLite.Legend) -> Self {
    let patterns: [[Double]] = [[1, 0], [7, 5], [2, 4], [12, 4], [7, 3, 2, 3], [3, 2]]
    var scale = VegaLite.Scale()
    scale.domain = order.map { .text($0) }
    scale.range = .dashes(order.indices.map { patterns[$0 % patterns.count] })
    return .field(
      VegaLite.Field(
        field: field, type: .nominal, scale: scale, legend: legend, sort: .order(order)))
  }

  /// A constant in data space.
  package static func datum(_ value: VegaLite.Value) -> Self {
    .field(VegaLite.Field(datum: value))
  }

  /// A constant on the screen.
  package static func value(_ value: VegaLite.Value) -> Self {
    .field(VegaLite.Field(value: value))
  }

  /// A second end of a bar, rule or area.
  package static func end(_ field: String) -> Self { .field(VegaLite.Field(field: field)) }

  /// The lines of a tooltip.
  package static func tooltip(_ lines: [VegaLite.Field]) -> Self { .fields(lines) }
}

extension VegaLite.Field {
  /// A tooltip line with a number.
  package static func number(_ field: String, _ title: String, _ format: String) -> Self {
    Self(field: field, type: .quantitative, title: title, format: format)
  }

  /// A tooltip line with a name.
  package static func name(_ field: String, _ title: String) -> Self {
    Self(field: field, type: .nominal, title: title)
  }
}

extension VegaLite.Axis {
  /// An axis of fractions, labeled in per cent.
  package static let percent = Self(format: ".0%")

  /// An axis of fractions whose labels show as many decimals as they need.
  package static let finePercent = Self(format: "~%")
}

extension VegaLite.Scale {
  /// From 0 to 1.
  package static let unit = Self(0, 1)

  /// Near its values, not stretched to 0.
  package static let tight: Self = {
    var scale = Self()
    scale.zero = false
    return scale
  }()
}

extension VegaLite.Legend {
  /// No legend, where the language would draw one.
  package static let absent: Self = {
    var legend = Self()
    legend.orient = "none"
    return legend
  }()

  /// Under the chart, several names per line; without a title unless one is given.
  package static func below(title: String? = nil, columns: Int = 2) -> Self {
    var legend = Self()
    legend.title = title.map { .text($0) } ?? .null
    legend.orient = "bottom"
    legend.columns = columns
    legend.labelLimit = 260
    return legend
  }
}
