/// Classes whose meanings overlap: predictions that count as right for a target, as published.
///
/// Most go one way only: a husky is an Eskimo dog, but not every Eskimo dog is a husky.
public struct CollapsedMappings: Hashable, Sendable {
  /// The accepted predictions by target.
  public let predictions: [Int32: [Int32]]

  public init(_ predictions: [Int32: [Int32]]) { self.predictions = predictions }

  /// Whether a prediction counts as right for a target of which it is not the name.
  public func accepts(_ prediction: Int32, for target: Int32) -> Bool {
    predictions[target]?.contains(prediction) ?? false
  }

  /// No class overlaps with another.
  public static let none = Self([:])

  /// ImageNet's.
  public static let imageNet = Self([
    250: [248], 249: [248],  // Siberian husky, malamute: Eskimo dog
    836: [837], 837: [836],  // sunglass, sunglasses
    385: [101], 386: [101],  // Indian and African elephant: tusker
    504: [968],  // coffee mug: cup
    638: [639], 639: [638],  // maillot
    657: [744], 744: [657],  // missile, projectile
    620: [681], 681: [620],  // laptop, notebook
    664: [782], 782: [664],  // monitor, screen
    482: [848],  // cassette player: tape player
    356: [357, 358, 359], 357: [356, 358, 359],  // weasel, mink,
    358: [356, 357, 359], 359: [356, 357, 358],  // polecat, ferret
    435: [876],  // bathtub: tub
  ])
}
