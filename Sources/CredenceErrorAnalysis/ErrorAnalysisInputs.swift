/// Where everything is that an analysis of mistakes needs, and what is left out.
///
/// The default looks for each thing at its usual place below the artefacts folder.
public struct ErrorAnalysisInputs: Codable, Hashable, Sendable {
  /// Where one input comes from.
  public enum Choice: Codable, Hashable, Sendable {
    /// Looked for at the usual places.
    case usual
    /// This file or folder.
    case path(String)
    /// Left out.
    case none

    /// The file or folder that somebody names; the usual places where nobody does.
    public init(path: String?) { self = path.map { .path($0) } ?? .usual }
  }

  /// The folder of samples, predictions and results.
  public var artefacts = "artefacts"
  /// `imagenet`, `imagenet-a`, or the folder of a data set of the user's own.
  public var dataset = "imagenet"
  /// The classes; ImageNet's are built in.
  public var classes = Choice.usual
  /// A hierarchy of the user's own; `usual` is WordNet for classes with its identifiers.
  public var hierarchy = Choice.usual
  /// WordNet's folder or `data.noun`.
  public var wordNet = Choice.usual
  /// The definitions of superclasses.
  public var superclasses = Choice.usual
  /// Predictions that count as right; `usual` are the published ones on ImageNet, and none elsewhere.
  public var collapsedMappings = Choice.usual
  /// The correct labels of the images.
  public var multiLabels = Choice.usual
  /// ReaL's label lists.
  public var real = Choice.usual
  /// The original labels of the images in ReaL's lists.
  public var originalLabels = Choice.usual
  /// A stored list of co-occurring pairs, in place of ReaL's lists.
  public var pairs = Choice.usual
  /// The folder of experts' mistake lists.
  public var mistakes = Choice.usual
  /// ImageNet-M's names.
  public var imageNetM = Choice.usual
  /// The nearest training images.
  public var neighbors = Choice.usual
  /// CLIP's features of the images.
  public var imageFeatures = Choice.usual
  /// CLIP's features of the prompts.
  public var textFeatures = Choice.usual
  /// Whether mistakes are held against things that are no class.
  public var usesOutOfVocabulary = true

  public init() {}

  /// Whether the data set has ImageNet's classes.
  public var hasImageNetClasses: Bool { ["imagenet", "imagenet-a"].contains(dataset) }
}
