import CredenceFiles
public import CredencePredictions
public import Foundation

/// The classes that occur in a data set which has fewer than the classifier, as the 200 of ImageNet-A.
public struct ClassSubset: Sendable {
  /// The classifier's class numbers, ascending.
  public let classes: [Int]

  /// A subset.
  ///
  /// - Parameter classes: At least two different class numbers.
  /// - Throws: `EvaluationError.invalidSetting`.
  public init(_ classes: [Int]) throws {
    let sorted = Set(classes).sorted()
    guard sorted.count >= 2, sorted[0] >= 0 else {
      throw EvaluationError.invalidSetting(
        name: "The number of valid classes", value: "\(sorted.count)", allowed: "2 or more")
    }
    self.classes = sorted
  }

  /// Reads a text with one class a line: its number, or its name among `classNames`.
  ///
  /// - Throws: `FileError.badField` for a line that is neither.
  public init(contentsOf file: URL, classNames: [String]) throws {
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw FileError.unreadable(file: file.relativePath, reason: error.localizedDescription)
    }
    var numbers: [String: Int] = [:]
    for (index, name) in classNames.enumerated() { numbers[name] = index }
    var classes: [Int] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let field = line.trimmingCharacters(in: .whitespaces)
      if field.isEmpty { continue }
      guard let number = Int(field) ?? numbers[field] else {
        throw FileError.badField(
          file: file.relativePath, line: index + 1, column: 1, text: field,
          expected: "a class number, nor the name of a class")
      }
      classes.append(number)
    }
    try self.init(classes)
  }

  /// The predictions among these classes alone; samples of other classes lose their label.
  ///
  /// - Throws: `EvaluationError.invalidSetting` for a class that the predictions lack, `PredictionError` without logits or scores.
  public func restricting(_ set: PredictionSet) throws -> PredictionSet {
    guard let matrix = set.scoreMatrix else {
      throw PredictionError.sizeMismatch(
        what: "The full matrix of classes, which a subset is taken from,", expected: 1, found: 0)
    }
    guard let last = classes.last, last < matrix.columnCount else {
      throw EvaluationError.invalidSetting(
        name: "A valid class", value: "\(classes.last ?? -1)",
        allowed: "from 0 to \(matrix.columnCount - 1)")
    }
    var values: [Float] = []
    values.reserveCapacity(matrix.rowCount * classes.count)
    var scratch: [Float] = []
    let step = 256
    for start in stride(from: 0, to: matrix.rowCount, by: step) {
      let rows = start..<min(start + step, matrix.rowCount)
      matrix.withRows(rows, scratch: &scratch) { block in
        for row in 0..<rows.count {
          for column in classes { values.append(block[row * matrix.columnCount + column]) }
        }
      }
    }
    let part = try Matrix(values, columnCount: classes.count)
    var position: [Int32: Int32] = [:]
    for (index, number) in classes.enumerated() { position[Int32(number)] = Int32(index) }
    var result = set
    switch set.output {
    case .logits: result.output = .logits(part)
    // Probabilities of a part no longer sum to one, so their logarithms serve as logits.
    case .probabilities:
      result.output = .logits(
        try Matrix(
          values.map { log(max($0, .leastNormalMagnitude)) }, columnCount: classes.count))
    default: result.output = .scores(part)
    }
    result.labels = set.labels?.map { position[$0] ?? -1 }
    let names = set.metadata.classNames
    result.metadata.classNames =
      names.count == matrix.columnCount ? classes.map { names[$0] } : []
    result.head = nil
    return result
  }
}
