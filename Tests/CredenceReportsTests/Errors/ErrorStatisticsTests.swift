import CredenceErrorAnalysis
import CredenceFiles
import CredenceReports
import Foundation
import Testing

@Suite struct ErrorStatisticsTests {
  private func read(
    _ folder: StatisticsFolder, dataset: String = "imagenet",
    groups: [ClassGroup] = ClassGroup.allCases
  ) throws -> ErrorStatistics {
    try ErrorStatistics(folder: folder.url, dataset: dataset, groups: groups)
  }

  @Test func `columns are derived as published, and sizes are read from the words`() throws {
    let statistics = try read(StatisticsFolder())
    #expect(statistics.models == (0..<5).map { "model-\($0)" })
    let sizes = try statistics.numbers("training_data_size", of: .other)
    #expect(sizes.prefix(4) == [1.2e6, 14e6, 2.3e9, 7.5e6])
    #expect(sizes[4].isNaN)
    #expect(
      try statistics.texts("training_data_group") == [
        "small (< 5M)", "medium (< 50M)", "xlarge (> 500M)", "medium (< 50M)", "unknown",
      ])
    #expect(
      try statistics.texts("pretrain_method") == [
        "Standard", "Distillation", "CLIP Training", "Standard", "Standard",
      ])
  }

  @Test func `only the groups that are wanted must be there`() throws {
    let folder = try StatisticsFolder()
    try FileManager.default.removeItem(at: folder.file(.other))
    #expect(throws: FileError.self) { try read(folder) }
    #expect(try read(folder, groups: [.organism]).groups == [.all, .organism])
  }

  @Test func `a table without a column is refused by name`() throws {
    let folder = try StatisticsFolder()
    let file = folder.file(.artifact)
    let text = try String(contentsOf: file, encoding: .utf8)
    try Data(text.replacing("num_OOV_clip", with: "num_oov").utf8).write(to: file)
    #expect(
      throws: ErrorFigureError.missingColumns(file: file.relativePath, columns: ["num_OOV_clip"])
    ) { try read(folder) }
  }

  @Test(arguments: [
    ("num_params", "-1", "a count"), ("num_params", "1.5", "a count"),
    ("num_ambiguous", "nan", "a count"), ("num_ambiguous", "", "a count"),
    ("mla_all", "1e9", "a number from 0 to 100, or empty"),
    ("mla_all", "inf", "a number from 0 to 100, or empty"),
    ("top1_val_acc", "high", "a number from 0 to 100, or empty"),
    ("extra_annotations", "Distillation", "a list such as ['Distillation']"),
    ("extra_annotations", "['a' 'b']", "a list such as ['Distillation']"),
  ])
  func `a bad field is named by file, line and column`(
    column: String, text: String, expected: String
  ) throws {
    let folder = try StatisticsFolder()
    let names = StatisticsFolder.columns.split(separator: ",").map(String.init)
    let index = try #require(names.firstIndex(of: column))
    var fields = StatisticsFolder.line("bad", mistakes: [1, 1, 1, 1, 1, 1, 1])
      .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    fields[index] = text
    let lines = [StatisticsFolder.line("good", mistakes: [1, 1, 1, 1, 1, 1, 1])]
    try folder.write(lines + [fields.joined(separator: ",")], group: .all)
    #expect(
      throws: FileError.badField(
        file: folder.file(.all).relativePath, line: 3, column: index + 1, text: text,
        expected: expected)
    ) { try read(folder) }
  }

  @Test func `tables of different models are refused at the first difference`() throws {
    let folder = try StatisticsFolder()
    var lines = StatisticsFolder.lines()
    lines.swapAt(1, 2)
    try folder.write(lines, group: .organism)
    let (file, first) = (folder.file(.organism).relativePath, folder.file(.all).relativePath)
    #expect(
      throws: ErrorFigureError.differingModels(
        file: file, line: 3, model: "model-2", expected: "model-1", first: first)
    ) { try read(folder) }
    try folder.write(StatisticsFolder.lines(count: 4), group: .organism)
    #expect(
      throws: ErrorFigureError.differingModels(
        file: file, line: 6, model: "", expected: "model-4", first: first)
    ) { try read(folder) }
  }

  @Test func `a model that is there twice, and no model at all, are refused`() throws {
    let folder = try StatisticsFolder()
    let line = StatisticsFolder.lines(count: 1)[0]
    try folder.write([line, "", line], group: .all)
    let file = folder.file(.all).relativePath
    #expect(
      throws: ErrorFigureError.duplicateModel(
        file: file, line: 4, model: "model-0", firstLine: 2)
    ) { try read(folder) }
    try folder.write([], group: .all)
    #expect(throws: ErrorFigureError.noModels(file: file)) { try read(folder) }
  }

  @Test func `counts that contradict each other are refused`() throws {
    let folder = try StatisticsFolder()
    let line = StatisticsFolder.line("a", mistakes: [1, 1, 1, 1, 1, 1, 1])
    try folder.write([String(line.dropLast()) + "2"], group: .all)
    #expect(
      throws: ErrorFigureError.contradiction(
        file: folder.file(.all).relativePath, line: 2,
        problem: "the seven kinds of mistakes do not add up to num_group_top1_errors")
    ) { try read(folder) }
  }

  @Test func `images of ImageNet-A have one label each`() throws {
    let folder = try StatisticsFolder([StatisticsFolder.line("a", mistakes: [1, 0, 2, 0, 0, 3, 4])])
    let statistics = try read(folder, dataset: "imagenet-a")
    #expect(try statistics.numbers("imagenet_a_top1_val_acc", of: .artifact) == [45])
    try folder.write([StatisticsFolder.line("a", mistakes: [1, 2, 2, 0, 0, 3, 4])], group: .all)
    #expect(throws: ErrorFigureError.self) { try read(folder, dataset: "imagenet-a") }
  }

  @Test func `a line with a field too many is refused`() throws {
    let folder = try StatisticsFolder()
    try folder.write([StatisticsFolder.lines(count: 1)[0] + ",1"], group: .all)
    #expect(
      throws: FileError.fieldCount(
        file: folder.file(.all).relativePath, line: 2, expected: 28, found: 29)
    ) { try read(folder) }
  }
}
