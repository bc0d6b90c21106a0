import CredenceFiles
import CredencePredictions
public import Foundation

/// The predicted classes of one model, and nothing else of what its file holds.
public enum ModelPredictions {
  /// The names under which a model's folder may hold its predictions, in the order in which they are looked for.
  public static let fileNames = ["preds.npz", "preds.safetensors", "predictions.safetensors"]

  /// The file in a model's folder; `nil` where there is none.
  public static func file(inFolder folder: URL) -> URL? {
    fileNames.map { folder.appendingPathComponent($0) }.first {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }

  /// The predicted class of every annotated sample.
  ///
  /// Of the published `preds.npz` only the array `top1` is read. Every other file is read as predictions are elsewhere, and the largest
  /// output decides; the first one of equal ones.
  ///
  /// - Parameters:
  ///   - url: `preds.npz`, or predictions in any form that Credence reads.
  ///   - samples: The annotated samples.
  ///   - classCount: The number of classes.
  /// - Returns: One class for each row of the samples.
  /// - Throws: `FileError`, `PredictionFileError`; `ErrorAnalysisError` for another number of samples, other names, classes that are none, and
  ///   numbers that are not finite.
  public static func classes(
    contentsOf url: URL, samples: AnnotatedSamples, classCount: Int
  ) throws -> [Int32] {
    let file = url.relativePath
    if url.pathExtension.lowercased() == "npz" {
      let archive = try NPZ(contentsOf: url)
      if let description = try archive.description(of: "top1") {
        guard description.shape == [samples.predictionCount], description.element.isInteger,
          let array = try archive.array("top1")
        else {
          throw ErrorAnalysisError.mismatch(
            file: file,
            problem: "top1 is \(description.shape) \(description.element); it must be "
              + "[\(samples.predictionCount)] integers, one for each sample")
        }
        return try rows(array, file, samples, classCount)
      }
    }
    let result = try PredictionReader.read(PredictionSource(argument: url.path))
    try checkNames(result.set, file, samples)
    let classes = try decisions(result.set, file, classCount)
    guard classes.count == samples.predictionCount else {
      throw ErrorAnalysisError.mismatch(
        file: file,
        problem: "it has \(classes.count) predictions for \(samples.predictionCount) samples")
    }
    return try samples.positions.map { position throws(ErrorAnalysisError) in
      try checked(Int(classes[position]), position, file, classCount)
    }
  }

  private static func rows(
    _ array: StoredArray, _ file: String, _ samples: AnnotatedSamples, _ classCount: Int
  ) throws -> [Int32] {
    guard let values = array.integers() else {
      throw ErrorAnalysisError.mismatch(file: file, problem: "top1 is not integers")
    }
    // Samples that are not annotated are checked too: a file that is wrong there is wrong.
    for (position, value) in values.enumerated() where value < 0 || value >= classCount {
      _ = try checked(value, position, file, classCount)
    }
    return samples.positions.map { Int32(values[$0]) }
  }

  private static func checked(
    _ value: Int, _ position: Int, _ file: String, _ classCount: Int
  ) throws(ErrorAnalysisError) -> Int32 {
    guard value >= 0, value < classCount else {
      throw .badEntry(
        file: file, entry: "row \(position)",
        problem: "the prediction \(value) is none of the \(classCount) classes")
    }
    return Int32(value)
  }

  /// Names that a file gives its samples must be those of the data set.
  private static func checkNames(
    _ set: PredictionSet, _ file: String, _ samples: AnnotatedSamples
  ) throws(ErrorAnalysisError) {
    guard let names = set.sampleIDs else { return }
    for (row, position) in samples.positions.enumerated() {
      guard position < names.count, names[position] == samples.files[row] else {
        throw .badEntry(
          file: file, entry: "row \(position)",
          problem: "the sample is ‘\(position < names.count ? names[position] : "missing")’, not "
            + "‘\(samples.files[row])’")
      }
    }
  }

  /// The class that each sample was given.
  private static func decisions(
    _ set: PredictionSet, _ file: String, _ classCount: Int
  ) throws -> [Int32] {
    switch set.output {
    case .decisions(let decisions): return decisions.predictions
    case .topK(let top):
      return try largest(top.values, file) { row, column in
        top.indices[row * top.values.columnCount + column]
      }
    case .logits(let matrix), .probabilities(let matrix), .scores(let matrix):
      guard matrix.columnCount == classCount else {
        throw ErrorAnalysisError.mismatch(
          file: file,
          problem: "it has \(matrix.columnCount) outputs for \(classCount) classes")
      }
      return try largest(matrix, file) { _, column in Int32(column) }
    }
  }

  private static func largest(
    _ matrix: Matrix, _ file: String, _ label: (_ row: Int, _ column: Int) -> Int32
  ) throws -> [Int32] {
    var classes: [Int32] = []
    classes.reserveCapacity(matrix.rowCount)
    for row in 0..<matrix.rowCount {
      let values = matrix.row(row)
      var best = 0
      for (column, value) in values.enumerated() {
        guard value.isFinite else {
          throw ErrorAnalysisError.badEntry(
            file: file, entry: "row \(row)", problem: "the output \(column) is \(value)")
        }
        if value > values[best] { best = column }
      }
      classes.append(label(row, best))
    }
    return classes
  }
}
