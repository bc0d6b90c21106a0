/// What is known of a model whose mistakes are analyzed: the published `metadata.json`.
public struct ModelRecord: Hashable, Sendable {
  /// The folder's name: the model's name with `/` as `--`.
  public var folder: String
  /// The model's name, such as `timm/resnet50.a1_in1k`.
  public var modelID: String
  /// `mlp`, `cnn`, `transformer` or `hybrid`.
  public var architectureFamily: String
  /// The architecture, such as `resnet`.
  public var architecture: String
  /// The published words for the training images, such as `ImageNet-1k (1.2M)`.
  public var trainingData: String
  /// Where the weights come from: `timm`, `torchvision.models`, `torch.hub` or `huggingface`.
  public var source: String
  /// What else the training used, such as `Distillation`.
  public var extraAnnotations: [String]
  /// The number of trainable parameters.
  public var parameterCount: Int
  /// The batch's size when predictions were made.
  public var batchSize: Int
  /// Top-1 accuracies in per cent by their published keys, `top1_val_acc` first.
  public var accuracies: [Accuracy]
  /// The seconds that predictions took, images included; `nil` where not measured.
  public var seconds: Double?

  /// A measured accuracy.
  public struct Accuracy: Codable, Hashable, Sendable {
    /// The published key: `top1_val_acc`, or `top1_val_acc_subset_200` among the classes that occur.
    public var key: String
    /// Per cent, from 0 to 100, as published.
    public var percent: Double

    public init(key: String, percent: Double) {
      self.key = key
      self.percent = percent
    }
  }

  public init(
    folder: String, modelID: String, architectureFamily: String, architecture: String,
    trainingData: String, source: String, extraAnnotations: [String] = [], parameterCount: Int,
    batchSize: Int = 0, accuracies: [Accuracy] = [], seconds: Double? = nil
  ) {
    self.folder = folder
    self.modelID = modelID
    self.architectureFamily = architectureFamily
    self.architecture = architecture
    self.trainingData = trainingData
    self.source = source
    self.extraAnnotations = extraAnnotations
    self.parameterCount = parameterCount
    self.batchSize = batchSize
    self.accuracies = accuracies
    self.seconds = seconds
  }
}
