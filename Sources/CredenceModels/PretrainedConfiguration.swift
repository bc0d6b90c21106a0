public import CredenceData

/// What goes with the published weights of an architecture: where they are, and what images they expect.
///
/// The values are timm's. An architecture without published weights has one configuration too, with the tag `untrained` and no `hubID`.
public struct PretrainedConfiguration: Codable, Hashable, Sendable, Identifiable {
  /// The name of the architecture, such as `resnet50`.
  public var architecture: String
  /// Tells the weights of one architecture apart, such as `a1_in1k`; empty where there is only one set.
  public var tag: String
  /// Whether these weights are meant when no tag is given.
  public var isDefault: Bool
  /// Where the weights are on the model hub, such as `timm/resnet50.a1_in1k`; empty where they are not there.
  public var hubID: String
  /// The license of the weights as an SPDX identifier or a name in lower case; empty where none is stated.
  public var license: String
  /// The number of logits; 0 for weights without a classifier, whose output is the pooled features.
  public var classCount: Int
  /// Channels, height and width of the input, in pixels.
  public var inputSize: [Int]
  /// Whether the network takes no other size without changing its weights.
  public var hasFixedInputSize: Bool
  /// The part of the resized image's side that is kept, above 0 and at most 1.
  public var cropFraction: Double
  /// A size, often larger, with which the weights do better; equal to `inputSize` where none is stated.
  ///
  /// timm's validation script uses it with `testCropFraction`, unless told not to; timm's transforms use it only when asked to.
  public var testInputSize: [Int]
  /// The crop fraction that goes with `testInputSize`.
  public var testCropFraction: Double
  public var cropMode: Preprocessing.CropMode
  public var interpolation: Interpolation
  /// The mean of each channel, of values from 0 to 1.
  public var mean: [Double]
  /// The standard deviation of each channel.
  public var std: [Double]
  /// Height and width of the last feature map for an input of `inputSize`; empty where there is no such map.
  public var poolSize: [Int]
  /// The name of the layer that sees the image.
  public var firstConvolution: String
  /// The names of the layers that give the logits: one, or two in a network with a distillation token.
  public var classifiers: [String]

  /// The full name, `ARCHITECTURE.TAG`, as timm writes it.
  public var id: String { tag.isEmpty ? architecture : "\(architecture).\(tag)" }
}

extension PretrainedConfiguration {
  /// How images become the network's input.
  ///
  /// - Parameter usesTestSize: Whether to take the larger size with which the weights do better.
  /// - Returns: The settings of the published evaluation.
  public func preprocessing(usesTestSize: Bool = false) -> Preprocessing {
    Preprocessing(
      inputSize: usesTestSize ? testInputSize : inputSize, interpolation: interpolation,
      cropFraction: usesTestSize ? testCropFraction : cropFraction, cropMode: cropMode,
      mean: mean, std: std)
  }
}

extension PretrainedConfiguration {
  /// The configurations of every known architecture: architectures in the order of their families, the tags of one together.
  public static let all: [Self] = PretrainedTable.text.utf8
    .split(separator: UInt8(ascii: "\n")).compactMap { Self(line: Substring($0)) }

  /// The configurations of an architecture; empty for an unknown one.
  public static func configurations(of architecture: String) -> [Self] {
    positions[architecture].map { Array(all[$0]) } ?? []
  }

  /// The configuration that a name means.
  ///
  /// - Parameter name: An architecture, `resnet50`, for its default weights; or one with a tag, `resnet50.a1_in1k`. A leading `timm/` is passed over.
  /// - Returns: `nil` if timm has no such weights.
  public static func named(_ name: String) -> Self? {
    let name = name.hasPrefix("timm/") ? name.dropFirst(5) : name[...]
    let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let architecture = parts.first else { return nil }
    return configurations(of: String(architecture)).first {
      parts.count == 2 ? $0.tag == parts[1] : $0.isDefault
    }
  }

  /// Where each architecture's configurations are in `all`.
  private static let positions: [String: Range<Int>] = {
    var positions: [String: Range<Int>] = [:]
    for (index, configuration) in all.enumerated() {
      let start = positions[configuration.architecture]?.lowerBound ?? index
      positions[configuration.architecture] = start..<index + 1
    }
    return positions
  }()

  /// Reads a line of the table; `nil` if it is not one.
  init?(line: Substring) {
    let fields = line.utf8.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
    guard fields.count == 17, let classCount = Int(fields[5]), let side = Int(fields[6]),
      let cropFraction = Double(fields[8]),
      let testSide = fields[9] == "=" ? side : Int(fields[9]),
      let testCropFraction = fields[10] == "=" ? cropFraction : Double(fields[10]),
      let cropMode = Preprocessing.CropMode(rawValue: fields[11]),
      let interpolation = Interpolation(rawValue: fields[12]),
      let colors = Self.colors[fields[13]]
    else { return nil }
    architecture = fields[0]
    tag = fields[1]
    isDefault = fields[2] == "default"
    hubID =
      switch fields[3] {
      case "-": ""
      case "=": "timm/\(fields[0]).\(fields[1])"
      default: fields[3]
      }
    license = fields[4] == "-" ? "" : fields[4]
    self.classCount = classCount
    inputSize = [3, side, side]
    hasFixedInputSize = fields[7] == "fixed"
    self.cropFraction = cropFraction
    testInputSize = [3, testSide, testSide]
    self.testCropFraction = testCropFraction
    self.cropMode = cropMode
    self.interpolation = interpolation
    mean = colors.mean
    std = colors.std
    poolSize = Int(fields[14]).map { [$0, $0] } ?? []
    firstConvolution = fields[15]
    classifiers = fields[16].split(separator: ",").map(String.init)
  }

  /// The statistics of colors that weights were trained with, under the names of the table.
  private static let colors: [String: (mean: [Double], std: [Double])] = [
    "imagenet": ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    "inception": ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
    "clip": ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]),
    "unit": ([0, 0, 0], [1, 1, 1]),
  ]
}
