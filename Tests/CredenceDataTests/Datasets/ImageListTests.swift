import CredenceData
import Foundation
import Testing

@Suite struct ImageListTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeImage("images_classic/tin/val/a one.png", seed: 1)
    try folder.writeImage("images_classic/tin/val/b.png", seed: 2)
    try folder.writeImage("images_classic/svhn/c.jpeg", seed: 3)
  }

  private func list(_ text: String, _ name: String = "benchmark_imglist/cifar10/test_tin.txt")
    throws -> String
  {
    try folder.write(name, text)
  }

  @Test func `a list is its images in its order, found where OpenOOD puts them`() throws {
    let path = try list("tin/val/b.png 3\n\ntin/val/a one.png -1\r\nsvhn/c.jpeg\n")
    let dataset = try DatasetCatalog.open(path: path)
    #expect(dataset.count == 3)
    #expect((0..<3).map(dataset.id(at:)) == ["tin/val/b.png", "tin/val/a one.png", "svhn/c.jpeg"])
    #expect((0..<3).map(dataset.label(at:)) == [3, nil, nil])
    let alone = try DatasetCatalog.open(path: "\(folder.path)/images_classic/tin/val")
    #expect(try dataset.image(at: 0).pixels == alone.image(at: 1).pixels)
    #expect(try dataset.image(at: 1).pixels == alone.image(at: 0).pixels)
  }

  @Test func `the folder of the images can be given`() throws {
    let path = try list("val/b.png 1\n", "lists/mine.txt")
    let dataset = try DatasetCatalog.open(
      path: path, imageRoot: "\(folder.path)/images_classic/tin")
    #expect(dataset.label(at: 0) == 1)
    #expect {
      try DatasetCatalog.open(path: path)
    } throws: { error in
      "\(error.localizedDescription)".contains("--image-root")
    }
    #expect(throws: DatasetError.self) {
      try DatasetCatalog.open(path: path, imageRoot: "\(folder.path)/nowhere")
    }
    #expect(
      throws: DatasetError.badSetting(
        name: "--image-root", value: "‘x’",
        allowed: "left out: ‘\(folder.path)/images_classic/tin/val’ is no image list")
    ) { try DatasetCatalog.open(path: "\(folder.path)/images_classic/tin/val", imageRoot: "x") }
  }

  @Test func `a path that stands twice is two samples`() throws {
    let found = try ImageList(path: list("svhn/c.jpeg 1\nsvhn/c.jpeg 1\n"))
    #expect(found.ids == ["svhn/c.jpeg", "svhn/c.jpeg#2"])
    #expect(found.paths == ["svhn/c.jpeg", "svhn/c.jpeg"])
  }

  @Test func `the name of the file says data set and part`() {
    #expect(ImageList.name(of: "a/b/test_tin.txt") == ("tin", "test"))
    #expect(ImageList.name(of: "val_openimage_o.txt") == ("openimage_o", "val"))
    #expect(ImageList.name(of: "test_imagenet200_v2.txt.gz") == ("imagenet200_v2", "test"))
    #expect(ImageList.name(of: "outliers.txt") == ("outliers", ""))
  }

  @Test(arguments: [
    ("a.png 1\nb.png one\n", "line 2 ends in ‘one’, which is no class number"),
    (
      "a.png 1\n../b.png 2\n",
      "line 2 names ‘../b.png’, which is not a path below the images' folder"
    ),
    (
      "a.png 1\n/etc/b.png 2\n",
      "line 2 names ‘/etc/b.png’, which is not a path below the images' folder"
    ),
    ("a.png 1\n\nnotes.txt 2\n", "line 3 names ‘notes.txt’, which has no ending of an image"),
    ("a.png 99999999\n", "line 1 has the class 99999999"),
  ])
  func `a line that is no image is named`(text: String, problem: String) throws {
    let path = try list(text)
    #expect(
      throws: DatasetError.malformed(file: path, format: "image list", problem: problem)
    ) { try ImageList(path: path) }
  }

  @Test func `an empty list has no images`() throws {
    let path = try list(" \n\n")
    #expect(throws: DatasetError.noImages(path: path)) { try ImageList(path: path) }
  }

  @Test func `options that a list has no use for are refused`() throws {
    let path = try list("svhn/c.jpeg 1\n")
    #expect(throws: DatasetError.self) { try DatasetCatalog.open(path: path, split: "val") }
  }
}
