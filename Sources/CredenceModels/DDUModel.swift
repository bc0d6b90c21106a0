public import CredenceNN

/// The networks of the published code for Deep Deterministic Uncertainty, under the names of its command line.
///
/// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582.
public struct DDUModel: Hashable, Sendable, Identifiable {
  /// The published value of `--model`, such as `wide_resnet`.
  public let name: String
  /// The architecture in `ModelCatalog`.
  public let modelID: String
  /// Whether the published code heeds `-sn` and `-mod`; elsewhere they change checkpoints' names only.
  public let supportsSpectralNormAsPublished: Bool

  public var id: String { name }

  /// Those of the published command line, then the others that its code can make.
  public static let all = [
    DDUModel("lenet", "lenet", isBoundedAsPublished: false),
    DDUModel("resnet18", "resnet18_32x32"), DDUModel("resnet50", "resnet50_32x32"),
    DDUModel("wide_resnet", "wrn28_10"), DDUModel("vgg16", "vgg16_32x32"),
    DDUModel("resnet101", "resnet101_32x32"), DDUModel("resnet110", "resnet110_32x32"),
    DDUModel("resnet152", "resnet152_32x32"), DDUModel("vgg11", "vgg11_32x32"),
    DDUModel("vgg13", "vgg13_32x32"), DDUModel("vgg19", "vgg19_32x32"),
  ]

  /// The network of a published name.
  public static subscript(name: String) -> DDUModel? { all.first { $0.name == name } }

  private init(_ name: String, _ modelID: String, isBoundedAsPublished: Bool = true) {
    self.name = name
    self.modelID = modelID
    supportsSpectralNormAsPublished = isBoundedAsPublished
  }

  /// The name of a checkpoint without epoch and ending, such as `wide_resnet_sn_3.0_mod_1`.
  ///
  /// - Parameters:
  ///   - seed: The seed of the run.
  ///   - spectralNorm: Whether norms are bounded; the coefficient is written as Python writes it.
  ///   - isModified: Whether activations are leaky and shortcuts average.
  /// - Returns: The published name.
  public func checkpointName(seed: Int, spectralNorm: SpectralNorm, isModified: Bool) -> String {
    let bound = spectralNorm.settings.map { "_sn_\($0.coefficient)" } ?? ""
    return "\(name)\(bound)\(isModified ? "_mod" : "")_\(seed)"
  }
}
