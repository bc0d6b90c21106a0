import CredenceCalibration
import GoldenSupport
import Testing

@Suite struct Galil2023CSVTests {
  /// The golden note says which Python type each value of the row had.
  private func value(_ key: String, _ json: GoldenJSON) -> Galil2023CSV.Value {
    if let text = json.text { return .text(text) }
    let number = json.number ?? .nan
    if key.hasPrefix("AUROC") { return .double(number) }
    return key.hasPrefix("ECE") ? .single(Float(number)) : .float(number)
  }

  @Test func `file and screen agree with the published logger`() throws {
    let file = "csv_logger.json"
    let golden = try GoldenSet("selective").json(file)
    var group = GoldenGroup(set: "selective", name: "csv logger", file: file)
    let members = try #require(golden["row"]?.members)
    let row = Dictionary(uniqueKeysWithValues: members.map { ($0.key, value($0.key, $0.value)) })
    let table = Galil2023CSV()
    // The second logger of the golden run has two columns only and appends to the table of the first.
    let second = Galil2023CSV(headers: Array(table.headers.prefix(2)))
    let other: [String: Galil2023CSV.Value] = [
      "Architecture": .text("net_b"), "Accuracy": .float(5),
    ]
    let text = try table.appending([row], to: "", file: "results.csv")
    let both = try second.appending(
      [other], to: text, file: "results.csv", forcesAppend: true)
    group.check(path: "file_text", expected: golden["file_text"]?.text ?? "", actual: both)
    group.check(
      path: "stdout", expected: golden["stdout"]?.text ?? "",
      actual: table.row(row).printed + second.row(other).printed)
    for member in members { group.skip(path: "row.\(member.key)", reason: "the input") }
    group.skip(path: "note", reason: "a remark")
    group.finish()
    #expect(group.failures.isEmpty)
  }

  @Test(arguments: [
    (0.5, " 0.50000", "0.5"), (-2, "-2.00000", "-2.0"), (1e-5, " 0.00001", "1e-05"),
    (0.00012, " 0.00012", "0.00012"), (1e16, " 10000000000000000.00000", "1e+16"),
    (1.5e-7, " 0.00000", "1.5e-07"), (123_456_789_012, " 123456789012.00000", "123456789012.0"),
    (.nan, " nan", "nan"), (.infinity, " inf", "inf"),
  ]) func `numbers have Python's text`(value: Double, padded: String, shortest: String) {
    let table = Galil2023CSV(headers: ["a", "b"])
    #expect(
      table.row(["a": .float(value), "b": .double(value)]).line == "\(padded),\(shortest)\n")
  }

  @Test func `another header is refused unless forced`() throws {
    let table = Galil2023CSV(headers: ["a", "b"])
    #expect(
      throws: CalibrationError.headerMismatch(file: "f.csv", expected: "a,b", found: "a,c")
    ) { try table.appending([[:]], to: "a,c\n1,2\n", file: "f.csv") }
    #expect(
      try table.appending([[:]], to: "a,b\n1,2\n", file: "f.csv") == "a,b\n1,2\nNone,None\n")
  }
}
