import CredenceData
import CredenceEvaluation
import CredencePredictions
import CredenceUncertainty
import Foundation
import Testing

@Suite final class ListedSamplesTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "credence-lists-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func write(_ text: String, _ name: String = "test_tin.txt") throws -> String {
    let url = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  private func source(_ names: [String]?) throws -> DetectionSource {
    let rows = (0..<4).map { [Float($0), 0] }
    return DetectionSource(
      try PredictionSet(
        .logits(Matrix(rows: rows)), sampleIDs: names.map { try SampleIDs($0) }),
      file: "p.npz")
  }

  private func picked(_ names: [String], _ lines: String) throws -> [Double] {
    let path = try write(lines)
    let part = try source(names).restricted(to: ImageList(path: path), path)
    #expect(part.file == "p.npz@\(path)")
    return (0..<part.sampleCount).map { part.set.scoreMatrix?[$0, 0] ?? -1 }
  }

  @Test func `samples are found by name, and by the end of their path`() throws {
    let lines = "tin/val/c.png 1\ntin/val/a.png -1\n"
    #expect(
      try picked(["tin/val/a.png", "tin/val/b.png", "tin/val/c.png", "x.png"], lines) == [2, 0])
    #expect(try picked(["val/a.png", "val/b.png", "val/c.png", "x.png"], lines) == [2, 0])
    #expect(try picked(["a.png", "b.png", "c.png", "x.png"], lines) == [2, 0])
    #expect(
      try picked(["d/tin/val/a.png", "d/b.png", "d/tin/val/c.png", "x.png"], lines) == [2, 0])
  }

  @Test func `samples that are missing, unclear or nameless are said`() throws {
    func problem(_ names: [String]?, _ lines: String) throws -> String {
      let path = try write(lines)
      do {
        _ = try source(names).restricted(to: ImageList(path: path), path)
      } catch DetectionError.unlistedSamples(_, _, let problem) {
        return problem
      }
      return ""
    }
    #expect(try problem(nil, "a.png 1\n") == "the predictions have no sample names")
    #expect(
      try problem(["0", "1", "2", "3"], "a.png 1\n")
        == "none of its 1 samples is in the predictions, whose first is ‘0’")
    #expect(
      try problem(["a.png", "b.png", "c.png", "d.png"], "a.png 1\nz.png 1\n")
        == "1 of its 2 samples are not in the predictions, such as ‘z.png’")
    #expect(
      try problem(["x/a.png", "y/a.png", "c.png", "d.png"], "a.png 1\n")
        == "‘a.png’ may be ‘x/a.png’ or ‘y/a.png’")
    // A file of the same name in another folder is another file.
    #expect(
      try problem(["x/a.png", "b.png", "c.png", "d.png"], "y/a.png 1\n").hasPrefix("none of its"))
    #expect(
      try problem(["a.png", "b.png", "c.png", "d.png"], "a.png 1\nx/a.png 1\n")
        == "two of its lines name the same sample")
  }

  @Test func `arguments name group, file and list`() throws {
    let list = try write("b.png 1\n")
    var read: [String] = []
    let reader = DetectionMemberReader { file in
      read.append(file)
      return try self.source(["a.png", "b.png", "c.png", "d.png"]).set
    }
    let member = try reader.member("near:p.npz@\(list)", role: .outliers)
    #expect(read == ["p.npz"])
    #expect(member.group == "near" && member.name == "tin" && member.list == list)
    #expect(member.file == "p.npz" && member.source.sampleCount == 1)
    let plain = try reader.member("far:q.npz", role: .outliers)
    #expect(plain.group == "far" && plain.file == "q.npz" && plain.list.isEmpty)
    let odd = try write("", "near:odd@x")
    #expect(try reader.member(odd, role: .outliers).file == odd)
  }

  @Test func `a benchmark takes its samples from lists, two parts from one file`() throws {
    for name in ["m__cats__test.npz", "m__tin__val.npz"] {
      _ = try write("", "predictions/\(name)")
    }
    _ = try write("a.png 1\nb.png 0\n", "data/lists/test_cats.txt")
    _ = try write("a.png -1\n", "data/lists/val_tin.txt")
    _ = try write("b.png -1\nc.png -1\n", "data/lists/test_tin.txt")
    func set(_ name: String, _ split: String, _ list: String) -> DetectionPreset.DataSet {
      DetectionPreset.DataSet(name, split: split, list: "lists/\(list).txt", root: "images")
    }
    var preset = DetectionPreset(
      id: "mine", inDistribution: set("cats", "test", "test_cats"),
      groups: [.init("near", [set("tin", "test", "test_tin"), set("dogs", "test", "test_dogs")])])
    preset.validation = set("cats", "test", "test_cats")
    preset.validationOutliers = set("tin", "val", "val_tin")
    preset.validation.name = ""
    let reader = DetectionMemberReader { _ in
      try self.source(["a.png", "b.png", "c.png", "d.png"]).set
    }
    let (members, missing) = try reader.members(
      of: preset, in: folder.appendingPathComponent("predictions"),
      lists: folder.appendingPathComponent("data").path)
    #expect(members.map(\.source.sampleCount) == [2, 2])
    #expect(members.map(\.name) == ["cats", "tin"])
    #expect(missing == ["dogs test"])
    #expect(members[1].images.hasSuffix("lists/test_tin.txt"))
    // Without lists another part of the data set will not do.
    let (whole, absent) = try reader.members(
      of: preset, in: folder.appendingPathComponent("predictions"))
    #expect(whole.map(\.name) == ["cats"] && absent == ["tin test", "dogs test"])
  }

  @Test func `images are found under names that lack folders or have more`() throws {
    let names = ["tin/val/c.png", "tin/val/a.png", "tin/val/b.png", "tin/val/d.png"]
    for name in names { _ = try write("", "images/\(name)") }
    let list = try write(names.map { "\($0) -1\n" }.joined())
    func found(_ ids: [String]) throws -> [String] {
      let member = DetectionMember(try source(ids), role: .outliers, images: list)
      let images = try member.images(in: "", imageRoot: folder.path + "/images")
      return (0..<images.count).map { images.id(at: $0) }
    }
    let order = ["tin/val/a.png", "tin/val/b.png", "tin/val/c.png", "tin/val/d.png"]
    #expect(try found(order) == order)
    #expect(try found(["val/a.png", "val/b.png", "val/c.png", "val/d.png"]) == order)
    #expect(try found(["a.png", "b.png", "c.png", "d.png"]) == order)
    #expect(try found(order.map { "data/\($0)" }) == order)
    #expect(throws: DetectionError.self) {
      try found(["val/a.png", "val/b.png", "val/c.png", "other/d.png"])
    }
  }
}
