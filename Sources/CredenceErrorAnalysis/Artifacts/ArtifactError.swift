public import Foundation

/// Why a file of an artefacts tree can't be used.
///
/// Rows are counted from 0, as in the arrays.
public enum ArtifactError: LocalizedError, Hashable, Sendable {
  /// An archive without an array that it must have.
  case missingArray(file: String, name: String, found: [String])
  /// An array of another shape or kind of numbers.
  case wrongArray(file: String, name: String, found: String, expected: String)
  /// Predictions of more or fewer samples than the list has.
  case sampleCount(file: String, found: Int, expected: Int)
  /// A number that is no class.
  case classOutOfRange(file: String, array: String, row: Int, value: Int, classCount: Int)
  /// A number that is not finite.
  case notFinite(file: String, array: String, row: Int)
  /// A sample that stands twice in a list.
  case duplicateSample(file: String, name: String, row: Int, earlierRow: Int)
  /// A sample without a name, or with a name of another form.
  case badSampleName(file: String, name: String, row: Int)
  /// A sample of the list that the predictions lack.
  case missingSample(file: String, name: String, row: Int)
  /// A label that contradicts the list of samples.
  case otherLabel(file: String, name: String, row: Int, found: Int, expected: Int)
  /// A list of samples that differs from the one that is there.
  case otherSamples(file: String, row: Int, found: String, expected: String)
  /// Class folders whose order is not that of the class numbers.
  case folderOrder(folder: String, target: Int, previous: Int)
  /// A description of a model with a wrong entry.
  case badMetadata(file: String, key: String, problem: String)
  /// A folder in which no predictions are found.
  case noPredictions(folder: String)
  /// A folder with several files of predictions.
  case severalPredictions(folder: String, files: [String])
  /// A data set without its list of samples.
  case missingSamples(file: String)
  /// Logits of one of the two models whose predictions are published apart.
  case missingLogits(id: String, file: String)
  /// A table of classified mistakes that lacks something, or is of another form.
  case badTable(file: String, problem: String)

  public var errorDescription: String? {
    switch self {
    case .missingArray(let file, let name, let found):
      "‘\(file)’ has no array ‘\(name)’; it has \(found.isEmpty ? "none" : found.joined(separator: ", "))."
    case .wrongArray(let file, let name, let found, let expected):
      "‘\(name)’ of ‘\(file)’ is \(found); it must be \(expected)."
    case .sampleCount(let file, let found, let expected):
      "‘\(file)’ has predictions of \(found) samples; the list of samples has \(expected)."
    case .classOutOfRange(let file, let array, let row, let value, let classCount):
      "‘\(array)’ of ‘\(file)’ is \(value) in row \(row); it must be from 0 to \(classCount - 1)."
    case .notFinite(let file, let array, let row):
      "‘\(array)’ of ‘\(file)’ has numbers that are not finite, first in row \(row)."
    case .duplicateSample(let file, let name, let row, let earlierRow):
      "‘\(file)’ names the sample ‘\(name)’ in rows \(earlierRow) and \(row)."
    case .badSampleName(let file, let name, let row):
      "‘\(file)’ calls the sample of row \(row) ‘\(name)’; it must be folder/file."
    case .missingSample(let file, let name, let row):
      "‘\(file)’ has no prediction of ‘\(name)’, row \(row) of the list of samples."
    case .otherLabel(let file, let name, let row, let found, let expected):
      "‘\(file)’ gives ‘\(name)’ the label \(found) in row \(row); the list of samples says \(expected)."
    case .otherSamples(let file, let row, let found, let expected):
      "The samples are not those of ‘\(file)’: row \(row) is \(found), and the file has \(expected)."
    case .folderOrder(let folder, let target, let previous):
      "The folder ‘\(folder)’ has class \(target), but the folder before it has class \(previous)."
    case .badMetadata(let file, let key, let problem):
      "‘\(key)’ of ‘\(file)’ \(problem)."
    case .noPredictions(let folder): "‘\(folder)’ has no predictions."
    case .severalPredictions(let folder, let files):
      "‘\(folder)’ has several files of predictions: \(files.joined(separator: ", "))."
    case .missingSamples(let file): "The list of samples, ‘\(file)’, is not there."
    case .missingLogits(let id, let file):
      "The logits of ‘\(id)’ are not there; they belong to ‘\(file)’."
    case .badTable(let file, let problem):
      "‘\(file)’ is no table of classified mistakes: \(problem)."
    }
  }

  public var failureReason: String? {
    switch self {
    case .missingArray, .wrongArray, .classOutOfRange, .notFinite:
      "The file is damaged, or of another kind than its place says."
    case .sampleCount, .missingSample, .otherSamples:
      "Predictions of different images can't be counted together."
    case .duplicateSample, .badSampleName: "A sample is found by its name."
    case .otherLabel: "The classes are numbered otherwise, or the samples are others."
    case .folderOrder:
      "Class folders must be in the order of their class numbers, as WordNet ids are."
    case .badMetadata: "Tables and figures take what they say of a model from there."
    case .noPredictions: nil
    case .severalPredictions: "It is not clear which are meant."
    case .missingSamples: "It says which image and which class each prediction is about."
    case .missingLogits:
      "They are one NumPy array [50000, 1000], images in the order of their numbers."
    case .badTable: nil
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .missingArray, .wrongArray, .classOutOfRange, .notFinite:
      "Make it again by ‘credence errors collect’, or correct the program that wrote it."
    case .sampleCount, .missingSample, .otherSamples:
      "Run the model on the same images, or use another --artefacts folder for other images."
    case .duplicateSample, .badSampleName: "Write the list again by ‘credence errors collect’."
    case .otherLabel: "Check the class numbers of the program that made the predictions."
    case .folderOrder: "Rename the folders to WordNet ids."
    case .badMetadata: "Correct the entry, or remove it."
    case .noPredictions:
      "Run ‘credence errors collect’, or put preds.npz or a file of ‘credence predict’ there."
    case .severalPredictions: "Leave one of them there, or call it preds.npz."
    case .missingSamples:
      "Run ‘credence errors collect’ for one model, or copy the file with the predictions."
    case .missingLogits(let id, _):
      "Download https://storage.googleapis.com/brain-car-datasets/imagenet-mistakes/logits/\(id).npz and put it there."
    case .badTable(let file, _):
      "Convert it: \(ConversionLine.text(file))"
    }
  }
}
