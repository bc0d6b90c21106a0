/// A model of the published error analysis.
public struct PublishedModel: Hashable, Sendable, Identifiable {
  /// The published name, such as `timm/resnet50.a1_in1k`.
  public let id: String
  /// The module that the publication runs it with, such as `resnet`.
  public let module: String
  /// Where the weights come from: `timm`, `torchvision.models`, `torch.hub` or `huggingface`.
  public let source: String
  /// The architecture, such as `resnext`.
  public let architecture: String
  /// Architectures that figures show alike, such as `ResNet`.
  public let architectureGroup: String
  /// `mlp`, `cnn`, `transformer` or `hybrid`.
  public let architectureFamily: String
  /// The published words for the training images, such as `ImageNet-1k (1.2M)`.
  public let trainingData: String
  /// What else the training used, such as `Distillation`.
  public let extraAnnotations: [String]
  /// The number of trainable parameters.
  public let parameterCount: Int

  /// All models, modules in the published order and the models of each in the order of their names.
  public static let all: [Self] = PublishedModelTable.text.utf8
    .split(separator: UInt8(ascii: "\n")).compactMap { Self(line: Substring($0)) }

  /// The model of a name or of a folder, in which `/` is `--`.
  public static subscript(name: String) -> Self? {
    byID[name] ?? byID[name.replacing("--", with: "/")]
  }

  private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

  /// The name without the owner: `resnet50.a1_in1k`.
  public var shortName: Substring {
    id[id.index(after: id.firstIndex(of: "/") ?? id.startIndex)...]
  }

  /// Reads a line of the table; `nil` if it is not one.
  private init?(line: Substring) {
    let fields = line.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard fields.count == 9, let parameterCount = Int(fields[8]) else { return nil }
    module = fields[0]
    id = fields[1]
    source = fields[2]
    architecture = fields[3]
    architectureGroup = fields[4]
    architectureFamily = fields[5]
    trainingData = fields[6]
    extraAnnotations = fields[7].split(separator: "+").map(String.init)
    self.parameterCount = parameterCount
  }
}

/// Models that the publication runs together.
public struct PublishedModule: Hashable, Sendable, Identifiable {
  /// The published name, such as `timm_misc_cnn`.
  public let id: String
  /// The models, in the order of their names.
  public let models: [PublishedModel]

  /// All modules in the published order.
  public static let all: [Self] = {
    var modules: [(id: String, models: [PublishedModel])] = []
    for model in PublishedModel.all {
      if modules.last?.id == model.module {
        modules[modules.count - 1].models.append(model)
      } else {
        modules.append((model.module, [model]))
      }
    }
    return modules.map { Self(id: $0.id, models: $0.models) }
  }()

  /// The module of a name; `nil` where none is called so.
  public static subscript(id: String) -> Self? { all.first { $0.id == id } }
}

extension ModelRecord {
  /// What the publication says of a model, before anything is measured.
  public init(_ model: PublishedModel) {
    self.init(
      folder: Self.folderName(of: model.id), modelID: model.id,
      architectureFamily: model.architectureFamily, architecture: model.architecture,
      trainingData: model.trainingData, source: model.source,
      extraAnnotations: model.extraAnnotations, parameterCount: model.parameterCount)
  }
}
