import CredencePredictions

/// The decisions in a matrix of logits, and how many of them are right.
struct TopClasses {
  /// The predicted class of each sample.
  private(set) var top1: [Int32] = []
  /// The classes of the largest logits, `[samples, count]`, largest first; of equal ones the first.
  private(set) var top: [Int32] = []
  /// How many classes `top` has for each sample: 5, or all where there are fewer.
  let count: Int
  /// How many predictions are the label.
  private(set) var correctCount = 0
  /// How many are, where only the classes that occur may be predicted.
  private(set) var subsetCorrectCount = 0

  /// Ranks the classes of each sample.
  ///
  /// - Parameters:
  ///   - logits: `[samples, classes]`, finite.
  ///   - targets: As many labels.
  ///   - classes: The classes that occur, ascending.
  init(_ logits: Matrix, targets: [Int32], classes: [Int]) {
    let width = logits.columnCount
    let count = min(5, width)
    self.count = count
    let results = try? parallelBlocks(count: logits.rowCount, blockSize: 256) { rows in
      var part = Block()
      var scratch: [Float] = []
      logits.withRows(rows, scratch: &scratch) { values in
        for row in rows {
          let start = (row - rows.lowerBound) * width
          let best = Self.largest(count, of: values[start..<start + width], from: start)
          part.top += best
          if best.first == targets[row] { part.correctCount += 1 }
          let among = classes.max { values[start + $0] < values[start + $1] }
          // Of equal ones `max` takes the last, NumPy the first.
          let first = among.flatMap { largest in
            classes.first { values[start + $0] == values[start + largest] }
          }
          if let first, first == Int(targets[row]) { part.subsetCorrectCount += 1 }
        }
      }
      return part
    }
    // The body throws nothing.
    for block in results ?? [] {
      top += block.top
      correctCount += block.correctCount
      subsetCorrectCount += block.subsetCorrectCount
    }
    top1 = stride(from: 0, to: top.count, by: max(1, count)).map { top[$0] }
  }

  private struct Block: Sendable {
    var top: [Int32] = []
    var correctCount = 0
    var subsetCorrectCount = 0
  }

  /// The positions of the largest numbers, largest first.
  private static func largest(
    _ count: Int, of values: Slice<UnsafeBufferPointer<Float>>, from start: Int
  ) -> [Int32] {
    var best: [Int] = []
    best.reserveCapacity(count + 1)
    for position in values.indices {
      let value = values[position]
      if best.count == count, value <= values[best[count - 1]] { continue }
      var place = best.count
      while place > 0, values[best[place - 1]] < value { place -= 1 }
      best.insert(position, at: place)
      if best.count > count { best.removeLast() }
    }
    return best.map { Int32($0 - start) }
  }
}
