import CredenceData
import Foundation
import Testing

@Suite struct TarDatasetTests {
  /// A folder of three images of two classes, one with a name longer than a header holds.
  private func sample() throws -> (TemporaryFolder, ids: [String]) {
    let folder = try TemporaryFolder()
    let long = String(repeating: "very-", count: 30) + "long.png"
    try folder.writeImage("set/val/cat/a.png", seed: 1)
    try folder.writeImage("set/val/dog/\(long)", seed: 2)
    try folder.writeImage("set/val/dog/b.png", seed: 3)
    try folder.write("set/val/notes.txt", "no image")
    return (folder, ["cat/a.png", "dog/b.png", "dog/\(long)"])
  }

  @Test(arguments: ["gnu", "ustar", "pax"], ["a.tar", "a.tar.gz"])
  func `archives of every form are read in place`(_ format: String, _ name: String) throws {
    let (folder, ids) = try sample()
    let isLong = format != "ustar"
    var arguments = ["--format=\(format)", name.hasSuffix("gz") ? "-czf" : "-cf", name]
    if !isLong { arguments += ["--exclude=*very*"] }
    try #require(try folder.run("/bin/tar", arguments + ["-C", "set", "val"]))
    let dataset = try DatasetCatalog.open(path: "\(folder.path)/\(name)")
    let wanted = isLong ? ids : Array(ids.prefix(2))
    #expect((0..<dataset.count).map(dataset.id) == wanted)
    #expect((0..<dataset.count).map(dataset.label) == (isLong ? [0, 1, 1] : [0, 1]))
    #expect(dataset.classNames == ["cat", "dog"])
    #expect(try dataset.image(at: 1) == noise(width: 5, height: 4, seed: 3))
    if isLong { #expect(try dataset.image(at: 2) == noise(width: 5, height: 4, seed: 2)) }
  }

  @Test func `images alone take their classes from a file`() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("val/b.png")
    try folder.writeImage("val/a.png")
    let labels = try folder.write("labels.txt", "4\n2\n")
    try #require(try folder.run("/bin/tar", ["-cf", "a.tar", "val"]))
    let dataset = try DatasetCatalog.open(path: folder.path + "/a.tar", labels: labels)
    #expect((0..<2).map(dataset.id) == ["a.png", "b.png"])
    #expect((0..<2).map(dataset.label) == [4, 2])
    #expect(try DatasetCatalog.open(path: folder.path + "/a.tar").label(at: 0) == nil)
  }

  @Test func `damaged and shortened archives are refused`() throws {
    let (folder, _) = try sample()
    try #require(try folder.run("/bin/tar", ["-cf", "a.tar", "-C", "set", "val"]))
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/a.tar"))
    var damaged = data
    damaged[3] ^= 1
    let first = try folder.write("damaged.tar", damaged)
    #expect(
      throws: DatasetError.malformed(
        file: first, format: "tar", problem: "the header at byte 0 is damaged")
    ) { try DatasetCatalog.open(path: first) }
    let second = try folder.write("short.tar", data.prefix(4 * 512))
    #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: second) }
    try #require(try folder.run("/bin/gzip", ["-k", "a.tar"]))
    var compressed = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/a.tar.gz"))
    compressed[compressed.count / 2] ^= 8
    let third = try folder.write("b.tar.gz", compressed)
    #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: third) }
  }
}
