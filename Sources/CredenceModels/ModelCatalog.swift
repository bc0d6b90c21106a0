/// Every architecture.
public enum ModelCatalog {
  /// All of them, families in the order of this list.
  public static let all: [ModelDescriptor] = [
    ModelDescriptor.resNets,
    ModelDescriptor.resNetV2s,
    ModelDescriptor.smallResNets,
    ModelDescriptor.wideResNets,
    ModelDescriptor.cifarResNets,
    ModelDescriptor.leNets,
    ModelDescriptor.squeezeNets,
    ModelDescriptor.mobileNets,
    ModelDescriptor.efficientNets,
    ModelDescriptor.visionTransformers,
    ModelDescriptor.swinTransformers,
    ModelDescriptor.convNeXts,
    ModelDescriptor.mlpMixers,
    ModelDescriptor.poolFormers,
    ModelDescriptor.regNets,
    ModelDescriptor.denseNets,
    ModelDescriptor.vggs,
    ModelDescriptor.smallVGGs,
    ModelDescriptor.inceptions,
    ModelDescriptor.coAtNets,
    ModelDescriptor.maxViTs,
  ].flatMap { $0 }

  /// The architecture of a name.
  public static subscript(id: String) -> ModelDescriptor? { byName[id] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
}
