import CredenceCalibration
import CredencePredictions
import Foundation
import Testing

/// Runs the example program as a user would.
@Suite struct AcceptOrRejectTests {
  /// What the program prints and how it ends.
  private func run(_ arguments: [String], input: String = "") throws -> (
    output: String, errors: String, status: Int32
  ) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent("AcceptOrReject")
    process.arguments = arguments
    let pipes = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) =
      (pipes.0, pipes.1, pipes.2)
    try process.run()
    try pipes.0.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try pipes.0.fileHandleForWriting.close()
    let output = try pipes.1.fileHandleForReading.readToEnd() ?? Data()
    let errors = try pipes.2.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (
      String(decoding: output, as: UTF8.self), String(decoding: errors, as: UTF8.self),
      process.terminationStatus
    )
  }

  private func withPolicy(_ id: String, _ body: (String) throws -> Void) throws {
    let policy = try Policy.fit(
      .named(id), on: PolicyTests.fitSet(), settings: PolicyTests.settings)
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("policy-\(UUID().uuidString).json")
    try policy.json().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try body(file.path)
  }

  @Test func `accepts the sure and rejects the doubtful`() throws {
    try withPolicy("threshold") { file in
      let sure = try run([file, "0", "9", "0", "0", "0"])
      #expect(sure.output.hasPrefix("accept: class 1, confidence 0.999") && sure.status == 0)
      let doubtful = try run([file], input: "1, 1.1\n1 1 1\n")
      #expect(doubtful.output.hasPrefix("reject: class 1, confidence 0.2") && doubtful.status == 0)
    }
  }

  @Test func `prints the classes that can't be ruled out`() throws {
    try withPolicy("conformal") { file in
      let result = try run([file, "20", "0", "0", "19.9", "0"])
      #expect(result.output.hasSuffix("classes that can't be ruled out: 0 3\n"))
    }
  }

  @Test func `says what is wrong`() throws {
    try withPolicy("threshold") { file in
      let word = try run([file, "1", "x"])
      #expect(word.errors == "AcceptOrReject: ‘x’ is not a number.\n" && word.status == 1)
      let short = try run([file, "1", "2"])
      #expect(
        short.errors
          == "AcceptOrReject: The number of classes is 2, but the policy was fitted for 5.\n")
    }
  }
}
