/// The images that models were trained on, by the published words; their order is that of the figures' legends.
struct TrainingData {
  /// The published words, such as `ImageNet-1k (1.2M)`.
  let name: String
  /// The number of images.
  let size: Double

  static let all = [
    Self(name: "ImageNet-1k (1.2M)", size: 1.2e6), Self(name: "ImageNet-21k (14M)", size: 14e6),
    Self(name: "Merged (30M)", size: 30e6), Self(name: "Merged (38M)", size: 38e6),
    Self(name: "Flickr YFCC (90M)", size: 90e6), Self(name: "JFT (300M)", size: 300e6),
    Self(name: "WIT (400M)", size: 400e6), Self(name: "LAION-400M (400M)", size: 400e6),
    Self(name: "Instagram (940M)", size: 940e6),
    Self(name: "RandomInternetImages (2B)", size: 2e9),
    Self(name: "LAION-2B (2.3B)", size: 2.3e9), Self(name: "Instagram (3.6B)", size: 3.6e9),
  ]

  /// The number of images: from the list, or as the words themselves say it in brackets at their end.
  ///
  /// - Returns: NaN where neither says it.
  static func size(of name: String) -> Double {
    if let known = all.first(where: { $0.name == name }) { return known.size }
    guard let match = name.firstMatch(of: /\(([0-9]{1,6}(?:\.[0-9]{1,6})?)([kMB])\)$/),
      let number = Double(match.1)
    else { return .nan }
    return number * (match.2 == "k" ? 1e3 : match.2 == "M" ? 1e6 : 1e9)
  }

  /// The published groups by size.
  static let groups = [
    "small (< 5M)", "medium (< 50M)", "large (< 500M)", "xlarge (> 500M)",
  ]

  /// The group of a size; `unknown` where the size is NaN.
  static func group(ofSize size: Double) -> String {
    if size.isNaN { return "unknown" }
    return groups[size < 5e6 ? 0 : size < 50e6 ? 1 : size < 500e6 ? 2 : 3]
  }

  /// How a model was trained before: the published summary of its list of extra annotations.
  ///
  /// - Parameter annotations: Such as `["Distillation"]`.
  /// - Returns: `Standard`, the only annotation, or `CLIP Training` for several.
  static func pretrainMethod(_ annotations: [String]) -> String {
    switch annotations.count {
    case 0: "Standard"
    case 1: annotations[0]
    default: "CLIP Training"
    }
  }
}
