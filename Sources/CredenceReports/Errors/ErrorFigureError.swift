import CredenceFiles
public import Foundation

/// Why the figures and pages of an error analysis can't be made.
public enum ErrorFigureError: LocalizedError, Hashable, Sendable {
  /// A table of statistics that lacks published columns.
  case missingColumns(file: String, columns: [String])
  /// A table without a single model.
  case noModels(file: String)
  /// A model that a table holds twice.
  case duplicateModel(file: String, line: Int, model: String, firstLine: Int)
  /// Two tables of one analysis that hold other models, or in another order.
  case differingModels(file: String, line: Int, model: String, expected: String, first: String)
  /// A folder with tables of several analyses and none that is complete.
  case severalAnalyses(folder: String, endings: [String])
  /// Counts that contradict each other.
  case contradiction(file: String, line: Int, problem: String)
  /// A column that no table has.
  case unknownColumn(String, kind: String, known: [String])
  /// A group whose table was not read.
  case missingGroup(String)
  /// A name that is none of a list.
  case unknownName(String, option: String, known: [String])
  /// A filter that can't be understood.
  case badFilter(String, problem: String)
  /// Filters that leave nothing to draw.
  case nothingLeft
  /// A line that can't be fitted.
  case unfittable(String)
  /// The name of an image that would lead out of the folder of images.
  case unsafeImageName(String)
  /// A model whose table is of other images.
  case mismatchedTable(model: String, expected: Int, found: Int)
  /// A prediction that is none of the classes.
  case unknownClass(model: String, image: String, number: Int, count: Int)

  public var errorDescription: String? {
    switch self {
    case .missingColumns(let file, let columns):
      "‘\(file)’ lacks the \(columns.count == 1 ? "column" : "columns") "
        + columns.map { "‘\($0)’" }.joined(separator: ", ") + "."
    case .noModels(let file): "‘\(file)’ holds no model."
    case .duplicateModel(let file, let line, let model, let firstLine):
      "‘\(file)’, line \(line): the model ‘\(model)’ is in line \(firstLine) already."
    case .differingModels(let file, let line, let model, let expected, let first):
      "‘\(file)’, line \(line): the model is \(model.isEmpty ? "missing" : "‘\(model)’"), where ‘\(first)’ has "
        + (expected.isEmpty ? "none." : "‘\(expected)’.")
    case .severalAnalyses(let folder, _):
      "‘\(folder)’ holds tables of several analyses, and none without anything left out."
    case .contradiction(let file, let line, let problem): "‘\(file)’, line \(line): \(problem)."
    case .unknownColumn(let name, let kind, _):
      "The statistics have no column of \(kind) called ‘\(name)’."
    case .missingGroup(let group): "The statistics of the group ‘\(group)’ were not read."
    case .unknownName(let name, let option, _): "\(option) is ‘\(name)’, which is not known."
    case .badFilter(let text, let problem): "The filter ‘\(text)’ can't be used: \(problem)."
    case .nothingLeft: "No model passes the filters."
    case .unfittable(let problem): "A line can't be fitted: \(problem)."
    case .unsafeImageName(let name): "The image ‘\(name)’ is refused."
    case .mismatchedTable(let model, let expected, let found):
      "The table of ‘\(model)’ has \(found) rows, and there are \(expected) images."
    case .unknownClass(let model, let image, let number, let count):
      "‘\(model)’ predicts \(number) for ‘\(image)’, which is none of the \(count) classes."
    }
  }

  public var failureReason: String? {
    switch self {
    case .missingColumns: "It is not a complete table of statistics."
    case .noModels, .nothingLeft: "A figure needs at least one."
    case .duplicateModel: "Every model has one line."
    case .differingModels: "All groups of one analysis have the same models in the same order."
    case .severalAnalyses(_, let endings):
      "Their names end in \(endings.joined(separator: " and "))."
    case .contradiction: "The counts of a line must agree with each other."
    case .unknownColumn(_, _, let known), .unknownName(_, _, let known):
      "Known are \(known.joined(separator: ", "))."
    case .missingGroup: "The figures asked for need it."
    case .badFilter:
      "A filter is a column, one of > >= < <= == != in, not in, and a value; or a column and *."
    case .unfittable: "A line with a band needs three points of different abscissas."
    case .mismatchedTable, .unknownClass: "It was made from other samples or classes."
    case .unsafeImageName: "Names of images are relative and stay inside of the folder of images."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .missingColumns, .noModels, .duplicateModel, .differingModels, .contradiction:
      "Write the statistics again with ‘credence errors summarize’."
    case .severalAnalyses: "Keep the tables of one of them in the folder."
    case .unknownColumn(let name, _, let known), .unknownName(let name, _, let known):
      nearestName(to: name, in: known).map { "Did you mean ‘\($0)’?" } ?? "Choose one of them."
    case .missingGroup: "Put its table beside the others, or choose other groups."
    case .badFilter: "Write it like ‘arch_group in ViT,CNN’ or ‘num_params < 1e8’."
    case .nothingLeft: "Loosen the filters."
    case .unfittable: "Leave the fit out, or use more models."
    case .mismatchedTable, .unknownClass: "Analyze the model again with ‘credence errors analyze’."
    case .unsafeImageName: "Correct the name in the sample list."
    }
  }
}
