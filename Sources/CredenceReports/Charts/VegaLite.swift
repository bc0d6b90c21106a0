/// The part of the Vega-Lite 6 language that the charts use, as values.
///
/// Property names are those of the language, so that its reference documents them too: <https://vega.github.io/vega-lite/docs/>.
package enum VegaLite {
  /// A chart, or one layer or part of it.
  package struct View: Codable, Hashable, Sendable {
    package var schema: String?
    package var title: String?
    package var description: String?
    package var width: Int?
    package var height: Int?
    package var spacing: Int?
    package var data: Data?
    package var params: [Parameter]?
    package var transform: [Transform]?
    package var mark: Mark?
    package var encoding: [Channel: Encoding]?
    package var layer: [View]?
    package var vconcat: [View]?
    package var resolve: Resolve?
    package var view: Ground?
    package var config: Config?

    package init(
      title: String? = nil, width: Int? = nil, height: Int? = nil, data: Data? = nil,
      mark: Mark? = nil, encoding: [Channel: Encoding]? = nil, layer: [View]? = nil,
      vconcat: [View]? = nil
    ) {
      self.title = title
      self.width = width
      self.height = height
      self.data = data
      self.mark = mark
      self.encoding = encoding
      self.layer = layer
      self.vconcat = vconcat
    }

    private enum CodingKeys: String, CodingKey {
      case schema = "$schema"
      case title, description, width, height, spacing, data, params, transform, mark, encoding
      case layer, vconcat, resolve, view, config
    }
  }

  /// What is behind the marks of one view.
  package struct Ground: Codable, Hashable, Sendable {
    package var fill: String

    package init(fill: String) { self.fill = fill }
  }

  /// The rows that a view draws: its own, or those that a page holds under a name.
  package struct Data: Codable, Hashable, Sendable {
    package var name: String?
    package var values: [[String: Value]]?

    package init(_ values: [[String: Value]]) { self.values = values }

    package init(name: String) { self.name = name }
  }

  /// A cell of a row, or a constant.
  package enum Value: Codable, Hashable, Sendable, ExpressibleByStringLiteral {
    case text(String)
    case number(Double)
    case flag(Bool)
    case null

    package init(stringLiteral text: String) { self = .text(text) }

    /// A number with six decimals, which is finer than any screen; nothing where it is not finite.
    package static func rounded(_ value: Double) -> Self {
      value.isFinite ? .number((value * 1e6).rounded() / 1e6) : .null
    }

    package static func count(_ value: Int) -> Self { .number(Double(value)) }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .number(let number): try container.encode(number)
      case .flag(let flag): try container.encode(flag)
      case .null: try container.encodeNil()
      }
    }
  }

  /// How a row becomes ink.
  package struct Mark: Codable, Hashable, Sendable {
    package enum Shape: String, Codable, Sendable {
      case area, bar, line, point, rect, rule, text, tick
    }

    package var type: Shape
    /// Names of `Config.style` entries.
    package var style: String?
    package var interpolate: String?
    package var filled: Bool?
    package var opacity: Double?
    package var fillOpacity: Double?
    package var color: String?
    package var fontSize: Double?
    package var size: Double?
    package var strokeWidth: Double?
    package var thickness: Double?
    package var point: Bool?
    package var clip: Bool?
    package var align: String?
    package var baseline: String?
    package var dx: Double?
    package var dy: Double?
    package var tooltip: Bool?

    package init(_ type: Shape, style: String? = nil) {
      self.type = type
      self.style = style
    }

    /// The mark with properties set: `Mark(.line).with { $0.clip = true }`.
    package func with(_ change: (inout Self) -> Void) -> Self {
      var copy = self
      change(&copy)
      return copy
    }
  }

  package enum Channel: String, Codable, Sendable, CodingKeyRepresentable {
    case x, y, x2, y2, color, opacity, shape, size, strokeDash, text, tooltip, detail, order
    case yOffset
  }

  package enum FieldType: String, Codable, Sendable {
    case quantitative, nominal, ordinal
  }

  /// What one channel of a mark shows: a field, a constant, or for tooltips several fields.
  package enum Encoding: Codable, Hashable, Sendable {
    case field(Field)
    case fields([Field])

    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let field = try? container.decode(Field.self) {
        self = .field(field)
      } else {
        self = .fields(try container.decode([Field].self))
      }
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .field(let field): try container.encode(field)
      case .fields(let fields): try container.encode(fields)
      }
    }
  }

  package struct Field: Codable, Hashable, Sendable {
    package var field: String?
    package var type: FieldType?
    /// `binned` where the field and its second end are the edges of bins.
    package var bin: String?
    /// A constant in data space.
    package var datum: Value?
    /// A constant on the screen.
    package var value: Value?
    package var title: String?
    package var format: String?
    package var scale: Scale?
    package var axis: Axis?
    package var legend: Legend?
    package var sort: Sort?
    package var stack: Value?
    package var condition: Condition?
  }

  /// Another value for some rows.
  package struct Condition: Codable, Hashable, Sendable {
    /// The name of a selection; a row takes the value when it is selected, or nothing is.
    package var param: String
    package var value: Value
  }

  package enum Sort: Codable, Hashable, Sendable {
    case order([String])
    case none

    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      self = container.decodeNil() ? .none : .order(try container.decode([String].self))
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .order(let names): try container.encode(names)
      case .none: try container.encodeNil()
      }
    }
  }

  package struct Scale: Codable, Hashable, Sendable {
    package var type: String?
    package var domain: [Value]?
    package var domainMax: Double?
    package var range: Range?
    package var zero: Bool?
    package var nice: Bool?
    package var reverse: Bool?
    package var clamp: Bool?

    package init() {}

    /// A scale whose ends are known.
    package init(_ lower: Double, _ upper: Double) {
      domain = [.number(lower), .number(upper)]
      nice = false
    }
  }

  /// What a scale maps to.
  package enum Range: Codable, Hashable, Sendable {
    case sizes([Double])
    case dashes([[Double]])
    /// Colors, or outlines of points.
    case names([String])

    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let sizes = try? container.decode([Double].self) {
        self = .sizes(sizes)
      } else if let names = try? container.decode([String].self) {
        self = .names(names)
      } else {
        self = .dashes(try container.decode([[Double]].self))
      }
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .sizes(let sizes): try container.encode(sizes)
      case .dashes(let dashes): try container.encode(dashes)
      case .names(let names): try container.encode(names)
      }
    }
  }

  package struct Axis: Codable, Hashable, Sendable {
    package var format: String?
    package var grid: Bool?
    package var labels: Bool?
    package var labelLimit: Int?
    package var ticks: Bool?
    package var domain: Bool?
    package var orient: String?
    package var tickCount: Int?
    package var tickMinStep: Double?
    package var minExtent: Int?
    package var values: [Double]?
    package var labelOverlap: Bool?

    package init(format: String? = nil) { self.format = format }
  }

  package struct Legend: Codable, Hashable, Sendable {
    package var title: Value?
    package var orient: String?
    package var columns: Int?
    package var symbolType: String?
    package var symbolOpacity: Double?
    package var symbolStrokeWidth: Double?
    package var symbolFillColor: String?
    package var symbolStrokeColor: String?
    package var symbolSize: Double?
    package var offset: Double?
    package var labelLimit: Int?
    package var values: [Double]?
    package var format: String?
    package var direction: String?

    package init() {}
  }

  /// A selection that the reader makes.
  package struct Parameter: Codable, Hashable, Sendable {
    package struct Selection: Codable, Hashable, Sendable {
      package var type: String
      package var fields: [String]?
    }

    package var name: String
    package var select: Selection
    /// `legend` or `scales`.
    package var bind: String?
  }

  package struct Transform: Codable, Hashable, Sendable {
    package var filter: String?
    package var calculate: String?
    package var `as`: String?
  }

  package struct Resolve: Codable, Hashable, Sendable {
    package var scale: [Channel: String]?
    package var legend: [Channel: String]?
  }
}

extension KeyedDecodingContainer {
  /// Tells a `null` from a key that is absent, which the standard function takes for the same.
  func decodeIfPresent(_ type: VegaLite.Value.Type, forKey key: Key) throws -> VegaLite.Value? {
    contains(key) ? try decode(type, forKey: key) : nil
  }
}

extension KeyedEncodingContainer {
  /// Writes `null` for a legend that is not to be shown; leaves the key out where nothing is said.
  mutating func encodeIfPresent(_ value: VegaLite.Legend?, forKey key: Key) throws {
    if value == .absent {
      try encodeNil(forKey: key)
    } else if let value {
      try encode(value, forKey: key)
    }
  }
}
