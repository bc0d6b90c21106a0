/// A family of related architectures, as the published tables and figures group them.
public enum ArchitectureGroup: String, CaseIterable, Codable, Hashable, Sendable {
  case resNet = "ResNet"
  case efficientNet = "EfficientNet"
  case cnn = "CNN"
  case regNet = "RegNet"
  case convNeXt = "ConvNeXt"
  case hybrid = "Hybrid"
  case metaFormer = "MetaFormer"
  case mlp = "MLP"
  case vit = "ViT"
  case xcit = "XCiT"
  case maxViT = "MaxViT"
  case swin = "Swin"
  case eva = "EVA"
  case beit = "BEIT"
  /// An architecture that the published table does not have.
  case other = "Other"

  /// The group of an architecture; `other` for one that the published table does not have.
  ///
  /// - Parameter architecture: The key `arch` of a model, such as `resnext`.
  public init(architecture: String) {
    self = Self.groups[architecture] ?? .other
  }

  /// The architectures of the group, as published.
  public var architectures: [String] { Self.members[self] ?? [] }

  private static let groups: [String: Self] = Dictionary(
    members.flatMap { group, names in names.map { ($0, group) } }, uniquingKeysWith: { $1 })

  private static let members: [Self: [String]] = [
    .resNet: [
      "resnet", "resnext", "wide_resnet", "ecaresnet", "tresnet", "seresnet", "lambda_resnet",
      "skresnet", "seresnext", "res2net", "resnest", "halonet",
    ],
    .regNet: ["regnet"],
    .convNeXt: ["convnext"],
    .efficientNet: [
      "efficientnet", "mixnet", "mnasnet", "fbnet", "mobilenet", "hardcorenas", "lcnet", "tinynet",
      "shufflenet", "squeezenet", "rexnet",
    ],
    .vit: [
      "vit", "deit", "cait", "coat", "flexivit", "crossvit", "twins", "volo", "convit", "davit",
      "nest", "mvit", "gcvit", "pit",
    ],
    .eva: ["eva"],
    .beit: ["beit"],
    .maxViT: ["maxvit", "coatnet"],
    .xcit: ["xcit"],
    .swin: ["swin"],
    .metaFormer: ["caformer", "convformer", "poolformer"],
    .cnn: [
      "alexnet", "densenet", "googlenet", "inception", "vgg", "hrnet", "dla", "dpn", "xception",
      "nfnet", "focalnet", "darknet", "convmixer",
    ],
    .mlp: ["resmlp", "mlp-mixer", "gmlp", "gmixer"],
    .hybrid: ["mobilevit", "levit", "pvt", "efficientformer", "edgenext"],
  ]
}
