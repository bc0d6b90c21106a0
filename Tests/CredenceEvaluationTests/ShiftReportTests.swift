import CredenceEvaluation
import CredenceMetrics
import Testing

@Suite struct ShiftReportTests {
  /// A row with an accuracy, and an AUROC where there is one.
  static func row(
    _ model: String, _ corruption: String? = nil, _ severity: Int = 0, accuracy: Double?,
    auroc: Double? = nil, rescaling: String = "none"
  ) -> ShiftReport.Row {
    var row = ResultRow(model: model, samples: 100, classes: 10, rescaling: rescaling)
    row.metrics["accuracy"] = accuracy
    row.metrics["auroc"] = auroc
    if auroc == nil { row.unavailable["auroc"] = "there are no wrong predictions" }
    return ShiftReport.Row(
      model: model,
      shift: corruption.map { NamedDataset.Shift(corruption: $0, severity: severity) }, row: row)
  }

  static func columns(_ ids: String...) -> [MetricColumn] {
    ids.map {
      MetricColumn(id: $0, title: $0, direction: .higherIsBetter, definition: "", source: "")
    }
  }

  /// Two models, two corruptions, two severities.
  static let rows = [
    row("a", accuracy: 0.75, auroc: 0.5), row("a", "fog", 1, accuracy: 0.5, auroc: 0.75),
    row("a", "fog", 2, accuracy: 0.25, auroc: 0.5),
    row("a", "snow", 1, accuracy: 0.75, auroc: 0.25),
    row("a", "snow", 2, accuracy: 0.25, auroc: 0.5), row("b", accuracy: 1),
    row("b", "fog", 1, accuracy: 0.75, auroc: 0.5), row("b", "fog", 2, accuracy: 0.75),
    row("b", "snow", 1, accuracy: 1, auroc: 0.5), row("b", "snow", 2, accuracy: 0.5, auroc: 0.75),
  ]

  @Test func `every metric has its curve over severity, per corruption and on average`() throws {
    let report = try ShiftReport(
      dataset: "c", rows: Self.rows, columns: Self.columns("accuracy", "auroc"))
    #expect(report.models == ["a", "b"])
    #expect(report.corruptions == ["fog", "snow"])
    #expect(report.severities == [1, 2])
    #expect(report.metricIDs == ["accuracy", "auroc"])
    let (a, b) = (report.series[0], report.series[1])
    #expect(a.value(of: "error", "fog", severity: 2) == .value(0.75))
    #expect(a.cleanValue(of: "auroc") == .value(0.5))
    #expect(report.mean(of: "accuracy", a, severity: 1) == .value(0.625))
    #expect(report.mean(of: "auroc", a, severity: 1) == .value(0.5))
    #expect(
      report.mean(of: "auroc", b, severity: 2)
        == .unavailable("fog: there are no wrong predictions"))
  }

  @Test func `corruption errors are those of the paper against one of the models`() throws {
    let report = try ShiftReport(
      dataset: "c", rows: Self.rows, reference: .model("a"), columns: [])
    #expect(report.referenceName == "a")
    let (a, b) = (report.errors[0], report.errors[1])
    #expect(a.cleanError == .value(0.25))
    #expect(a.meanError == .value((0.625 + 0.5) / 2))
    #expect(a.meanCorruptionError == .value(1))
    #expect(a.relativeMeanCorruptionError == .value(1))
    #expect(b.corruptions.map(\.error) == [.value(0.25), .value(0.25)])
    #expect(b.corruptions.map(\.corruptionError) == [.value(0.4), .value(0.5)])
    #expect(b.meanCorruptionError == .value(0.45))
    // (0.25 − 0) / (0.625 − 0.25) and (0.25 − 0) / (0.5 − 0.25)
    #expect(b.relativeMeanCorruptionError == .value((0.25 / 0.375 + 1) / 2))
  }

  @Test func `a published reference needs all its corruptions and severities`() throws {
    let report = try ShiftReport(
      dataset: "c", rows: Self.rows, reference: .published(.alexNet), columns: [])
    let errors = report.errors[0]
    #expect(report.referenceName == "AlexNet")
    #expect(errors.meanError.value != nil)
    #expect(errors.meanCorruptionError.reason.hasPrefix("there are no results under brightness, "))
    #expect(
      errors.corruptions[0].corruptionError
        == .unavailable("there are 2 severities of fog, but 5 of AlexNet"))

    let whole = CorruptionReference.alexNet.corruptions.flatMap { corruption in
      (1...5).map { Self.row("a", corruption, $0, accuracy: 0.5) }
    }
    let complete = try ShiftReport(
      dataset: "c", rows: whole, reference: .published(.alexNet), columns: [])
    let expected =
      try CorruptionReference.alexNet.corruptions
      .map { try 0.5 / CorruptionReference.alexNet.meanError(of: $0) }.reduce(0, +) / 15
    #expect(complete.errors[0].meanCorruptionError == .value(expected))
    #expect(
      complete.errors[0].relativeMeanCorruptionError.reason
        .hasSuffix("there are no results without corruption"))
  }

  @Test func `what is missing is named, never averaged over`() throws {
    var rows = Self.rows.filter { $0.model == "a" }
    rows.removeAll { $0.shift == NamedDataset.Shift(corruption: "snow", severity: 2) }
    let report = try ShiftReport(dataset: "c", rows: rows, reference: .off, columns: [])
    let errors = report.errors[0]
    #expect(errors.corruptions[0].error == .value(0.625))
    #expect(
      errors.corruptions[1].error
        == .unavailable("severity 2: there are no results"))
    #expect(errors.meanError == .unavailable("snow: severity 2: there are no results"))
    #expect(errors.meanCorruptionError == .unavailable("no reference model was chosen"))
    #expect(
      report.mean(of: "accuracy", report.series[0], severity: 2)
        == .unavailable("snow: there are no results at severity 2"))
  }

  @Test func `equal numbers of different severities are not compared`() throws {
    var rows = Self.rows
    rows = rows.map { row in
      guard row.model == "b", let shift = row.shift else { return row }
      var row = row
      row.shift = NamedDataset.Shift(corruption: shift.corruption, severity: shift.severity + 1)
      return row
    }
    let report = try ShiftReport(dataset: "c", rows: rows, reference: .model("a"), columns: [])
    #expect(
      report.errors[1].meanCorruptionError
        == .unavailable("there are severities 2, 3, but 1, 2 of a"))
  }

  @Test func `a reference that makes no errors measures nothing`() throws {
    let rows = [Self.row("a", "fog", 1, accuracy: 1), Self.row("b", "fog", 1, accuracy: 0.5)]
    let report = try ShiftReport(dataset: "c", rows: rows, reference: .model("a"), columns: [])
    #expect(report.errors[1].meanCorruptionError == .unavailable("a makes no errors under fog"))
  }

  @Test func `rescalings of a model are series of their own, its errors are counted once`() throws {
    let rows = [
      Self.row("a", "fog", 1, accuracy: 0.5, auroc: 0.25),
      Self.row("a", "fog", 1, accuracy: 0.5, auroc: 0.75, rescaling: "temperature"),
    ]
    let report = try ShiftReport(dataset: "c", rows: rows, columns: [])
    #expect(report.series.map(\.rescaling) == ["none", "temperature"])
    #expect(report.series[1].value(of: "auroc", "fog", severity: 1) == .value(0.75))
    #expect(report.errors.count == 1)
  }

  @Test func `the order of rows does not matter`() throws {
    let one = try ShiftReport(dataset: "c", rows: Self.rows, reference: .model("a"), columns: [])
    let rows = Array(Self.rows.prefix(5).reversed() + Self.rows.suffix(5).reversed())
    let other = try ShiftReport(dataset: "c", rows: rows, reference: .model("a"), columns: [])
    #expect(one.errors == other.errors)
  }

  @Test func `impossible reports are refused`() {
    #expect(
      throws: EvaluationError.invalidSetting(
        name: "The number of corrupted data sets of ‘c’", value: "0", allowed: "1 or more")
    ) { try ShiftReport(dataset: "c", rows: [Self.row("a", accuracy: 1)], columns: []) }
    #expect(
      throws: EvaluationError.invalidSetting(
        name: "The number of rows of ‘a’ for fog 1", value: "2", allowed: "1")
    ) { try ShiftReport(dataset: "c", rows: [Self.rows[1], Self.rows[1]], columns: []) }
    #expect(
      throws: EvaluationError.invalidSetting(
        name: "The reference model", value: "‘c’", allowed: "one of a, b")
    ) { try ShiftReport(dataset: "c", rows: Self.rows, reference: .model("c"), columns: []) }
  }

  @Test func `a value that is not finite is none`() throws {
    var row = Self.row("a", "fog", 1, accuracy: 0.5, auroc: .nan)
    row.row.metrics["nll"] = .infinity
    let report = try ShiftReport(dataset: "c", rows: [row], columns: [])
    for metric in ["auroc", "nll"] {
      #expect(
        report.series[0].value(of: metric, "fog", severity: 1)
          == .unavailable("the value is not finite"))
    }
  }

  @Test(arguments: [
    ("imagenet-c/fog/3", "fog", 3), ("a/b/gaussian_noise/1", "gaussian_noise", 1),
  ])
  func `a data set's name says its shift`(name: String, corruption: String, severity: Int) {
    #expect(
      NamedDataset.Shift(dataset: name)
        == NamedDataset.Shift(corruption: corruption, severity: severity))
  }

  @Test(arguments: ["imagenet", "fog/3", "a/fog/0", "a/fog/x", "a//2", ""])
  func `other names say none`(name: String) {
    #expect(NamedDataset.Shift(dataset: name) == nil)
  }
}
