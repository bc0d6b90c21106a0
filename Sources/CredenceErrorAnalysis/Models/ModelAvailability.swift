public import CredenceModels

/// How a published model can be run here.
public enum ModelAvailability: Hashable, Sendable {
  /// The network is known and its weights are on the model hub.
  case published(PretrainedConfiguration)
  /// The network is known; its weights must be given as a file.
  case needsWeights(architecture: String)
  /// There is no such network here.
  case unknownArchitecture
}

extension PublishedModel {
  /// How the model can be run here.
  ///
  /// Weights of torchvision and of torch.hub that the hub has under timm's names count as there; their images are prepared as timm does.
  public var availability: ModelAvailability {
    let known = [catalogName, catalogName + "_tv"].filter { ModelCatalog[$0] != nil }
    guard let architecture = known.first else { return .unknownArchitecture }
    let configurations = known.flatMap { PretrainedConfiguration.configurations(of: $0) }
    for tag in tags {
      if let found = configurations.first(where: { $0.tag == tag && !$0.hubID.isEmpty }) {
        return .published(found)
      }
    }
    return .needsWeights(architecture: architecture)
  }

  /// What the catalog of architectures calls the network.
  private var catalogName: String {
    switch source {
    case "timm": return String(shortName.prefix { $0 != "." })
    case "torch.hub":
      return String(shortName[..<(shortName.lastIndex(of: "_") ?? shortName.endIndex)])
    case "huggingface":
      // convnext-base-224-22k-1k
      return shortName.split(separator: "-").prefix(2).joined(separator: "_")
    default: return torchvisionName
    }
  }

  /// torchvision's name as timm has it: `regnet_x_1_6gf` is `regnetx_016`.
  private var torchvisionName: String {
    if shortName == "mobilenet_v2" { return "mobilenetv2_100" }
    let name = shortName.hasSuffix("_swag") ? shortName.dropLast(5) : shortName
    let parts = name.split(separator: "_")
    guard parts.count > 2, parts[0] == "regnet" else { return String(name) }
    let size = parts.dropFirst(2).joined(separator: ".")
    let isMega = size.hasSuffix("mf")
    guard let number = Double(size.dropLast(2)) else { return String(name) }
    let tenths = String(Int((isMega ? number / 100 : number * 10).rounded()))
    return "regnet\(parts[1])_" + String(repeating: "0", count: max(0, 3 - tenths.count)) + tenths
  }

  /// The tags under which the hub has these weights, best first.
  private var tags: [String] {
    switch source {
    case "timm":
      return shortName.firstIndex(of: ".").map { [String(shortName[$0...].dropFirst())] } ?? [""]
    case "torchvision.models":
      // The published run took torchvision's newest weights.
      return shortName.hasSuffix("_swag") ? ["swag_ft_in1k"] : ["tv2_in1k", "tv_in1k"]
    case "torch.hub":
      return Self.hubTags.filter { shortName.hasSuffix($0.ending) }.map(\.tag)
    default: return []
    }
  }

  private static let hubTags = [
    (ending: "_ssl", tag: "fb_ssl_yfcc100m_ft_in1k"),
    (ending: "_swsl", tag: "fb_swsl_ig1b_ft_in1k"),
    (ending: "_wsl", tag: "fb_wsl_ig1b_ft_in1k"),
  ]
}
