import CredenceData
import CredenceReports
import Foundation
import Testing

@Suite struct ImageFolderTests {
  @Test(arguments: [
    "../secret.png", "a/../../secret.png", "/etc/passwd", "", "a//b.png", "./a.png", "a/.",
    "a\\b.png", "a/\u{0}.png", "a\n.png", "a/", "..",
  ])
  func `names that lead elsewhere are refused`(name: String) throws {
    let images = try SmallImages()
    let folder = try ImageFolder(images.url)
    #expect(throws: ErrorFigureError.unsafeImageName(name)) { try folder.file(name) }
    #expect(throws: ErrorFigureError.unsafeImageName(name)) { try ImageFolder.parts(of: name) }
  }

  @Test func `links are followed, and only files are read`() throws {
    let images = try SmallImages()
    let linked = images.url.appendingPathComponent("links")
    try FileManager.default.createDirectory(at: linked, withIntermediateDirectories: true)
    for (name, target) in [
      ("1.png", images.url.appendingPathComponent("a/1.png").path), ("device.png", "/dev/zero"),
      ("folder.png", images.url.path), ("nothing.png", "/nowhere/1.png"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: linked.appendingPathComponent(name).path, withDestinationPath: target)
    }
    let folder = try ImageFolder(linked)
    let image = try folder.thumbnail("1.png", side: 20)
    #expect((image.width, image.height) == (20, 10))
    for name in ["device.png", "folder.png", "nothing.png"] {
      #expect(throws: DatasetError.self) { try folder.dataURI(name, side: 16) }
    }
  }

  @Test func `images are shrunk to their longest side, and never grow`() throws {
    let images = try SmallImages()
    let folder = try ImageFolder(images.url)
    let large = try folder.thumbnail("a/1.png", side: 20)
    #expect((large.width, large.height) == (20, 10))
    let small = try folder.thumbnail("a/2.png", side: 30)
    #expect((small.width, small.height) == (10, 20))
    #expect(try folder.dataURI("a/1.png", side: 20).hasPrefix("data:image/jpeg;base64,/9j/"))
    #expect(throws: DatasetError.self) { try folder.thumbnail("a/none.png", side: 20) }
    #expect(try folder.names(in: "a", limit: 1) == ["a/1.png"])
    #expect(try folder.names(in: "none", limit: 5) == [])
  }

  @Test func `addresses are relative to the page and escaped`() throws {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("credence-address-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let strange = root.appendingPathComponent("my \"images\"?#")
    try FileManager.default.createDirectory(at: strange, withIntermediateDirectories: true)
    let folder = try ImageFolder(strange)
    #expect(
      folder.relativeAddress(from: root.appendingPathComponent("pages/deep"))
        == "../../my%20%22images%22%3F%23")
    #expect(folder.relativeAddress(from: strange) == ".")
  }

  @Test func `a folder that is not there is named`() {
    #expect(throws: ReportError.noImages("/nowhere/images")) {
      try ImageFolder(URL(fileURLWithPath: "/nowhere/images"))
    }
  }
}
