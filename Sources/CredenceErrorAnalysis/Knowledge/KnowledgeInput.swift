/// One of the things that people must supply before mistakes can be analyzed.
///
/// The catalog is `KnowledgeInput.all`; error messages, `errors prepare` and the documentation read it.
public struct KnowledgeInput: Identifiable, Hashable, Sendable {
  /// The short name, as in manifests.
  public let id: String
  /// What it is, in the plural.
  public let title: String
  /// The option that names its file.
  public let option: String
  /// What it is for: one sentence.
  public let purpose: String
  /// The commands that need it.
  public let commands: [String]
  /// Where it comes from and where it goes: sentences.
  public let source: String
  /// What can be done without it: one sentence.
  public let without: String
}

extension KnowledgeInput {
  /// Everything that is looked for, in the order of use.
  public static let all: [Self] = [
    .classes, .samples, .predictions, .wordNet, .superclasses, .multiLabels, .pairs, .neighbors,
    .imageFeatures, .textFeatures, .mistakes, .imageNetM,
  ]

  private static let classification = ["analyze", "explain"]

  public static let classes = Self(
    id: "classes", title: "Class names", option: "--classes FILE",
    purpose: "Each class needs a name; ImageNet's are built in.",
    commands: ["analyze", "summarize", "pairs", "common", "describe", "explain"],
    source: "Give a file with one class per line, or a CSV with the columns id and name.",
    without: "Nothing can be done without them.")

  public static let samples = Self(
    id: "samples", title: "Sample lists (samples_info.npz)", option: "--artefacts DIR",
    purpose: "They name the images and their original labels, in the order of all predictions.",
    commands: ["analyze", "summarize", "pairs", "common", "describe", "explain"],
    source:
      "‘credence errors collect’ writes DATASET/samples_info.npz with the first model's predictions.",
    without: "Nothing can be done without them.")

  public static let predictions = Self(
    id: "predictions", title: "Predictions of models", option: "--artefacts DIR",
    purpose: "They are what is analyzed: DATASET/MODEL/preds.npz.",
    commands: ["analyze"],
    source:
      "‘credence errors collect’ writes them; any other program can write the array top1 too.",
    without: "‘errors describe’ needs none.")

  public static let wordNet = Self(
    id: "wordnet", title: "WordNet 3.0's nouns (data.noun)", option: "--wordnet PATH",
    purpose: "They say which classes are organisms or artifacts, and what superclasses hold.",
    commands: ["analyze", "summarize", "pairs", "describe", "explain"],
    source:
      "Install the package wordnet-base (apt-get install wordnet-base), or name the folder or file, plain or compressed.",
    without: "Classes of your own can come with a hierarchy of your own: --hierarchy FILE.")

  public static let superclasses = Self(
    id: "superclasses", title: "Superclasses", option: "--superclasses FILE",
    purpose: "Mistakes within a superclass are fine-grained.",
    commands: ["analyze", "pairs", "explain"],
    source:
      "The published set is superclasses.json in the authors' artefacts.tar.gz; without it the set that comes with Credence is used, and the output says so.",
    without: "Classes of your own without a hierarchy are each a superclass of their own.")

  public static let multiLabels = Self(
    id: "multi-labels", title: "Multi-labels", option: "--multi-labels FILE",
    purpose: "They name every correct class of an image.",
    commands: ["analyze", "summarize", "pairs", "common", "describe", "explain"],
    source:
      "Give human_accuracy_v3.0.0.json, the CSV form, or the TFRecord files of TensorFlow Datasets' imagenet2012_multilabel 3.0.0.",
    without: "On other data sets than imagenet the original label is then the only correct one.")

  public static let pairs = Self(
    id: "pairs", title: "Co-occurrences of classes", option: "--real FILE or --pairs FILE",
    purpose: "They say which classes often occur on the same image.",
    commands: ["analyze", "pairs", "explain"],
    source:
      "Give real.json of google-research/reassessed-imagenet with --original-labels FILE, or a stored list of pairs with --pairs FILE.",
    without: "On data sets of your own spurious correlations are then not told apart.")

  public static let neighbors = Self(
    id: "neighbors", title: "Nearest training images (valid_clip_knn.npz)",
    option: "--neighbors FILE",
    purpose: "They say whether an image looks like the predicted class at all.",
    commands: ["analyze", "explain"],
    source: "‘credence errors features’ writes DATASET/valid_clip_knn.npz.",
    without: "--without-oov leaves the out-of-vocabulary stage out and marks every output.")

  public static let imageFeatures = Self(
    id: "image-features", title: "CLIP's image features", option: "--image-features FILE",
    purpose: "They are compared with the names of things that are no class.",
    commands: ["analyze", "explain"],
    source: "‘credence errors features’ writes DATASET/clip_image_features.safetensors.",
    without: "--without-oov leaves the out-of-vocabulary stage out and marks every output.")

  public static let textFeatures = Self(
    id: "text-features", title: "CLIP's text features", option: "--text-features FILE",
    purpose: "They stand for the names of classes and of things that are no class.",
    commands: ["analyze", "explain"],
    source: "‘credence errors features’ writes clip_text_features.safetensors.",
    without: "--without-oov leaves the out-of-vocabulary stage out and marks every output.")

  public static let mistakes = Self(
    id: "mistakes", title: "Experts' mistake lists", option: "--mistakes DIR",
    purpose: "They name the images that are untypical of their class.",
    commands: ["analyze", "explain", "compare with experts"],
    source:
      "Give the folder metadata of google-research/imagenet-mistakes, with greedy_soups_mistakes.json and vit3b_mistakes.json.",
    without:
      "--without-non-prototypical leaves that category out and marks every output.")

  public static let imageNetM = Self(
    id: "imagenet-m", title: "ImageNet-M names", option: "--imagenet-m FILE",
    purpose: "Three columns of the statistics count mistakes on ImageNet-M.",
    commands: ["summarize"],
    source: "They are the key imagenet_m of human_accuracy_v3.0.0.json.",
    without: "Those three columns stay empty.")
}
