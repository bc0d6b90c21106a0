import Foundation

/// The outlines of the published plotting program's markers, as Vega takes them: paths within −1…1.
enum MarkerSymbol {
  /// Outlines by the program's letters.
  static let paths: [String: String] = [
    "o": "circle", "s": "square", "^": "triangle-up", "v": "triangle-down", "<": "triangle-left",
    ">": "triangle-right", "D": polygon(corners: 4, startingAt: 90),
    "d": "M0,-1L0.6,0L0,1L-0.6,0Z", "p": polygon(corners: 5, startingAt: 90),
    "8": polygon(corners: 8, startingAt: 22.5), "*": star,
    "P": plus(halfWidth: 1.0 / 3, turnedBy: 0), "X": plus(halfWidth: 1.0 / 3, turnedBy: 45),
    "1": arms([-90, 30, 150]), "2": arms([90, 210, 330]), "4": arms([0, 120, 240]),
    "+": plus(halfWidth: 0.14, turnedBy: 0), "x": plus(halfWidth: 0.14, turnedBy: 45),
  ]

  /// For values that a list of markers does not name.
  static let spare = ["h", "x", "+"]

  /// The outline of a letter; that of a hexagon for one that is none.
  static func path(_ letter: String) -> String {
    paths[letter] ?? polygon(corners: 6, startingAt: 90)
  }

  private static func polygon(corners: Int, startingAt angle: Double) -> String {
    path((0..<corners).map { point(1, angle + 360 * Double($0) / Double(corners)) })
  }

  private static let star = path(
    (0..<10).map { point($0 % 2 == 0 ? 1 : 0.382, 90 + 36 * Double($0)) })

  private static func plus(halfWidth w: Double, turnedBy angle: Double) -> String {
    let corners = [
      (w, 1), (-w, 1), (-w, w), (-1, w), (-1, -w), (-w, -w), (-w, -1), (w, -1), (w, -w), (1, -w),
      (1, w), (w, w),
    ]
    let (c, s) = (cos(angle * .pi / 180), sin(angle * .pi / 180))
    let scale = angle == 0 ? 1 : 0.9
    return path(
      corners.map { (scale * ($0.0 * c - $0.1 * s), scale * ($0.0 * s + $0.1 * c)) })
  }

  /// Thin arms from the middle; each is a closed path of its own.
  private static func arms(_ angles: [Double]) -> String {
    angles.map { angle in
      let (tip, side) = (point(1, angle), point(0.14, angle + 90))
      return path([
        (side.0, side.1), (tip.0 + side.0, tip.1 + side.1), (tip.0 - side.0, tip.1 - side.1),
        (-side.0, -side.1),
      ])
    }.joined()
  }

  private static func point(_ radius: Double, _ degrees: Double) -> (Double, Double) {
    (radius * cos(degrees * .pi / 180), radius * sin(degrees * .pi / 180))
  }

  /// Screens count downwards, so the heights are turned.
  private static func path(_ points: [(Double, Double)]) -> String {
    "M" + points.map { "\(short($0.0)),\(short(-$0.1))" }.joined(separator: "L") + "Z"
  }

  private static func short(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return rounded == 0 ? "0" : "\(rounded)"
  }
}

/// A column whose values shapes tell apart, and the published shape of each value.
struct MarkerColumn: Identifiable, Sendable {
  let id: String
  /// Values and the letters of their shapes, in the legend's order.
  let markers: [(value: String, letter: String)]

  static let all = [
    Self(
      id: "arch_family",
      markers: [("mlp", "o"), ("cnn", "d"), ("transformer", "^"), ("hybrid", "s")]),
    Self(
      id: "training_data",
      markers: zip(
        TrainingData.all.map(\.name),
        ["o", "s", "p", "8", "*", "D", "<", ">", "X", "v", "^", "P"]
      ).map { ($0, $1) }),
    Self(
      id: "training_data_group",
      markers: zip(TrainingData.groups, ["o", "d", "^", "s"]).map { ($0, $1) }),
    Self(
      id: "arch_group",
      markers: [
        ("ResNet", "o"), ("EfficientNet", "P"), ("CNN", "*"), ("RegNet", "p"), ("ConvNeXt", "X"),
        ("Hybrid", "2"), ("MetaFormer", "1"), ("MLP", "4"), ("ViT", "^"), ("XCiT", "<"),
        ("MaxViT", ">"), ("Swin", "d"), ("EVA", "v"), ("BEIT", "D"),
      ]),
    Self(
      id: "pretrain_method",
      markers: [
        ("Standard", "o"), ("Semi-Supervised Learning", "s"), ("Self-Supervised Learning", "*"),
        ("Distillation", "d"), ("CLIP Training", "P"), ("Adversarial Training", "X"),
      ]),
  ]

  static func named(_ id: String) -> Self? { all.first { $0.id == id } }

  /// The values of a column in the legend's order; those without a published shape follow by name.
  static func order(of values: Set<String>, column: String) -> [String] {
    let known = named(column)?.markers.map(\.value) ?? []
    return known.filter(values.contains) + values.subtracting(known).sorted()
  }

  /// The values that occur with their outlines, in the legend's order.
  func outlines(of values: Set<String>) -> [(value: String, path: String)] {
    var spare = 0
    return Self.order(of: values, column: id).map { value in
      if let letter = markers.first(where: { $0.value == value })?.letter {
        return (value, MarkerSymbol.path(letter))
      }
      defer { spare += 1 }
      return (value, MarkerSymbol.path(MarkerSymbol.spare[spare % MarkerSymbol.spare.count]))
    }
  }
}
