public import CredenceErrorAnalysis
import CredenceFiles
public import Foundation

extension ErrorStatistics {
  /// Reads the published tables of a folder, such as `stats-imagenet`.
  ///
  /// - Parameters:
  ///   - folder: Where `non_problematic_stats_<group>.csv` are.
  ///   - dataset: The data set's name; `imagenet-a` may have no mistakes of two of the kinds.
  ///   - groups: Which tables to read; the one of all classes is read always.
  /// - Throws: `FileError`, `ErrorFigureError`, naming the file and line.
  public init(
    folder: URL, dataset: String, groups: [ClassGroup] = ClassGroup.allCases
  ) throws {
    let wanted = ClassGroup.allCases.filter { $0 == .all || groups.contains($0) }
    let ending = try Self.ending(in: folder)
    let tables = try wanted.map { group in
      try StatisticsTable(
        folder.appendingPathComponent(
          MistakeStatisticsCSV.fileName(group: group.rawValue + ending)),
        isImageNetA: dataset == "imagenet-a")
    }
    for table in tables.dropFirst() { try table.checkModels(against: tables[0]) }
    let first = tables[0]
    var texts = first.texts
    texts["extra_annotations"] = first.annotations.map { $0.joined(separator: ", ") }
    texts["pretrain_method"] = first.annotations.map(TrainingData.pretrainMethod)
    let sizes = (texts["training_data"] ?? []).map(TrainingData.size)
    texts["training_data_group"] = sizes.map(TrainingData.group)
    var derived = ["training_data_size": sizes]
    if dataset == "imagenet-a" {
      let correct = first.numbers["num_group_correct"] ?? []
      let samples = first.numbers["num_all_samples"] ?? []
      derived["imagenet_a_top1_val_acc"] = zip(correct, samples).map {
        $1 > 0 ? 100 * $0 / $1 : .nan
      }
    }
    var numbers: [ClassGroup: [String: [Double]]] = [:]
    for (group, table) in zip(wanted, tables) {
      numbers[group] = table.numbers.merging(derived) { _, new in new }
    }
    let marks = Set(texts["left_out"] ?? []).flatMap { $0.split(separator: " ") }.map(String.init)
    self.init(
      dataset: dataset, models: first.models, texts: texts, numbers: numbers,
      marks: Set(marks).sorted())
  }

  /// The groups whose tables are in a folder: only that of all classes where the classes have no groups.
  ///
  /// - Parameter folder: As in `init`.
  /// - Returns: The group of all classes and those that are there.
  /// - Throws: `ErrorFigureError.severalAnalyses`.
  public static func groups(in folder: URL) throws -> [ClassGroup] {
    let ending = try ending(in: folder)
    return ClassGroup.allCases.filter { group in
      let name = MistakeStatisticsCSV.fileName(group: group.rawValue + ending)
      return group == .all
        || FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
    }
  }

  /// What follows the groups' names in the names of the files: nothing, or what was left out of the analysis.
  private static func ending(in folder: URL) throws -> String {
    let start = MistakeStatisticsCSV.fileName(group: ClassGroup.all.rawValue).dropLast(4)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    if names.contains("\(start).csv") { return "" }
    let endings = names.filter { $0.hasPrefix("\(start)_") && $0.hasSuffix(".csv") }
      .map { String($0.dropFirst(start.count).dropLast(4)) }.sorted()
    guard endings.count <= 1 else {
      throw ErrorFigureError.severalAnalyses(folder: folder.relativePath, endings: endings)
    }
    return endings.first ?? ""
  }
}

/// One file of statistics.
private struct StatisticsTable {
  let file: String
  let models: [String]
  let lines: [Int]
  var texts: [String: [String]] = [:]
  var numbers: [String: [Double]] = [:]
  var annotations: [[String]] = []

  /// More than any study needs, and little enough for the memory.
  private static let largestFile = 1 << 28

  private static let textColumns = ["training_data", "arch", "arch_family", "arch_group"]

  /// Text that only some tables have.
  private static let optionalTexts = ["left_out"]

  /// Counts: present in every line, whole and not negative.
  private static let countColumns =
    [
      "num_params", "num_all_samples", "num_group_samples", "num_group_correct",
      "num_all_top1_errors", "num_group_top1_errors",
    ] + kindColumns

  /// The kinds of mistakes, which add up to all of them.
  private static let kindColumns = MistakeStatisticsCSV.mistakes.map(\.column)

  /// Values that are not defined for every model.
  private static let optionalColumns = [
    "imagenet_top1_val_acc", "imagenet_mla_val_acc", "mla_all", "mla_all_minor_error",
    "mla_all_explainable_error", "mla_group", "mla_group_minor_error",
    "mla_group_explainable_error",
  ]

  init(_ url: URL, isImageNetA: Bool) throws {
    file = url.relativePath
    let data = try MappedFile.bytes(of: url)
    guard data.count <= Self.largestFile else {
      throw FileError.unsupported(
        file: file, what: "more than 256 MB, which no table of statistics has",
        instead: "Pass the file that ‘credence errors summarize’ wrote.")
    }
    let csv = try CSV(data, file: file, hasHeader: true)
    let required =
      ["model_dir_id"] + Self.textColumns + ["extra_annotations"] + Self.countColumns
      + Self.optionalColumns
    let missing = required.filter { !csv.columns.contains($0) }
    guard missing.isEmpty else {
      throw ErrorFigureError.missingColumns(file: file, columns: missing)
    }
    let (rows, lines) = try csv.texts()
    guard !rows.isEmpty else { throw ErrorFigureError.noModels(file: file) }
    self.lines = lines
    let nameColumn = csv.columns.firstIndex(of: "model_dir_id") ?? 0
    models = rows.map { $0[nameColumn] }
    try checkUnique()
    for (index, name) in csv.columns.enumerated() where name != "model_dir_id" {
      try read(name, index, rows)
    }
    try checkCounts(isImageNetA: isImageNetA)
  }

  private mutating func read(_ name: String, _ index: Int, _ rows: [[String]]) throws {
    let column = zip(lines, rows).map { (line: $0, text: $1[index]) }
    func bad(_ cell: (line: Int, text: String), _ expected: String) -> FileError {
      let text = cell.text.count > 40 ? cell.text.prefix(40) + "…" : cell.text
      return .badField(
        file: file, line: cell.line, column: index + 1, text: text, expected: expected)
    }
    if name == "extra_annotations" {
      annotations = try column.map { cell in
        guard let list = PythonText.texts(cell.text) else {
          throw bad(cell, "a list such as ['Distillation']")
        }
        return list
      }
    } else if (Self.textColumns + Self.optionalTexts).contains(name) {
      texts[name] = column.map(\.text)
    } else if Self.countColumns.contains(name) || name.hasPrefix("num_") {
      let mayBeEmpty = !Self.countColumns.contains(name)
      numbers[name] = try column.map { cell in
        if mayBeEmpty, cell.text.isEmpty { return .nan }
        guard let value = CSV.number(cell.text), value >= 0, value <= 1e15,
          value == value.rounded()
        else { throw bad(cell, "a count") }
        return value
      }
    } else if Self.optionalColumns.contains(name) || name.hasPrefix("top1_val_acc") {
      numbers[name] = try column.map { cell in
        if cell.text.isEmpty { return .nan }
        guard let value = CSV.number(cell.text), value >= 0, value <= 100.000_001 else {
          throw bad(cell, "a number from 0 to 100, or empty")
        }
        return value
      }
    } else {
      // A column of others: numbers where all are, otherwise text.
      let values = column.map { $0.text.isEmpty ? Double.nan : CSV.number($0.text) ?? .infinity }
      if values.allSatisfy({ !$0.isInfinite }) {
        numbers[name] = values
      } else {
        texts[name] = column.map(\.text)
      }
    }
  }

  private func checkUnique() throws {
    var seen: [String: Int] = [:]
    for (model, line) in zip(models, lines) {
      if let first = seen.updateValue(line, forKey: model) {
        throw ErrorFigureError.duplicateModel(
          file: file, line: line, model: model, firstLine: first)
      }
    }
  }

  private func checkCounts(isImageNetA: Bool) throws {
    func value(_ column: String, _ row: Int) -> Double { numbers[column]?[row] ?? .nan }
    for row in models.indices {
      let errors = value("num_group_top1_errors", row)
      func refuse(_ problem: String) -> ErrorFigureError {
        .contradiction(file: file, line: lines[row], problem: problem)
      }
      guard value("num_group_samples", row) == value("num_group_correct", row) + errors else {
        throw refuse(
          "num_group_samples is not num_group_correct and num_group_top1_errors together")
      }
      guard Self.kindColumns.reduce(0, { $0 + value($1, row) }) == errors else {
        throw refuse("the seven kinds of mistakes do not add up to num_group_top1_errors")
      }
      if isImageNetA {
        for kind in ["num_ambiguous", "num_non_prototypical"] where value(kind, row) != 0 {
          throw refuse("\(kind) is not 0, as it must be on ImageNet-A, where images have one label")
        }
      }
    }
  }

  /// Refuses other models than those of another group's file.
  func checkModels(against first: Self) throws {
    for row in 0..<max(models.count, first.models.count) {
      let here = row < models.count ? models[row] : ""
      let there = row < first.models.count ? first.models[row] : ""
      guard here == there else {
        throw ErrorFigureError.differingModels(
          file: file, line: row < lines.count ? lines[row] : (lines.last ?? 0) + 1, model: here,
          expected: there, first: first.file)
      }
    }
  }
}
