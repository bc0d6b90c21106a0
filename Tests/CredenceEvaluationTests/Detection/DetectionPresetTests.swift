import CredenceData
import CredenceEvaluation
import CredenceFiles
import Foundation
import Testing

@Suite struct DetectionPresetTests {
  @Test func `presets have unique names and known groups`() throws {
    #expect(Set(DetectionPreset.all.map(\.id)).count == 8)
    for preset in DetectionPreset.all {
      #expect(preset.groups.map(\.name) == ["near", "far"])
      #expect(preset.covariateShifted.isEmpty == !preset.id.contains("/fs-"))
      #expect(try DetectionPreset.named(preset.id) == preset)
    }
    #expect(throws: EvaluationError.self) { try DetectionPreset.named("openood/mnist") }
  }

  @Test func `files are found by data set and split, and doubt is refused`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "credence-preset-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in [
      "r18__cifar10__test.safetensors", "r18__cifar10__train.npz", "r18__Tiny-ImageNet__val.npz",
      "r18__tin.npz", "r18__svhn__test.npz", "r50__svhn__test.npz", "notes.txt",
    ] { try Data().write(to: folder.appendingPathComponent(name)) }
    let preset = try DetectionPreset.named("openood/cifar10")
    let files = try DetectionPresetFiles(folder: folder)
    func name(_ dataset: DetectionPreset.DataSet) throws -> String? {
      try files.file(of: dataset)?.lastPathComponent
    }
    #expect(try name(preset.inDistribution) == "r18__cifar10__test.safetensors")
    #expect(try name(preset.training) == "r18__cifar10__train.npz")
    #expect(try name(preset.validation) == nil)
    #expect(try name(preset.validationOutliers) == "r18__Tiny-ImageNet__val.npz")
    #expect(try name(preset.groups[0].datasets[0]) == nil)
    #expect(try name(preset.groups[0].datasets[1]) == "r18__tin.npz")
    #expect(throws: EvaluationError.self) { try name(preset.groups[1].datasets[1]) }
  }

  @Test func `the program holds the files of the benchmarks`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/CredenceEvaluation")
    let generated = try String(
      contentsOf: root.appendingPathComponent("Generated/EmbeddedPresets.swift"), encoding: .utf8)
    let folder = root.appendingPathComponent("Resources/Presets/openood")
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    #expect(files.count == DetectionPreset.all.count)
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(
        generated.contains("##\"\"\"\n\(text)\"\"\"##"),
        "\(file.lastPathComponent) has changed: run Scripts/embed-presets")
      let preset = try DetectionPreset(contentsOf: file)
      #expect(try preset == DetectionPreset.named(preset.id))
      #expect(preset.id == "openood/\(file.deletingPathExtension().lastPathComponent)")
    }
  }

  @Test func `every set has the image list that its name and part say`() {
    for preset in DetectionPreset.all {
      let sets =
        [
          preset.inDistribution, preset.training, preset.validation, preset.validationOutliers,
        ] + preset.covariateShifted + preset.groups.flatMap(\.datasets)
      for set in sets {
        let name = ImageList.name(of: set.list)
        let normalized = ([set.name] + set.aliases).map { $0.replacing("_", with: "") }
        #expect(normalized.contains(name.dataset.replacing("_", with: "")), "\(set.list)")
        #expect(set.split == name.split || set.split.isEmpty, "\(set.list)")
        #expect(["images_classic", "images_largescale"].contains(set.root), "\(set.list)")
      }
      #expect(Set(sets.map(\.list)).count == sets.count)
    }
  }

  @Test func `a benchmark of one's own needs three keys, and unknown ones are refused`() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "credence-preset-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    func read(_ text: String) throws -> DetectionPreset {
      try Data(text.utf8).write(to: file)
      return try DetectionPreset.named(file.path)
    }
    func problem(_ text: String) throws -> String {
      do {
        _ = try read(text)
      } catch FileError.malformed(_, _, let problem) {
        return problem
      }
      return ""
    }
    let mine = try read(
      #"{"id": "mine", "inDistribution": {"name": "cats"}, "groups": [{"name": "far", "datasets": [{"name": "dogs"}]}]}"#
    )
    #expect(mine.training.name.isEmpty && mine.covariateShifted.isEmpty)
    #expect(try problem("{}").contains("the key ‘id’ is missing"))
    #expect(
      try problem(#"{"id": "x", "inDistribution": {"name": "a", "lst": "b"}, "groups": []}"#)
        == "the key ‘lst’ is none of name, aliases, split, list, root")
    #expect(
      try problem(#"{"id": "x", "inDistribution": {"name": "a"}, "groups": []}"#)
        == "‘groups’ holds no data sets")
    #expect(
      try problem(#"{"id": "x", "inDistribution": {"name": 3}, "groups": []}"#)
        == "‘inDistribution.name’ has another type")
    #expect(try problem("no").contains("it is not JSON"))
  }

  @Test func `a preset survives its JSON form`() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "credence-preset-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let preset = try DetectionPreset.named("openood/fs-imagenet1k")
    try Data(preset.json().utf8).write(to: file)
    #expect(try DetectionPreset.named(file.path) == preset)
  }
}
