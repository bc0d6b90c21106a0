import Foundation

/// The results table of the published program, as text.
public struct Galil2023CSV: Hashable, Sendable {
  /// The program's own columns.
  public static let headers = [
    "Architecture", "Accuracy", "AUROC", "AUROC_TS", "ECE_15", "ECE_15_TS",
    "Coverage_for_Accuracy_99", "Coverage_for_Accuracy_99_TS", "AURC", "AURC_TS",
  ]

  /// A cell; its text depends on the type that the value has in the published program.
  public enum Value: Hashable, Sendable {
    case text(String)
    /// A plain float: a blank in place of the sign, five decimals.
    case float(Double)
    /// A double of NumPy: the shortest text that gives the number back.
    case double(Double)
    /// A tensor of one float32: the shortest text of its value as a double.
    case single(Float)

    var text: String {
      switch self {
      case .text(let text): text
      case .float(let value): Self.padded(value)
      case .double(let value): Self.shortest(value)
      case .single(let value): Self.shortest(Double(value))
      }
    }

    private static func padded(_ value: Double) -> String {
      if value.isNaN { return " nan" }
      if value.isInfinite { return value < 0 ? "-inf" : " inf" }
      return String(format: "% .5f", value)
    }

    /// Python's text: decimals from 1e-4 to below 1e16, an exponent of at least two digits elsewhere.
    private static func shortest(_ value: Double) -> String {
      if value.isNaN { return "nan" }
      if value.isInfinite { return value < 0 ? "-inf" : "inf" }
      let text = "\(value)"
      guard let mark = text.firstIndex(of: "e") else { return text }
      let exponent = Int(text[text.index(after: mark)...]) ?? 0
      let mantissa = text[..<mark].replacingOccurrences(of: ".0", with: "")
      if (-4..<16).contains(exponent) { return decimal(mantissa, exponent: exponent) }
      let digits = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
      return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(digits)"
    }

    private static func decimal(_ mantissa: String, exponent: Int) -> String {
      let sign = mantissa.hasPrefix("-") ? "-" : ""
      var digits = mantissa.filter(\.isNumber)
      if exponent < 0 {
        return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
      }
      while digits.count <= exponent { digits += "0" }
      let point = digits.index(digits.startIndex, offsetBy: exponent + 1)
      return sign + digits[..<point] + "." + (point == digits.endIndex ? "0" : digits[point...])
    }
  }

  /// What one row adds to the file and to the screen.
  public struct Row: Hashable, Sendable {
    /// The line of the file, with its line break.
    public var line: String
    /// What the program prints, with line breaks: a warning per missing value, then the row.
    public var printed: String
  }

  /// The columns of this table, in order.
  public let headers: [String]

  public init(headers: [String] = Self.headers) {
    self.headers = headers
  }

  /// The header with its line break.
  public var headerLine: String { headers.joined(separator: ",") + "\n" }

  /// The texts of a row; missing values become `None`, values without a column are passed over.
  public func row(_ values: [String: Value]) -> Row {
    let cells = headers.map { values[$0]?.text ?? "None" }
    let warnings = headers.filter { values[$0] == nil }.map { "WARNING \($0) was not logged\n" }
    let printed = zip(headers, cells).map { "\($0): \($1)  " }.joined()
    return Row(
      line: cells.joined(separator: ",") + "\n", printed: warnings.joined() + printed + "\n")
  }

  /// The whole new content of a table's file after rows were appended.
  ///
  /// The published program appends to whatever is there, so that tables with other columns mix; here that is refused
  /// unless forced.
  ///
  /// - Parameters:
  ///   - rows: The rows to append.
  ///   - existing: What the file holds now; empty for a new file.
  ///   - file: Its name, for the error.
  ///   - forcesAppend: Whether another header is accepted.
  /// - Returns: The header where the file was empty, what was there, and the rows.
  /// - Throws: `CalibrationError.headerMismatch`.
  public func appending(
    _ rows: [[String: Value]], to existing: String, file: String, forcesAppend: Bool = false
  ) throws(CalibrationError) -> String {
    let lines = rows.map { row($0).line }.joined()
    if existing.isEmpty { return headerLine + lines }
    let found = String(existing.prefix { !$0.isNewline })
    let expected = headers.joined(separator: ",")
    guard forcesAppend || found == expected else {
      throw .headerMismatch(file: file, expected: expected, found: found)
    }
    return existing + lines
  }
}
