public import Foundation

/// Why images can't be read or prepared.
public enum DatasetError: LocalizedError, Hashable, Sendable {
  /// An image that can't be decoded.
  case unreadableImage(image: String, reason: String)
  /// A file or folder that isn't there, or may not be opened.
  case unreadable(path: String, reason: String)
  /// A file that breaks a rule of its own format.
  case malformed(file: String, format: String, problem: String)
  /// Something correct that Credence does not read, and what to do instead.
  case unsupported(path: String, what: String, instead: String)
  /// A path at which no known kind of data set lies.
  case unknownDataset(path: String, found: String, known: [String])
  /// A path that isn't there, and what stands beside it.
  case noSuchPath(path: String, nearest: String?)
  /// A name that no published data set has.
  case unknownName(name: String, nearest: String?, known: [String])
  /// A published data set that is in none of its usual places.
  case datasetNotThere(dataset: String, folder: String, places: [String], how: String)
  /// A data set that a user has to fetch by hand.
  case manualStep(dataset: String, license: String, step: String)
  /// A data set without a single image.
  case noImages(path: String)
  /// Labels or class numbers that can't be understood.
  case badLabels(file: String, problem: String)
  /// A setting of the preprocessing that no image can have.
  case badPreprocessing(problem: String)
  /// A setting of the loader that is out of range.
  case badSetting(name: String, value: String, allowed: String)
  /// Nothing says what the bytes of a file or folder must be.
  case noChecksums(path: String, found: String, lists: [String])

  public var errorDescription: String? {
    switch self {
    case .unreadableImage(let image, let reason): "‘\(image)’ can't be read: \(reason)."
    case .unreadable(let path, _): "‘\(path)’ can't be read."
    case .malformed(let file, let format, let problem):
      "‘\(file)’ is not a correct \(format) file: \(problem)."
    case .unsupported(let path, let what, _): "‘\(path)’ holds \(what)."
    case .unknownDataset(let path, let found, _): "‘\(path)’ is no data set: \(found)."
    case .noSuchPath(let path, _): "There is no ‘\(path)’."
    case .unknownName(let name, _, _): "There is no data set called ‘\(name)’."
    case .datasetNotThere(let dataset, let folder, _, _):
      "The data set \(dataset) is not in ‘\(folder)’."
    case .manualStep(let dataset, _, _): "The data set \(dataset) can't be fetched for you."
    case .noImages(let path): "‘\(path)’ holds no images."
    case .badLabels(let file, let problem): "‘\(file)’ can't be used as labels: \(problem)."
    case .badPreprocessing(let problem): "The images can't be prepared: \(problem)."
    case .badSetting(let name, let value, _): "\(name) is \(value)."
    case .noChecksums(let path, let found, _): "‘\(path)’ can't be verified: \(found)."
    }
  }

  public var failureReason: String? {
    switch self {
    case .unreadableImage: "The image is damaged, cut short or of a format that is not read."
    case .unreadable(_, let reason): reason
    case .malformed: "The file is damaged, cut short, or of another format than it seems."
    case .unsupported: "Credence does not read this."
    case .unknownDataset(_, _, let known): "Known are \(known.joined(separator: "; "))."
    case .noSuchPath: "The path names no file or folder."
    case .unknownName(_, _, let known): "Known are \(known.joined(separator: ", "))."
    case .datasetNotThere(_, _, let places, _):
      "It was looked for in \(places.map { "‘\($0)’" }.joined(separator: ", ")) there."
    case .manualStep(_, let license, _): "It is licensed under: \(license)."
    case .noImages: "Images are recognized by the ends of their names, such as .jpg and .png."
    case .badLabels: "Every image needs a class number."
    case .badPreprocessing: "The settings contradict each other or the images."
    case .badSetting(_, _, let allowed): "It must be \(allowed)."
    case .noChecksums(_, _, let lists):
      "Files are compared with the checksums that a data set was published with, or those of a list in their folder (\(lists.joined(separator: ", ")))."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .unreadableImage: "Replace the file, or leave it out by --skip-unreadable."
    case .unreadable: "Check the path and the permissions."
    case .malformed: "Fetch the file again."
    case .unsupported(_, _, let instead): instead
    case .unknownDataset: "Check the path, or arrange the images in one of these ways."
    case .noSuchPath(_, let nearest):
      nearest.map { "Did you mean ‘\($0)’?" } ?? "Check the path."
    case .unknownName(_, let nearest, _):
      nearest.map { "Did you mean ‘\($0)’?" } ?? "See them by: credence datasets list."
    case .datasetNotThere(_, _, _, let how):
      "\(how) Or name the folder of all data sets by --data-dir."
    case .manualStep(_, _, let step): step
    case .noImages: "Check the path."
    case .badLabels: "Correct the file of labels."
    case .badPreprocessing: "Change --img-size, --crop-pct, --mean, --std or --interpolation."
    case .badSetting: "Change it."
    case .noChecksums:
      "Make a list by: sha256sum * > SHA256SUMS, or give a name of: credence datasets list."
    }
  }
}
