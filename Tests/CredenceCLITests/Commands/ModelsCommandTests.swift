import Foundation
import Testing

@Suite struct ModelsCommandTests {
  private func models(_ arguments: String...) throws -> Program.Run {
    try Program.run(["models"] + arguments, in: Workspace())
  }

  @Test func `lists every architecture, and those that contain a word`() throws {
    let all = try models()
    #expect(all.status == 0 && all.lines.count > 300)
    let some = try models("lenet*")
    #expect(some.status == 0 && some.output.contains("lenet"))
    #expect(some.lines.count < 5)
  }

  @Test func `is a table for other programs, too`() throws {
    let csv = try models("resnet18", "--weights", "--format", "csv")
    #expect(csv.status == 0 && csv.output.contains("resnet18.tv_in1k"))
    let json = try models("resnet18", "--format", "json")
    #expect(json.status == 0)
    let value = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    let document = try #require(value as? [String: Any])
    #expect(document["schema"] as? String == "credence.models/1")
  }

  @Test func `what matches nothing comes with similar names`() throws {
    let run = try models("renset50")
    #expect(run.status == 1 && run.output.isEmpty)
    #expect(run.error.hasPrefix("credence: There is no model ‘renset50’. "))
    #expect(run.error.contains("resnet50"), "\(run.error)")
  }

  @Test func `an unknown format is a wrong command line`() throws {
    #expect(try models("--format", "xml").status == 64)
  }
}
