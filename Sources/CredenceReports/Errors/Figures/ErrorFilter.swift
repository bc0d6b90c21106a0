import CredenceErrorAnalysis
import CredenceFiles
import Foundation

/// A condition on a column of the statistics: which models a figure shows.
public struct ErrorFilter: Hashable, Sendable {
  /// How a column's value is compared.
  public enum Operator: String, CaseIterable, Hashable, Sendable {
    case notIn = "not in"
    case `in`
    case atLeast = ">="
    case atMost = "<="
    case equal = "=="
    case unequal = "!="
    case above = ">"
    case below = "<"
    /// Every model passes.
    case any = "*"
  }

  public let column: String
  public let comparison: Operator
  /// One value, or several after `in` and `not in`; none after `*`.
  public let values: [String]

  public init(column: String, _ comparison: Operator, _ values: [String]) {
    self.column = column
    self.comparison = comparison
    self.values = values
  }

  /// Reads a condition such as `arch_group in ViT,CNN`, `num_params < 1e8` or `arch *`.
  ///
  /// Values stand after the operator, those of a list between commas; quotes around them may be left out.
  ///
  /// - Throws: `ErrorFigureError.badFilter`.
  public init(_ text: String) throws(ErrorFigureError) {
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    let column = trimmed.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    let rest = trimmed.dropFirst(column.count).trimmingCharacters(in: .whitespaces)
    guard !column.isEmpty else {
      throw .badFilter(text, problem: "it begins with no name of a column")
    }
    let found = Operator.allCases.first { comparison in
      guard rest.hasPrefix(comparison.rawValue) else { return false }
      let next = rest.dropFirst(comparison.rawValue.count).first
      return comparison.isWord ? next.map { !$0.isLetter && !$0.isNumber } ?? true : true
    }
    guard let found else { throw .badFilter(text, problem: "it has no operator") }
    let value = rest.dropFirst(found.rawValue.count).trimmingCharacters(in: .whitespaces)
    let parts =
      found.isWord ? Self.list(value) : value.isEmpty ? [] : [Self.withoutQuotes(value)]
    guard found == .any ? parts.isEmpty : !parts.isEmpty else {
      throw .badFilter(
        text, problem: found == .any ? "nothing may follow *" : "it has no value")
    }
    self.init(column: String(column), found, parts)
  }

  private static func list(_ text: String) -> [String] {
    var text = Substring(text)
    if let first = text.first, let last = text.last, "[(".contains(first), "])".contains(last),
      text.count > 1
    {
      text = text.dropFirst().dropLast()
    }
    return text.split(separator: ",").map {
      withoutQuotes($0.trimmingCharacters(in: .whitespaces))
    }.filter { !$0.isEmpty }
  }

  private static func withoutQuotes(_ text: String) -> String {
    guard text.count > 1, let first = text.first, first == text.last, first == "'" || first == "\""
    else { return text }
    return String(text.dropFirst().dropLast())
  }

  /// The models that pass.
  ///
  /// Numbers are those of the group of all classes. A value that is not defined passes `!=`, `not in` and `*` only.
  ///
  /// - Returns: Positions in the models, ascending.
  /// - Throws: `ErrorFigureError.unknownColumn`, or `badFilter` for a value that does not go with its column.
  public func rows(_ statistics: ErrorStatistics) throws(ErrorFigureError) -> [Int] {
    let rows = Array(statistics.models.indices)
    if let numbers = statistics.numbers[.all]?[column] {
      if comparison == .any { return rows }
      var wanted: [Double] = []
      for value in values {
        guard let number = CSV.number(value), number.isFinite else {
          throw .badFilter(
            "\(column) \(comparison.rawValue) \(value)", problem: "‘\(value)’ is no number")
        }
        wanted.append(number)
      }
      return rows.filter { passes(numbers[$0], wanted) }
    }
    let texts =
      column == "model_dir_id" ? statistics.models : statistics.texts[column]
    guard let texts else {
      throw .unknownColumn(
        column, kind: "numbers or text",
        known: (statistics.columns(of: .all) + ["model_dir_id"]).sorted())
    }
    switch comparison {
    case .any: return rows
    case .in, .equal: return rows.filter { values.contains(texts[$0]) }
    case .notIn, .unequal: return rows.filter { !values.contains(texts[$0]) }
    case .above, .below, .atLeast, .atMost:
      throw .badFilter(
        "\(column) \(comparison.rawValue) \(values.joined(separator: ","))",
        problem: "‘\(column)’ holds text, which \(comparison.rawValue) does not compare")
    }
  }

  private func passes(_ number: Double, _ wanted: [Double]) -> Bool {
    guard let first = wanted.first else { return false }
    return switch comparison {
    case .above: number > first
    case .atLeast: number >= first
    case .below: number < first
    case .atMost: number <= first
    case .equal, .in: wanted.contains(number)
    case .unequal, .notIn: !wanted.contains(number)
    case .any: true
    }
  }
}

extension ErrorFilter.Operator {
  fileprivate var isWord: Bool { self == .in || self == .notIn }
}

extension ErrorStatistics {
  /// The statistics of the models that pass every filter.
  ///
  /// - Throws: `ErrorFigureError`; `nothingLeft` where no model passes.
  public func filtered(by filters: [ErrorFilter]) throws(ErrorFigureError) -> Self {
    var rows = Array(models.indices)
    for filter in filters {
      let passing = Set(try filter.rows(self))
      rows = rows.filter(passing.contains)
    }
    guard !rows.isEmpty else { throw .nothingLeft }
    return rows.count == models.count ? self : selecting(rows)
  }
}
