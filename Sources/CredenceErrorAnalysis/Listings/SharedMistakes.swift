import CredenceFiles

/// A mistake that one or more models make: an image, and the class that they see on it.
public struct SharedMistake: Hashable, Sendable {
  /// The row of the samples.
  public let row: Int
  /// The class that was predicted.
  public let prediction: Int
  /// How many models make it.
  public let count: Int
  /// The first of these models, by its place among the tables.
  public let firstModel: Int
}

extension ErrorTable {
  /// The mistakes of one kind that models have in common, most frequent first.
  ///
  /// Equal counts stand in the order in which they are met first: by model, then by row.
  ///
  /// - Parameters:
  ///   - type: The kind.
  ///   - tables: One table per model, all of the same samples.
  ///   - skipsProblematic: The problematic samples where these do not count; `nil` to count them all.
  public static func sharedMistakes(
    _ type: ErrorType, in tables: [ErrorTable], except isProblematic: [Bool]? = nil
  ) throws -> [SharedMistake] {
    guard let rowCount = tables.first?.outcomes.count else { return [] }
    precondition(tables.allSatisfy { $0.outcomes.count == rowCount })
    let found = try parallelBlocks(count: rowCount, blockSize: 256) { rows in
      var mistakes: [SharedMistake] = []
      var predictions: [Int32] = []
      var counts: [Int] = []
      var firsts: [Int] = []
      for row in rows where isProblematic?[row] != true {
        predictions.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        firsts.removeAll(keepingCapacity: true)
        for model in tables.indices
        where tables[model].outcomes[row].code & 15 == type.rawValue {
          let prediction = tables[model].predictions[row]
          if let index = predictions.firstIndex(of: prediction) {
            counts[index] += 1
          } else {
            predictions.append(prediction)
            counts.append(1)
            firsts.append(model)
          }
        }
        for index in predictions.indices {
          mistakes.append(
            SharedMistake(
              row: row, prediction: Int(predictions[index]), count: counts[index],
              firstModel: firsts[index]))
        }
      }
      return mistakes
    }
    return found.joined().sorted {
      ($1.count, $0.firstModel, $0.row) < ($0.count, $1.firstModel, $1.row)
    }
  }
}
