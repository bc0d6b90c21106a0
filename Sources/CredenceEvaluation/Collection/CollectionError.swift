public import Foundation

/// Why predictions for the error analysis can't be collected.
public enum CollectionError: LocalizedError, Hashable, Sendable {
  /// A module that the publication does not have.
  case unknownModule(name: String, nearest: String?, known: [String])
  /// `all` beside other modules.
  case allNotAlone
  /// A name of the publication's form that is no published model.
  case unknownModel(name: String, nearest: [String])
  /// Two models whose predictions would get one folder.
  case duplicateModel(id: String)
  /// Images whose place nobody said.
  case noImages(dataset: String, variable: String?)
  /// A folder that is no class of ImageNet.
  case unknownFolder(name: String, path: String)
  /// An image whose class is not known.
  case unlabeled(path: String, image: String)
  /// A network that tells other classes apart.
  case classCount(model: String, found: Int, expected: Int, dataset: String)
  /// Models of a kind of network that does not exist here.
  case unknownArchitecture(name: String, models: [String])
  /// Models whose weights are not on the hub.
  case needsWeights(models: [String])
  /// Predictions that were made with other weights.
  case otherWeights(file: String, differences: [String])
  /// A data set that has no models yet.
  case noModels(folder: String)
  /// A file of descriptions that does not describe a model.
  case undescribedModel(file: String, name: String, known: [String])

  public var errorDescription: String? {
    switch self {
    case .unknownModule(let name, _, _): "There is no module ‘\(name)’."
    case .allNotAlone: "The module ‘all’ stands beside others."
    case .unknownModel(let name, _): "There is no published model ‘\(name)’."
    case .duplicateModel(let id): "Two models are called ‘\(id)’."
    case .noImages(let dataset, _): "It is not known where the images of ‘\(dataset)’ are."
    case .unknownFolder(let name, let path):
      "The folder ‘\(name)’ of ‘\(path)’ is none of the 1000 classes of ImageNet."
    case .unlabeled(let path, let image): "The class of ‘\(image)’ in ‘\(path)’ is not known."
    case .classCount(let model, let found, let expected, let dataset):
      "‘\(model)’ tells \(found) classes apart, and ‘\(dataset)’ has \(expected)."
    case .unknownArchitecture(let name, let models):
      "\(Self.count(models)) can't be run, for there is no network ‘\(name)’ here: \(models.joined(separator: ", "))."
    case .needsWeights(let models):
      "\(Self.count(models)) can't be run without a file of weights: \(models.joined(separator: ", "))."
    case .otherWeights(let file, _): "‘\(file)’ was made by another run."
    case .noModels(let folder): "‘\(folder)’ has no models."
    case .undescribedModel(let file, let name, _): "‘\(file)’ does not describe ‘\(name)’."
    }
  }

  private static func count(_ models: [String]) -> String {
    models.count == 1 ? "A model" : "\(models.count) models"
  }

  public var failureReason: String? {
    switch self {
    case .unknownModule(_, let nearest, let known):
      (nearest.map { "Is ‘\($0)’ meant? " } ?? "")
        + "The modules are all, \(known.joined(separator: ", "))."
    case .allNotAlone: "It stands for every module."
    case .unknownModel(_, let nearest):
      nearest.isEmpty ? nil : "Similar ones are \(nearest.joined(separator: ", "))."
    case .duplicateModel: "Their predictions would get one folder."
    case .noImages(_, let variable): variable.map { "The environment variable \($0) is not set." }
    case .unknownFolder:
      "The classes of predictions are those 1000, in the order of their WordNet ids."
    case .unlabeled: "Every image must lie in the folder of its class."
    case .classCount: "A prediction is compared with the label by its number."
    case .unknownArchitecture, .needsWeights, .noModels: nil
    case .otherWeights(_, let differences): "It differs in \(differences.joined(separator: ", "))."
    case .undescribedModel(_, _, let known): "It has \(known.joined(separator: ", "))."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .unknownModule: "‘credence errors collect --list-modules’ shows how many models each has."
    case .allNotAlone: "Give ‘all’ alone, or the modules that are meant."
    case .unknownModel: "Name a published model, or one that ‘credence models’ lists."
    case .duplicateModel: "Give one of them another name by --model-id."
    case .noImages(_, let variable):
      "Give the folder by --data-dir" + (variable.map { ", or set \($0)" } ?? "") + "."
    case .unknownFolder:
      "Name the folders by WordNet ids such as n01440764, or number them by --class-map."
    case .unlabeled: "Put the image into a folder, or take it away."
    case .classCount:
      "Choose a network for these classes, or number the folders by --class-map."
    case .unknownArchitecture:
      "Run them with another program and put their preds.npz into the artefacts tree, or export them and give NAME=FILE."
    case .needsWeights: "Give each as NAME=FILE by --models."
    case .otherWeights:
      "Give the model another name by --model-id, or replace its predictions by --overwrite."
    case .noModels: "Collect predictions first."
    case .undescribedModel: "Add an entry of that name, or leave the file out."
    }
  }
}
