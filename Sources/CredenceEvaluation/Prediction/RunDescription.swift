public import CredenceData
public import CredenceTensor

/// Everything that the numbers of a prediction run depend on: two runs with equal descriptions give the same file.
public struct RunDescription: Codable, Hashable, Sendable {
  public var model: String
  /// What is computed: the architecture and which of a checkpoint's weights, or the kind of program.
  public var computation: String
  /// SHA-256 of the weights, in hexadecimal digits.
  public var weightsSHA256: String
  public var dataset: String
  public var split: String
  /// SHA-256 of the samples' names and labels, in hexadecimal digits.
  public var samplesSHA256: String
  /// The samples that are run, of all.
  public var firstSample: Int
  public var endSample: Int
  public var sampleCount: Int
  public var preprocessing: Preprocessing
  public var elementType: ElementType
  public var keepsEmbeddings: Bool

  public init(
    model: String, computation: String, weightsSHA256: String, dataset: String, split: String,
    samplesSHA256: String,
    samples: Range<Int>, sampleCount: Int, preprocessing: Preprocessing,
    elementType: ElementType, keepsEmbeddings: Bool
  ) {
    self.model = model
    self.computation = computation
    self.weightsSHA256 = weightsSHA256
    self.dataset = dataset
    self.split = split
    self.samplesSHA256 = samplesSHA256
    firstSample = samples.lowerBound
    endSample = samples.upperBound
    self.sampleCount = sampleCount
    self.preprocessing = preprocessing
    self.elementType = elementType
    self.keepsEmbeddings = keepsEmbeddings
  }

  public var samples: Range<Int> { firstSample..<endSample }

  /// The parts in which two descriptions differ, in words.
  func differences(from other: RunDescription) -> [String] {
    var parts: [String] = []
    func note(_ name: String, _ isEqual: Bool) { if !isEqual { parts.append(name) } }
    note("the model", model == other.model)
    note("the architecture", computation == other.computation)
    note("the weights", weightsSHA256 == other.weightsSHA256)
    note("the data set", dataset == other.dataset && split == other.split)
    note("the samples", samplesSHA256 == other.samplesSHA256 && samples == other.samples)
    note("the preprocessing", preprocessing == other.preprocessing)
    note("the precision", elementType == other.elementType)
    note("whether embeddings are kept", keepsEmbeddings == other.keepsEmbeddings)
    return parts
  }
}
