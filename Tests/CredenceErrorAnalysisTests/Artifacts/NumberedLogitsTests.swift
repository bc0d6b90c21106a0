import CredenceErrorAnalysis
import CredenceFiles
import FileSupport
import Foundation
import Testing

@Suite struct NumberedLogitsTests {
  private let samples: SampleList

  init() throws {
    samples = try SampleList(
      files: ["b/ILSVRC2012_val_00000003.JPEG", "c/ILSVRC2012_val_00000001.JPEG"],
      targets: [0, 1], classCount: 2, file: "list")
  }

  private func array() -> OutgoingArray {
    let values: [Float] = [0, 1, 5, 2, 3, 1]
    return OutgoingArray("logits", values.map(\.bitPattern), element: .float32, shape: [3, 2])
  }

  @Test func `an archive is matched by the numbers in names`() throws {
    let folder = try TemporaryFolder()
    try NPZWriter.write([array()], to: NumberedLogits.vit3b.file(in: folder.url))
    let found = try NumberedLogits.vit3b.predictions(in: folder.url, samples: samples)
    #expect(found.top1 == [0, 1])
    #expect(found.record.modelID == "vit3b")
  }

  @Test func `an array under an archive's name is read, as published`() throws {
    let folder = try TemporaryFolder()
    var data = NPY.headerBytes(shape: [3, 2], element: .float32)
    try array().forEachPiece { data.append($0) }
    try data.write(to: NumberedLogits.greedysoups.file(in: folder.url))
    let found = try NumberedLogits.greedysoups.predictions(in: folder.url, samples: samples)
    #expect(found.top1 == [0, 1])
  }

  @Test func `a file that is not there says where it belongs`() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: ArtifactError.self) {
      _ = try NumberedLogits.vit3b.predictions(in: folder.url, samples: samples)
    }
    #expect(error?.errorDescription?.contains("vit3b.npz") == true)
    #expect(error?.recoverySuggestion?.contains("Download https://") == true)
  }

  @Test func `images without a number, and beyond the last row, are named`() throws {
    let folder = try TemporaryFolder()
    try NPZWriter.write([array()], to: NumberedLogits.vit3b.file(in: folder.url))
    for name in ["b/cat.JPEG", "b/ILSVRC2012_val_00000004.JPEG", "b/ILSVRC2012_val_00000000.JPEG"] {
      let list = try SampleList(files: [name], targets: [0], classCount: 2, file: "list")
      let error = #expect(throws: ArtifactError.self) {
        _ = try NumberedLogits.vit3b.predictions(in: folder.url, samples: list)
      }
      #expect(error?.errorDescription?.contains(name) == true)
    }
  }

  @Test func `another number of classes is refused`() throws {
    let folder = try TemporaryFolder()
    try NPZWriter.write([array()], to: NumberedLogits.vit3b.file(in: folder.url))
    let list = try SampleList(
      files: samples.files, targets: samples.targets, classCount: 3, file: "list")
    #expect(throws: ArtifactError.self) {
      _ = try NumberedLogits.vit3b.predictions(in: folder.url, samples: list)
    }
  }
}
