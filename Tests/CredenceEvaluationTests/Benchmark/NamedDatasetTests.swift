import CredenceData
import CredenceEvaluation
import FileSupport
import Foundation
import Testing

@Suite struct NamedDatasetTests {
  private func images(_ folder: TemporaryFolder, _ names: String...) throws {
    let png = try ImageEncoder.png(
      PixelImage(width: 2, height: 2, pixels: [UInt8](repeating: 9, count: 12)))
    for name in names {
      let url = folder.url.appending(path: name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try png.write(to: url)
    }
  }

  private func names(_ path: String, split: String? = nil) throws -> [String] {
    try NamedDataset.open(path: path, split: split).map { "\($0.name)|\($0.split)" }
  }

  @Test func `a folder has its own name, and a part of it that of the folder around it`() throws {
    let folder = try TemporaryFolder()
    try images(folder, "pets/val/cat/1.png", "pets/val/dog/2.png", "pets/train/cat/3.png")
    let pets = folder.url.appending(path: "pets").path
    #expect(try names("\(pets)/val") == ["pets|val"])
    #expect(try names("\(pets)/val/") == ["pets|val"])
    #expect(try names("\(pets)/train/../val") == ["pets|val"])
    #expect(try names(pets, split: "val") == ["pets|val"])
    #expect(try names("\(pets)/val/cat") == ["cat|"])
    let set = try #require(try NamedDataset.open(path: "\(pets)/val").first)
    #expect(set.images.count == 2 && set.images.classNames == ["cat", "dog"])
    #expect(set.shift == nil)
  }

  @Test func `corrupted images are one data set for each corruption and severity`() throws {
    let folder = try TemporaryFolder()
    try images(
      folder, "pets-c/fog/1/cat/1.png", "pets-c/fog/5/cat/1.png", "pets-c/snow/3/cat/1.png")
    let sets = try NamedDataset.open(path: folder.url.appending(path: "pets-c").path)
    #expect(
      Set(sets.map(\.name)) == ["pets-c/fog/1", "pets-c/fog/5", "pets-c/snow/3"])
    #expect(sets.allSatisfy { $0.images.count == 1 && $0.split.isEmpty })
    #expect(
      Set(sets.compactMap(\.shift)) == [
        NamedDataset.Shift(corruption: "fog", severity: 1),
        NamedDataset.Shift(corruption: "fog", severity: 5),
        NamedDataset.Shift(corruption: "snow", severity: 3),
      ])
  }

  @Test func `a path that is not there is named with the nearest that is`() throws {
    let folder = try TemporaryFolder()
    try images(folder, "pets/cat/1.png")
    let path = folder.url.path
    #expect(
      throws: DatasetError.noSuchPath(path: "\(path)/pet", nearest: "\(path)/pets")
    ) { try NamedDataset.open(path: "\(path)/pet") }
  }
}
