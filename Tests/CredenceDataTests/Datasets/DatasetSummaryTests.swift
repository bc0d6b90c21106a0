import CredenceData
import Foundation
import Testing

@Suite struct DatasetSummaryTests {
  @Test func `a folder of class folders is described`() throws {
    let folder = try TemporaryFolder()
    for name in ["ant/a.png", "ant/b.png", "bee/c.png"] { try folder.writeImage(name) }
    let summary = try DatasetSummary(path: folder.path)
    #expect(summary.kind == "folder-tree" && summary.path == folder.path)
    #expect(summary.imageCount == 3 && summary.labeledCount == 3 && summary.classCount == 2)
    #expect(summary.firstClassNames == ["ant", "bee"])
    #expect(summary.firstImageID == "ant/a.png" && summary.firstImageSize == [5, 4])
    #expect(summary.corruptions.isEmpty && summary.severities.isEmpty)
  }

  @Test func `corrupted images are counted over all corruptions and severities`() throws {
    let folder = try TemporaryFolder()
    for level in ["fog/1", "fog/2", "snow/1", "snow/2"] {
      try folder.writeImage("\(level)/ant/a.png")
    }
    let summary = try DatasetSummary(path: folder.path)
    #expect(summary.kind == "corruptions" && summary.imageCount == 4)
    #expect(summary.corruptions == ["fog", "snow"] && summary.severities == [1, 2])
  }

  @Test func `unknown classes are unknown`() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    let summary = try DatasetSummary(path: folder.path)
    #expect(summary.labeledCount == 0 && summary.classCount == 0)
  }
}
