import CredenceData
import Foundation
import Testing

@Suite struct FolderTests {
  @Test func `classes are the folders in the order of their names, images are found below them`()
    throws
  {
    let folder = try TemporaryFolder()
    try folder.writeImage("dog/b.png", seed: 1)
    try folder.writeImage("cat/deep/er/x.PNG", seed: 2)
    try folder.writeImage("cat/z.png", seed: 3)
    try folder.write("dog/notes.txt", "no image")
    try folder.write("readme.md", "no class")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/ant", withIntermediateDirectories: true)
    let dataset = try DatasetCatalog.open(path: folder.path)
    #expect(dataset.classNames == ["ant", "cat", "dog"])
    #expect((0..<dataset.count).map(dataset.id) == ["cat/z.png", "cat/deep/er/x.PNG", "dog/b.png"])
    #expect((0..<dataset.count).map(dataset.label) == [1, 1, 2])
    #expect(try dataset.image(at: 2) == noise(width: 5, height: 4, seed: 1))
  }

  @Test(arguments: [
    "dog\ncat\n", #"{"cat": 1, "dog": 0}"#, #"{"0": "dog", "1": "cat"}"#,
    "name,index\ncat,1\ndog,0",
    #"["dog", "cat"]"#, "1 cat\n0 dog\n",
  ])
  func `a class map of any form gives the numbers`(_ text: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/dog/b.png")
    try folder.writeImage("images/cat/a.png")
    let map = try folder.write("map.txt", text)
    let dataset = try DatasetCatalog.open(path: folder.path + "/images", classMap: map)
    #expect((0..<2).map(dataset.label) == [1, 0])
    #expect(dataset.classNames == ["dog", "cat"])
  }

  @Test func `a class that the map lacks is named`() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("images/dog/b.png")
    let map = try folder.write("map.txt", "cat\n")
    #expect(throws: DatasetError.badLabels(file: map, problem: "it has no class ‘dog’")) {
      try DatasetCatalog.open(path: folder.path + "/images", classMap: map)
    }
  }

  @Test(
    arguments: [
      ("2\n0\n1\n", []), ("a.png 2\nb.png 0\nc.png 1", []),
      (
        "file,wnid,class_index,name\nc.png,n3,1,\"x, y\"\na.png,n1,2,z\nb.png,n2,0,w",
        ["n2", "n3", "n1"]
      ),
      ("w\nu\nv\n", ["u", "v", "w"]),
      ("ImageId,PredictionString\nb,u 1 2 3 4\nc,v 1 2 3 4\na,w 1 2 3 4", ["u", "v", "w"]),
      ("a.png\tw\t0\nb.png\tu\t0\nc.png\tv\t0", ["u", "v", "w"]),
    ] as [(String, [String])])
  func `labels of any form belong to their images`(_ text: String, _ names: [String]) throws {
    let folder = try TemporaryFolder()
    for name in ["c", "b", "a"] { try folder.writeImage("val/\(name).png") }
    let labels = try folder.write("labels.txt", text)
    let dataset = try DatasetCatalog.open(path: folder.path + "/val", labels: labels)
    #expect((0..<3).map(dataset.id) == ["a.png", "b.png", "c.png"])
    #expect((0..<3).map(dataset.label) == [2, 0, 1])
    #expect(dataset.classNames == names)
  }

  @Test func `a table beside a folder of images gives their labels`() throws {
    let folder = try TemporaryFolder()
    for name in ["b", "a"] { try folder.writeImage("images/\(name).png") }
    try folder.write("labels.csv", "file,class_index\na.png,7\nb.png,3\n")
    let dataset = try DatasetCatalog.open(path: folder.path + "/")
    #expect((0..<2).map(dataset.id) == ["images/a.png", "images/b.png"])
    #expect((0..<2).map(dataset.label) == [7, 3])
  }

  @Test func `images without labels are a data set of unknown classes`() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("a.png")
    let dataset = try DatasetCatalog.open(path: folder.path)
    #expect(dataset.label(at: 0) == nil && dataset.classNames.isEmpty)
  }

  @Test func `splits are chosen by name and never mistaken for classes`() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("train/dog/a.png")
    try folder.writeImage("val/dog/b.png")
    #expect(try DatasetCatalog.open(path: folder.path, split: "val").id(at: 0) == "dog/b.png")
    #expect(
      throws: DatasetError.unsupported(
        path: folder.path, what: "the splits train, val",
        instead: "Choose one by --split, or name its folder.")
    ) { try DatasetCatalog.open(path: folder.path) }
    #expect(
      throws: DatasetError.badSetting(
        name: "--split", value: "‘tset’", allowed: "one of train, val")
    ) { try DatasetCatalog.open(path: folder.path, split: "tset") }
  }

  @Test func `labels that do not fit the images are refused`() throws {
    let folder = try TemporaryFolder()
    for name in ["b", "a"] { try folder.writeImage("val/\(name).png") }
    let short = try folder.write("short.txt", "1\n")
    #expect(
      throws: DatasetError.badLabels(file: short, problem: "it has 1 labels for 2 images")
    ) { try DatasetCatalog.open(path: folder.path + "/val", labels: short) }
    let other = try folder.write("other.txt", "a.png 1\nc.png 2\n")
    #expect(
      throws: DatasetError.badLabels(file: other, problem: "it has no label for ‘b.png’")
    ) { try DatasetCatalog.open(path: folder.path + "/val", labels: other) }
  }

  @Test func `a path that is not there names the nearest that is`() throws {
    let folder = try TemporaryFolder()
    try folder.writeImage("validation/a.png")
    #expect(
      throws: DatasetError.noSuchPath(
        path: folder.path + "/valdation", nearest: folder.path + "/validation")
    ) { try DatasetCatalog.open(path: folder.path + "/valdation") }
  }

  @Test func `what is no data set says what is known`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a.xyz", "text")
    #expect(
      throws: DatasetError.unknownDataset(
        path: file, found: "the file is none that is known",
        known: DatasetDescriptor.all.map(\.title))
    ) { try DatasetCatalog.open(path: file) }
    #expect(throws: DatasetError.noImages(path: folder.path + "/empty")) {
      try folder.write("empty/class/notes.txt", "")
      _ = try DatasetCatalog.open(path: folder.path + "/empty")
    }
  }
}
