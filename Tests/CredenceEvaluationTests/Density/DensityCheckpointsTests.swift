import CredenceEvaluation
import CredenceModels
import CredenceNN
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct DensityCheckpointsTests {
  private static func checkpoints(
    _ folder: URL, bounded: Bool = true, ensembleSize: Int? = nil, isPublished: Bool = false
  ) -> DensityCheckpoints {
    DensityCheckpoints(
      model: "wide_resnet", folder: folder, seed: 1,
      spectralNorm: bounded ? .on(SpectralNorm.Settings()) : .off, isModified: bounded,
      ensembleSize: ensembleSize, isPublished: isPublished)
  }

  @Test func `names are the published ones`() throws {
    let golden = try GoldenSet("ddu").json("scores.json")
    var group = GoldenGroup(set: "ddu", name: "names", file: "scores.json")
    for (key, names) in golden["names"]?.members ?? [] {
      let flags = key.split(separator: "|").map { $0 == "1" }
      for (index, name) in (names.array ?? []).enumerated() {
        let text = try #require(name.text)
        let seed = try #require(text.split(separator: "_").last.flatMap { Int($0) })
        let found = DensityCheckpoints(
          model: "wide_resnet", folder: URL(fileURLWithPath: "/"), seed: seed,
          spectralNorm: flags[0] ? .on(SpectralNorm.Settings()) : .off, isModified: flags[1]
        ).name
        group.check(path: "names.\(key).\(index)", expected: text, actual: found)
      }
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures)")
  }

  @Test func `runs and ensembles have the published seeds and folders`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    func make(_ names: [String]) throws {
      for name in names {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: file)
      }
    }
    try make([
      "Run2/wide_resnet_sn_3.0_mod_2_350.model", "Run2/wide_resnet_3_350.model",
      "Run2/wide_resnet_sn_3.0_mod_4_350.safetensors", "Run2/wide_resnet_4_350.model",
    ])
    let single = Self.checkpoints(folder)
    #expect(single.seeds(of: 2) == [2])
    #expect(
      try single.files(of: 2).map(\.lastPathComponent) == ["wide_resnet_sn_3.0_mod_2_350.model"])
    // Of its own names first, of the published ones second.
    let ensemble = Self.checkpoints(folder, ensembleSize: 2)
    #expect(ensemble.seeds(of: 2) == [3, 4])
    #expect(
      try ensemble.files(of: 2).map(\.lastPathComponent)
        == ["wide_resnet_3_350.model", "wide_resnet_sn_3.0_mod_4_350.safetensors"])
    let published = Self.checkpoints(folder, ensembleSize: 2, isPublished: true)
    #expect(
      try published.files(of: 2).map(\.lastPathComponent)
        == ["wide_resnet_3_350.model", "wide_resnet_4_350.model"])
    let seventh = DensityCheckpoints(
      model: "wide_resnet", folder: folder, seed: 7, ensembleSize: 2, isPublished: true)
    #expect(seventh.seeds(of: 2) == [3, 4])
    #expect(seventh.splitSeeds(of: 2) == [9, 10])
    #expect(single.splitSeeds(of: 2) == [2])
    let missing = EvaluationError.missingRun(
      run: 1, folder: folder.appending(path: "Run1").relativePath)
    #expect(throws: missing) { try single.files(of: 1) }
    #expect(throws: EvaluationError.self) {
      try DensityCheckpoints(model: "vgg16", folder: folder, seed: 1).files(of: 2)
    }
    try make(["Run1/vgg16_1_best.safetensors"])
    let best = DensityCheckpoints(model: "vgg16", folder: folder, epoch: .best)
    #expect(try best.files(of: 1).map(\.lastPathComponent) == ["vgg16_1_best.safetensors"])
    #expect(DensityCheckpoints.Epoch(rawValue: "-1") == nil)
  }
}
