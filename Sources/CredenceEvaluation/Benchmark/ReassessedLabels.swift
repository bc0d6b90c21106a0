import CredenceFiles
public import CredencePredictions
public import Foundation

/// Labels that several people gave to the validation images of ImageNet: for each image all classes that are right, or none.
///
/// - Note: ReaL labels; Beyer et al., arXiv:2006.07159.
public struct ReassessedLabels: Sendable {
  /// For each image by its number in the file name, from 1, its classes.
  private let classes: [[Int]]

  /// Reads `real.json`: a list of lists.
  ///
  /// - Throws: `FileError`.
  public init(contentsOf file: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw FileError.unreadable(file: file.relativePath, reason: error.localizedDescription)
    }
    guard let lists = try? JSONDecoder().decode([[Int]].self, from: data),
      lists.joined().allSatisfy({ (0..<1 << 24).contains($0) })
    else {
      throw FileError.malformed(
        file: file.relativePath, format: "ReaL", problem: "it is not a list of lists of classes")
    }
    classes = lists
  }

  /// The predictions with these labels, by the images' names, which end in `_00000001` and so on.
  ///
  /// A sample's label is the predicted class where that is right, else the first of the right ones; a sample without any is left
  /// unlabeled. So everything that depends on right and wrong is exact, and log-likelihoods are those of that label.
  ///
  /// - Throws: `EvaluationError.noLabels` where a name has no such number.
  public func relabeling(_ set: PredictionSet, file: String) throws -> PredictionSet {
    guard let ids = set.sampleIDs, let matrix = set.scoreMatrix else {
      throw EvaluationError.noLabels(file: file)
    }
    var labels = [Int32](repeating: -1, count: set.sampleCount)
    var scratch: [Float] = []
    for row in labels.indices {
      guard let number = Self.number(ids[row]), number >= 1, number <= classes.count
      else {
        throw EvaluationError.noLabels(file: file)
      }
      let right = classes[number - 1]
      guard let first = right.first else { continue }
      let predicted = matrix.withRows(row..<row + 1, scratch: &scratch) { values in
        values.indices.max { values[$0] < values[$1] } ?? 0
      }
      labels[row] = Int32(right.contains(predicted) ? predicted : first)
    }
    var result = set
    result.labels = labels
    result.metadata.dataset += "-real"
    return result
  }

  /// The digits at the end of a file's name.
  private static func number(_ id: String) -> Int? {
    let stem = id.split(separator: "/").last?.split(separator: ".").first ?? ""
    return Int(stem.reversed().prefix { $0.isNumber }.reversed().map(String.init).joined())
  }
}
