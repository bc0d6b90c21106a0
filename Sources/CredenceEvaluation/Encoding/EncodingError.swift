public import Foundation

/// Why images or prompts can't be encoded, or neighbors not be found.
public enum EncodingError: LocalizedError, Hashable, Sendable {
  /// Images that are not where they are looked for.
  case missingImages(folder: String, count: Int, total: Int, first: String)
  /// A folder of training images that is no class.
  case unknownClassFolder(folder: String, name: String, classes: Int)
  /// Neither training images nor their embeddings.
  case missingTrainingEmbeddings(looked: [String])
  /// Embeddings of another form than expected.
  case badEmbeddings(file: String, problem: String)
  /// Features of two networks where those of one are needed.
  case otherNetwork(file: String, width: Int, expected: Int)
  /// Training embeddings that other weights made than the images' features.
  case otherWeights(file: String)
  /// A file of features that is there already and was made by another program or run.
  case otherRun(file: String, differences: [String])

  public var errorDescription: String? {
    switch self {
    case .missingImages(let folder, let count, let total, let first):
      "‘\(folder)’ lacks \(count) of \(total) images, first ‘\(first)’."
    case .unknownClassFolder(let folder, let name, _):
      "‘\(folder)’ has a folder ‘\(name)’, which is no class."
    case .missingTrainingEmbeddings: "There are no embeddings of training images."
    case .badEmbeddings(let file, let problem): "‘\(file)’ can't be used: \(problem)."
    case .otherNetwork(let file, let width, let expected):
      "‘\(file)’ has embeddings of \(width) numbers, the images' features have \(expected)."
    case .otherWeights(let file): "‘\(file)’ has embeddings of other weights."
    case .otherRun(let file, _): "‘\(file)’ is there already and of another run."
    }
  }

  public var failureReason: String? {
    switch self {
    case .missingImages:
      "An image is looked for as CLASS/FILE and as FILE, in the folder and in its part ‘val’; all must be there before the long run starts."
    case .unknownClassFolder(_, _, let classes):
      "Training images stand in one folder for each of the \(classes) classes, named by its identifier."
    case .missingTrainingEmbeddings(let looked): "Looked for: \(looked.joined(separator: ", "))."
    case .badEmbeddings:
      "Expected are the arrays ‘embeddings’ [images, width] of floating-point numbers and ‘targets’ [images] of integers."
    case .otherNetwork: "Both must come from the same network."
    case .otherWeights(let file):
      "‘\(file).run.json’ says so, and the images' features must come from the same network."
    case .otherRun(_, let differences):
      "It differs in \(differences.joined(separator: ", "))."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .missingImages: "Check --images."
    case .unknownClassFolder: "Check --train, or say by --classes which classes there are."
    case .missingTrainingEmbeddings:
      "Give the training images by --train, or the published train_clip_embeddings.npz by --train-embeddings."
    case .badEmbeddings: "Make them again, or check --train-embeddings."
    case .otherNetwork: "Make the features of both with the same --clip."
    case .otherWeights:
      "Make them again by --train with --overwrite, give others by --train-embeddings, or use the --clip that made them."
    case .otherRun: "Replace it by --overwrite, or move it away."
    }
  }
}
