import CredenceFiles
public import Foundation

/// The classes of the training images that look most like each sample: the published `valid_clip_knn.npz`.
public struct NearestTrainingImages: Sendable {
  /// So many neighbors decide whether a sample looks like a class.
  public static let decisiveCount = 10

  /// The classes of the nearest images of each row, nearest first: `rows × decisiveCount`.
  public let targets: [Int32]
  /// The places of those images in the training set, in the same order.
  public let indices: [Int]
  /// The file, for messages.
  public let source: String

  /// Reads the neighbors of the annotated samples.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError` for another number of samples, fewer than ten neighbors, and classes that are none.
  public init(contentsOf url: URL, samples: AnnotatedSamples, classCount: Int) throws {
    let file = url.relativePath
    let archive = try NPZ(contentsOf: url)
    func table(_ name: String) throws -> (values: [Int], columns: Int) {
      guard let array = try archive.array(name) else {
        throw ErrorAnalysisError.mismatch(file: file, problem: "it has no array ‘\(name)’")
      }
      guard array.shape.count == 2, array.shape[0] == samples.predictionCount,
        array.shape[1] >= Self.decisiveCount, let values = array.integers()
      else {
        throw ErrorAnalysisError.mismatch(
          file: file,
          problem: "‘\(name)’ is \(array.shape); it must be [\(samples.predictionCount), "
            + "\(Self.decisiveCount) or more] integers")
      }
      return (values, array.shape[1])
    }
    let (targets, columns) = try table("topk_train_targets")
    let indices = try table("topk_train_indices")
    var rows: [Int32] = []
    rows.reserveCapacity(samples.count * Self.decisiveCount)
    var places: [Int] = []
    for position in samples.positions {
      for column in 0..<Self.decisiveCount {
        let target = targets[position * columns + column]
        guard target >= 0, target < classCount else {
          throw ErrorAnalysisError.badEntry(
            file: file, entry: "row \(position), neighbor \(column)",
            problem: "\(target) is none of the \(classCount) classes")
        }
        rows.append(Int32(target))
        places.append(indices.values[position * indices.columns + column])
      }
    }
    self.targets = rows
    self.indices = places
    source = file
  }

  /// The classes of a row's nearest images, nearest first.
  public func targets(of row: Int) -> ArraySlice<Int32> {
    targets[row * Self.decisiveCount..<(row + 1) * Self.decisiveCount]
  }
}
